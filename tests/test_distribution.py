"""Nobody is told to install a name from an index where anybody could have taken it."""

from __future__ import annotations

import re
from pathlib import Path

from tierwise import __version__, bundle
from tierwise.distribution import SOURCE

ROOT = Path(bundle.root())
INSTALL_LINE = re.compile(r"(?:pip|pipx|uv tool|uvx) (?!uninstall)(?:install )?.*\btierwise\b.*")
TEXTS = [
    path
    for folder in ("templates", "docs", "commands", "agents", "installer")
    for path in sorted((ROOT / folder).rglob("*"))
    if path.suffix in (".md", ".yml", ".yaml", ".py", ".sh")
]


def test_every_install_line_names_the_repository_at_this_versions_tag() -> None:
    wrong = [
        f"{path}: {line}"
        for path in [ROOT / "README.md", *TEXTS]
        for line in re.findall(INSTALL_LINE, path.read_text(encoding="utf-8"))
        if not is_pinned(line)
    ]
    assert wrong == []
    assert len(TEXTS) > 100


def is_pinned(line: str) -> bool:
    """Whether a line names this version's tag, the constant of it, or a checkout."""
    if "git+" in line:
        return f"@v{__version__}" in line
    return "@ {SOURCE}" in line or "./tierwise" in line


def test_what_names_no_tag_would_be_found() -> None:
    assert not is_pinned("pip install tierwise")
    assert not is_pinned("pipx install git+https://example.invalid/tierwise")


def test_the_source_is_a_tag() -> None:
    assert SOURCE.endswith(f"@v{__version__}")
    assert SOURCE in (ROOT / "templates" / "ci" / "github.yml").read_text(encoding="utf-8")
