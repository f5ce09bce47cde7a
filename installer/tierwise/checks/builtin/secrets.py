"""Private keys and tokens that are about to be committed (see :mod:`tierwise.secrets.scan`)."""

from __future__ import annotations

from tierwise.checks.model import CheckContext, ContentCheck
from tierwise.domain.change import Change, Finding
from tierwise.secrets.scan import find_secrets


def find_in_change(
    change: Change,
    data: bytes,
    context: CheckContext,
) -> list[Finding]:
    """Return every secret in a file, but those whose fingerprints the policy allows."""
    allowed = context.options.get("allow") or ()
    return find_secrets(
        change,
        data,
        set(allowed),  # type: ignore[call-overload]
    )


CHECK = ContentCheck(
    name="secrets",
    meaning="private keys and well-known tokens",
    fix="take it out (an environment variable, a secret store) and revoke it if it ever left this machine; "
    "a false alarm: add its fingerprint to checks.secrets.allow in tierwise.yaml",
    find=find_in_change,
)
