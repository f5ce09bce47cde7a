"""The live test: only what is ours is started, and its answer is judged."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from tests.support.doctor import check, install_plugin, levels, put

from tierwise import bundle
from tierwise.doctor import selftest
from tierwise.doctor.place import look
from tierwise.user_launcher import launcher_path


@pytest.mark.slow
def test_the_self_test_starts_the_hook_and_shows_its_latency(
    root: Path, env: dict[str, str]
) -> None:
    (finding,) = check(selftest.check_hook, root, env)
    assert finding.level == "ok"
    assert "haiku" in finding.what
    assert " ms" in finding.what
    assert not (root / ".tierwise" / "local" / "ledger.jsonl").exists()


@pytest.mark.parametrize(
    ("took", "bare_start", "level"),
    [(299.0, 10.0, "ok"), (301.0, 10.0, "warn"), (700.0, 100.0, "ok"), (900.0, 100.0, "warn")],
)
def test_a_slow_hook_is_a_warning_where_the_machine_is_not_slow_too(
    took: float,
    bare_start: float,
    level: str,
    root: Path,
    env: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answer = {"hookSpecificOutput": {"updatedInput": {**selftest.CALL, "model": "haiku"}}}
    monkeypatch.setattr(selftest, "run_hook", lambda *_: (answer, [took]))
    monkeypatch.setattr(selftest, "time_bare_start", lambda: bare_start)
    assert levels(selftest.check_hook(look(str(root), env))) == {"self-test": level}


@pytest.mark.slow
def test_the_self_test_starts_the_plugins_hook_as_the_client_would(
    repository: Path, env: dict[str, str], home: Path
) -> None:
    command = f'"{sys.executable}" -S -E "${{CLAUDE_PLUGIN_ROOT}}/hooks/run.py" PreToolUse'
    group = {"matcher": "Agent|Task", "hooks": [{"type": "command", "command": command}]}
    folder = install_plugin(home, repository, "tierwise", {"PreToolUse": [group]})
    assert levels(selftest.check_hook(look(str(repository), env))) == {
        "self-test": "fail"
    }  # no run.py there
    (folder / "hooks" / "run.py").write_text(
        f"import runpy\nrunpy.run_path({bundle.path('hooks', 'run.py')!r}, run_name='__main__')\n"
    )
    (finding,) = selftest.check_hook(look(str(repository), env))
    assert finding.level == "ok", finding.what


@pytest.mark.parametrize("line", ["touch {0} # .tierwise/hook", "{0}/.tierwise/hook PreToolUse"])
def test_a_line_of_the_clone_that_looks_like_ours_is_not_started(
    line: str, root: Path, env: dict[str, str], tmp_path: Path
) -> None:
    hook = {"type": "command", "command": line.format(tmp_path / "pwned")}
    group = {"matcher": "Agent|Task", "hooks": [hook]}
    put(root / ".claude" / "settings.json", {"hooks": {"PreToolUse": [group]}})
    (finding,) = check(selftest.check_hook, root, env)
    assert finding.level == "fail" and "not started" in finding.what
    assert not (tmp_path / "pwned").exists()


def test_a_launcher_of_the_clone_is_not_started(
    root: Path, env: dict[str, str], tmp_path: Path
) -> None:
    launcher = root / ".tierwise" / "hook"
    launcher.write_text(f"#!/bin/sh\ntouch {tmp_path / 'pwned'}\n")
    (finding,) = check(selftest.check_hook, root, env)
    assert finding.level == "fail" and ".tierwise/hook is not the file" in finding.what
    assert not (tmp_path / "pwned").exists()


@pytest.mark.slow
def test_a_launcher_that_has_lost_its_interpreter_fails(root: Path, env: dict[str, str]) -> None:
    Path(launcher_path(env)).write_text("/nowhere/python\t/nowhere/run.py\n")
    (finding,) = check(selftest.check_hook, root, env)
    assert finding.level == "fail"
    assert "answered nothing" in finding.what


def test_what_a_failing_hook_says_is_one_line(root: Path, env: dict[str, str]) -> None:
    command = "printf 'first\\nlast\\n' >&2; exit 3"
    with pytest.raises(subprocess.SubprocessError, match=r"ended with 3: first; last$"):
        selftest.run_hook(command, str(root), look(str(root), env))


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (None, "answered nothing"),
        ("text", "not what the client expects"),
        ({"hookSpecificOutput": {"updatedInput": {"model": "haiku"}}}, "whole call"),
        (
            {
                "hookSpecificOutput": {
                    "updatedInput": {**selftest.CALL, "model": "claude-haiku-4-5"}
                }
            },
            "claude-haiku-4-5",
        ),
    ],
)
def test_an_answer_that_the_client_would_refuse_is_a_fault(answer: object, fault: str) -> None:
    assert fault in selftest.judge(answer)
