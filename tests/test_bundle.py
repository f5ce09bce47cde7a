"""The shipped files, wherever the package lies."""

from __future__ import annotations

import os

from tierwise import bundle


def test_what_is_shipped_is_found() -> None:
    for folder in ("agents", "bin", "commands", "hooks", "templates"):
        assert os.listdir(bundle.path(folder)), folder


def test_names_are_sorted_and_without_their_ending() -> None:
    names = bundle.names("agents", ".md")
    assert names == sorted(names)
    assert "explorer" in names
    assert bundle.read_text("agents", "explorer.md").startswith("---\n")
