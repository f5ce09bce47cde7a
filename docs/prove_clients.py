"""Write the part of docs/claude-code.md that is proven: what `tierwise verify` finds on each version.

python docs/prove_clients.py            # the measured versions
python docs/prove_clients.py 2.1.332    # one version; the other lines stay
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from tierwise.domain.client_facts import FACTS
from tierwise.verify import clients
from tierwise.verify.client import Client
from tierwise.verify.page import summarise
from tierwise.verify.proof import Proof, prove_policy

PAGE = Path(__file__).parent / "claude-code.md"
BEGIN = "<!-- From here on written by docs/prove_clients.py. -->\n"
END = "<!-- Up to here. -->\n"
_LINE = re.compile(r"^\| (\d[\d.]+) \| .*\|$", re.MULTILINE)


def prove_version(version: str) -> Proof:
    """The proof of the balanced preset on one version, fetched by npm where it is not there."""
    return prove_policy(Client(version, clients.fetch(version)), None, {}, {})


def write_line(proof: Proof) -> str:
    """The line of one version."""
    ways = ", ".join(dict.fromkeys(line.way for line in proof.lines))
    return f"| {proof.version} | {ways} | {summarise(proof)} |"


def write_part(lines: dict[str, str]) -> str:
    """The proven part of the page: one line a version, then what holds from a version on."""
    newest_first = sorted(lines, key=lambda version: [int(part) for part in version.split(".")])
    proven = "\n".join(lines[version] for version in reversed(newest_first))
    facts = "\n".join(f"| {since} | {text} |" for since, text in sorted(FACTS))
    return (
        "## Proven on the wire\n\n"
        f"| version | tried | found |\n|---|---|---|\n{proven}\n\n"
        f"## What holds from a version on\n\n| since | what |\n|---|---|\n{facts}\n"
    )


def main(versions: list[str]) -> None:
    """Prove these versions and write the page."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    known, _, after = rest.partition(END)
    lines = {match[1]: match[0] for match in _LINE.finditer(known.partition("## What")[0])}
    for version in versions:
        lines[version] = write_line(prove_version(version))
    text = f"{before}{BEGIN}\n{write_part(lines)}\n{END}{after}"
    PAGE.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(sys.argv[1:] or list(clients.VERSIONS))
