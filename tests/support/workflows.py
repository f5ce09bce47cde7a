"""The workflow scripts of `tests/data/workflows`; each says in its last line what must come of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "data" / "workflows"
_COUNTS = re.compile(r"// routed: (\d+), unread: (\d+), runs: (\d+)\n\Z")


@dataclass(frozen=True)
class Workflow:
    """One script.  ``routed``: calls that are understood; ``unread``: what is named instead; ``runs``: agents."""

    name: str
    text: str
    routed: int
    unread: int
    runs: int
    broken: bool

    def __str__(self) -> str:
        return self.name


def load_workflows() -> list[Workflow]:
    """All scripts, by name."""
    found = []
    for path in sorted(FOLDER.glob("*.js")):
        text = path.read_text(encoding="utf-8")
        counts = _COUNTS.search(text)
        routed, unread, runs = (int(count) for count in counts.groups()) if counts else (0, 1, 0)
        found.append(Workflow(path.stem, text, routed, unread, runs, counts is None))
    return found


def make_large(size: int) -> Workflow:
    """A script of at least so many bytes: long prompts, as people write them, and code between them."""
    prompt = "Read the module, note each public function, and write what its callers rely on. " * 12
    parts = [
        "export const meta = {name: 'large', description: 'A long script'}\nconst found = []\n"
    ]
    count = 0
    while sum(map(len, parts)) < size:
        count += 1
        parts.append(
            f"// Part {count} of many\n"
            f"const note{count} = (text, list = []) => ({{ text, size: list.length / 2, at: /x{count}/.test(text) }})\n"
            f"if (args && args.skip === {count}) found.push(note{count}('skipped'))\n"
            f"else if (args) found.push(await agent(`Part {count}: {prompt}${{JSON.stringify(args)}}`, "
            f"{{label: 'part:{count}', phase: 'Read'}}))\n"
        )
    return Workflow("large", "".join([*parts, "return found\n"]), count, 0, 0, False)
