"""`tierwise doctor` as a person calls it."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest
from tests.support.policies import synced

from tierwise.cli import run
from tierwise.doctor.finding import warn

DOCS = Path(__file__).parents[2] / "docs"


def test_a_line_end_in_a_name_fakes_no_line(
    repository: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    finding = warn("agents", "x\nfail  wiring: gone", "y\r\n      -> Run me.")
    monkeypatch.setattr("tierwise.cli.commands.doctor.run_checks", lambda place: [finding])
    monkeypatch.chdir(repository)
    assert run(["doctor"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "warn  agents: x\\u000afail  wiring: gone",
        "      -> y\\u000d\\u000a      -> Run me.",
    ]


@pytest.mark.slow
def test_the_command_exits_1_on_a_failure_and_prints_json(
    repository: Path,
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    synced(repository, "extends: balanced\n")
    for name in set(os.environ) - {"PYTEST_CURRENT_TEST"}:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("PATH", os.defpath)
    monkeypatch.chdir(repository)
    assert run(["doctor", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["ok"] is True
    assert set(report["checks"][0]) == {"check", "level", "what", "remedy"}
    page = (DOCS / "doctor.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"^\| ([^|]+?) \|", page, re.M))
    assert {check["check"] for check in report["checks"]} <= documented
    (repository / ".claude" / "settings.json").unlink()
    assert run(["doctor"]) == 1
    assert "fail  wiring" in capsys.readouterr().out
