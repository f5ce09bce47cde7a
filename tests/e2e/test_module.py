"""The plugin's module under the client's own test runner, and under a linter."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from tests.support.checkout import ROOT, copy_checkout
from tests.support.npm_tools import fetch_tool

from tierwise.verify.client import Client

pytestmark = pytest.mark.client


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    return copy_checkout(tmp_path / "tierwise")


def test_the_modules_own_tests_pass(modern_client: Client, checkout: Path, home: Path) -> None:
    done = modern_client.run(["plugin", "test", "."], cwd=checkout, home=home)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 fail" in done.stdout


def test_the_module_and_its_tests_are_clean_by_a_linter() -> None:
    linter = fetch_tool("@biomejs/biome", "2.6.8", "biome")
    call = [linter, "lint", "--error-on-warnings", "session.mjs", "session.test.ts"]
    done = subprocess.run(call, cwd=ROOT / "hooks", capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Checked 2 files" in done.stderr
