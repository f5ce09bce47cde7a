"""The documentation site builds, without a warning, and its menu has every page once."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGES = sorted(page.name for page in (ROOT / "docs").glob("*.md"))


def test_the_menu_has_every_page_once() -> None:
    text = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    menu = text.partition("\nnav:\n")[2]
    assert sorted(re.findall(r"- ([\w-]+\.md)$", menu, re.MULTILINE)) == PAGES


@pytest.mark.slow
@pytest.mark.skipif(sys.version_info < (3, 11), reason="zensical needs Python 3.11")
def test_the_site_builds_without_a_warning_and_loads_nothing_from_elsewhere(tmp_path: Path) -> None:
    shutil.copy(ROOT / "mkdocs.yml", tmp_path)
    shutil.copytree(ROOT / "docs", tmp_path / "docs")
    build = [sys.executable, "-m", "zensical", "build", "--strict", "-f", "mkdocs.yml"]
    done = subprocess.run(build, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "site" / "search.json").is_file()
    page = (tmp_path / "site" / "index.html").read_text(encoding="utf-8")
    assert re.findall(r'src="(https?://[^"]+)', page) == []
