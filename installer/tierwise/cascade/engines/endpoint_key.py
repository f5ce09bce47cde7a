"""Which key an OpenAI-compatible endpoint gets: only what its policy names, and only where nobody reads along."""

from __future__ import annotations

import os

from tierwise.addresses import (
    find_host,
    is_safe_for_secrets,
    strip_password,
)
from tierwise.domain.table_shape import Table
from tierwise.errors import TierwiseError

DEFAULT_VARIABLE = "OPENAI_API_KEY"
DEFAULT_HOST = "api.openai.com"


def find_endpoint_key(
    table: Table,
    tier: str,
) -> str | None:
    """Find the key of a tier's endpoint; None where it needs none or the variable is not set.

    The address and its variable are one power: trusting it binds the one to the other.  Without ``api_key_env``
    only OpenAI's own host gets OPENAI_API_KEY.
    Raises TierwiseError where the key would go over a network in clear text.
    """
    entry = table["tiers"][tier]
    address = str(entry.get("base_url") or "")
    variable = entry.get("api_key_env")
    if variable is None and find_host(address) == DEFAULT_HOST:
        variable = DEFAULT_VARIABLE
    key = None
    if variable:
        key = os.environ.get(variable)
    if key and not is_safe_for_secrets(address):
        raise TierwiseError(
            f"the key in {variable} would go to {strip_password(address)} unencrypted",
            place=f"tiers.{tier}.base_url",
            remedy="Use an https address, or an address of this machine.",
        )
    return key
