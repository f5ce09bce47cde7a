"""All checks together: a sound set-up, one that stumbles, the command."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.doctor import fake_client, says

from tierwise.doctor.checks import CHECKS, run_checks
from tierwise.doctor.finding import Diagnosis
from tierwise.doctor.place import Place, look
from tierwise.sync.machine import wire_subfolders


@pytest.mark.slow
def test_a_sound_set_up_has_no_fault(root: Path, env: dict[str, str], tmp_path: Path) -> None:
    env["PATH"] = fake_client(tmp_path, "echo '2.1.329 (Claude Code)'")
    env["PATH"] += os.pathsep + os.path.dirname(sys.executable)
    wire_subfolders(str(root))
    found = run_checks(look(str(root), env))
    assert {finding.level for finding in found} == {"ok"}, says(iter(found))


def test_a_check_that_stumbles_is_a_finding_and_the_others_still_run(
    root: Path, env: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def check_luck(place: Place) -> Iterator[Diagnosis]:
        raise ZeroDivisionError

    monkeypatch.setattr("tierwise.doctor.checks.CHECKS", (check_luck, *CHECKS[1:3]))
    found = run_checks(look(str(root), env))
    assert [(finding.check, finding.level) for finding in found] == [
        ("luck", "fail"),
        ("policy", "ok"),
        ("mode", "ok"),
    ]
