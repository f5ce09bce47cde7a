"""Nobody is told to install a name from an index where anybody could have taken it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tierwise import __version__, bundle
from tierwise.distribution import SOURCE

ROOT = Path(bundle.root())
TEXTS = [
    path
    for folder in ("templates", "docs", "commands", "agents", "installer")
    for path in sorted((ROOT / folder).rglob("*"))
    if path.suffix in (".md", ".yml", ".yaml", ".py", ".sh")
]


@pytest.mark.parametrize("path", [ROOT / "README.md", *TEXTS], ids=lambda path: path.name)
def test_every_install_line_names_the_repository_at_this_versions_tag(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for line in re.findall(r"(?:pip|pipx|uv tool|uvx) (?:install )?.*\btierwise\b.*", text):
        if "git+" in line:
            assert f"@v{__version__}" in line, line
        else:
            assert "@ {SOURCE}" in line or "./tierwise" in line, line


def test_the_source_is_a_tag() -> None:
    assert SOURCE.endswith(f"@v{__version__}")
    assert SOURCE in (ROOT / "templates" / "ci" / "github.yml").read_text(encoding="utf-8")
