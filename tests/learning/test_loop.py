"""The whole loop: the hook decides, gates tell, learn proposes, the hook follows the applied line at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.hook import compiled, rows, spawn_event, written

from tierwise import ledger
from tierwise.cli import run

POLICY = "routes:\n  refactor: mid\nexplore: {share: 0.5, per_day: 1000}\n"


def spawn(root: Path, number: int) -> dict[str, object]:
    prompt = f"Refactor the parser of file{number}.py into smaller functions"
    fields = {"subagent_type": "general-purpose", "description": "Refactor", "prompt": prompt}
    written(spawn_event(root, number, **fields))
    return rows(root)[-1]


def judge(root: Path, row: dict[str, object], passed: bool) -> None:
    names = {"tool_use_id": row["tool_use_id"], "session_id": row["session_id"]}
    ledger.append(str(root), {"row": "gate", "changed": True, "failed": [], **names})
    if not passed:
        ledger.append(str(root), {"row": "flag", "flag": "wrong", **names})


@pytest.mark.slow
@pytest.mark.parametrize("light_fails", [False, True])
def test_the_hook_follows_what_was_learned(
    repository: Path,
    light_fails: bool,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    compiled(repository, POLICY)
    (repository / "client" / "projects").mkdir(parents=True)
    monkeypatch.setenv("CLAUDE_CONFIG_DIR", str(repository / "client"))
    monkeypatch.chdir(repository)
    first = spawn(repository, 1)
    judge(repository, first, passed=True)
    for number in range(2, 180):  # rows as the hook writes them, so that the tiers are known
        tier = "light" if number % 2 else "mid"
        known = {"tool_use_id": f"t{number}", "task": f"t{number}", "tier": tier}
        row = {**first, **known, "propensity": 0.5, "time": ledger.now()}
        ledger.append(str(repository), row)
        judge(repository, row, passed=not (light_fails and tier == "light" and number % 3 == 0))

    assert run(["learn", "--apply"]) == 0
    assert ("refactor: mid -> light" in capsys.readouterr().out) is not light_fails
    after = spawn(repository, 500)
    assert after["tier"] == ("mid" if light_fails else "light")
    assert after["propensity"] == 1.0
