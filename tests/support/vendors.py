"""Vendors' secrets by their public shape, `tests/data/secrets/vendors.tsv`: who, the usual variable, the value's form.

A form is text with `{alphabet:length}` in it; values are made at run time, so no key stands in the table.
"""

from __future__ import annotations

import random
import re
import string
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.support.secret_kinds import web_token

TABLE = Path(__file__).parents[1] / "data" / "secrets" / "vendors.tsv"
LOWER_DIGITS = string.ascii_lowercase + string.digits
ALNUM = string.ascii_letters + string.digits
ALPHABETS = {
    "an": ALNUM,
    "lo": LOWER_DIGITS,
    "hex": "0123456789abcdef",
    "HEX": "0123456789ABCDEF",
    "url": f"{ALNUM}-_",
    "b64": f"{ALNUM}+/",
    "b32": string.ascii_uppercase + "234567",
    "b32a": "MNO",
    "bech": "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L",
    "d": string.digits,
}
PIECE = re.compile(r"\{(\w+)(?::(\d+))?\}")
# As people write them: a file of variables, a shell, code, JSON, YAML.
PLACES = (
    "{name}={value}\n",
    "export {name}='{value}'\n",
    '{name} = "{value}"\n',
    '{{"{name}": "{value}"}}\n',
    "{name}: {value}\n",
)


@dataclass(frozen=True)
class Vendor:
    """One vendor's secret: the variable that its documentation uses, and how a value is made."""

    name: str
    variable: str
    form: str

    def make_value(self, chance: random.Random) -> str:
        """A value of this form from random characters."""

        def fill(found: re.Match[str]) -> str:
            if found[1] == "uuid":
                return str(uuid.UUID(int=chance.getrandbits(128), version=4))
            if found[1] == "jwt":
                return web_token(chance)
            return "".join(chance.choice(ALPHABETS[found[1]]) for _ in range(int(found[2])))

        return PIECE.sub(fill, self.form)

    def write_all(self, chance: random.Random) -> Iterator[str]:
        """A text with a value of its own for every place."""
        for place in PLACES:
            yield place.format(name=self.variable, value=self.make_value(chance))


def read_vendors() -> list[Vendor]:
    """All vendors of the table."""
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    return [Vendor(*line.split("\t")) for line in lines]
