"""`tierwise run --json` prints a record in every case: also where the call was bad."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.support.cascade import TASK, make_project, run_environment
from tests.support.warm import run_tierwise


@pytest.mark.slow
def test_a_run_that_is_refused_has_a_record(tmp_path: Path) -> None:
    project = make_project(tmp_path / "project", "no-such-client")
    arguments = ["run", TASK, "--json", "--engine", "api", "--from", "hig"]
    done = run_tierwise(*arguments, cwd=project, env=run_environment(tmp_path))
    record = json.loads(done.stdout)
    assert (done.returncode, record["stop"], record["accepted"]) == (2, "refused", False)
    assert record["error"]["message"] in done.stderr
