"""The examples hold: each policy parses and costs what its page says, and the repository becomes what is listed."""

from __future__ import annotations

import json
import runpy
import shutil
from pathlib import Path

import pytest
from tests.support.checkout import ROOT
from tests.support.repository import git, make_repository

from tierwise.cli import run
from tierwise.policy.load import parse_policy

EXAMPLES = ROOT / "examples"
PICTURE = runpy.run_path(str(ROOT / "docs" / "picture.py"))
POLICIES = sorted(path.name for path in (EXAMPLES / "policies").glob("*.yaml"))


def test_there_are_three_policies_at_least() -> None:
    assert len(POLICIES) >= 3


@pytest.mark.parametrize("name", POLICIES)
def test_the_command_says_what_the_page_says(
    name: str, repository: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copy(EXAMPLES / "policies" / name, repository / "tierwise.yaml")
    monkeypatch.chdir(repository)
    lines = (EXAMPLES / "day.txt").read_text(encoding="utf-8").splitlines()
    mix = [line for line in lines if not line.startswith("#")]
    assert run(["estimate", *mix, "--json"]) == 0
    total = json.loads(capsys.readouterr().out)["total"]
    (row,) = [
        line
        for line in (EXAMPLES / "README.md").read_text(encoding="utf-8").splitlines()
        if f"policies/{name}" in line
    ]
    assert f"| ${total['routed_usd']:.2f} |" in row
    assert f"${total['without_low_usd']:.2f} to ${total['without_high_usd']:.2f}" in row
    assert total["routed_usd"] < total["without_low_usd"]


def test_picture_and_table_are_what_the_script_makes() -> None:
    examples = PICTURE["read_examples"]()
    remedy = "run python docs/picture.py"
    assert PICTURE["PICTURE"].read_text(encoding="utf-8") == PICTURE["draw_picture"](examples), (
        remedy
    )
    page = PICTURE["PAGE"].read_text(encoding="utf-8")
    assert page == PICTURE["fill_page"](page, PICTURE["write_table"](examples)), remedy


@pytest.mark.slow
def test_the_repository_becomes_what_is_listed_and_goes_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = EXAMPLES / "before"
    files = {
        path.relative_to(before).as_posix(): path.read_bytes()
        for path in before.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    root = make_repository(tmp_path / "shop", dict(files))
    monkeypatch.chdir(root)
    assert run(["install"]) == 0
    listed = git(root, "status", "--short", "--untracked-files=all")
    assert listed == (EXAMPLES / "after.txt").read_text(encoding="utf-8")
    agent = ".claude/agents/release-notes.md"
    assert (root / agent).read_bytes() == files[agent]
    assert "ruff format --quiet ." in (root / ".claude/settings.json").read_text(encoding="utf-8")
    assert run(["uninstall"]) == 0
    assert git(root, "status", "--short") == ""


def test_the_policies_name_their_purpose_in_the_first_line() -> None:
    for name in POLICIES:
        text = (EXAMPLES / "policies" / name).read_text(encoding="utf-8")
        assert text.startswith("# ") and parse_policy(text.encode()).policy.version == 1
