"""The shipped agents and commands, read as the client reads them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import frontmatter

ROOT = Path(__file__).parents[2]

AGENTS = sorted(path.stem for path in (ROOT / "agents").glob("*.md"))
COMMANDS = sorted(path.stem for path in (ROOT / "commands").glob("*.md"))


def read(folder: str, name: str) -> tuple[dict[str, Any], str]:
    """The frontmatter and the text of ``agents/NAME.md`` or ``commands/NAME.md``."""
    post = frontmatter.loads((ROOT / folder / f"{name}.md").read_text(encoding="utf-8"))
    return dict(post.metadata), str(post.content)


def tools(agent: str) -> list[str]:
    """The tools that an agent may use, in the order written."""
    return str(read("agents", agent)[0]["tools"]).split(", ")


def table_rows(page: str, heading: str = "# ") -> list[list[str]]:
    """The cells of the first table below a heading of ``docs/PAGE``, without its head."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8").partition(heading)[2]
    table = re.search(r"(?m)(^\|.*\n)+", text)
    assert table, f"no table below {heading!r} in {page}"
    return [
        [cell.strip() for cell in line.strip("|").split("|")] for line in table[0].splitlines()[2:]
    ]
