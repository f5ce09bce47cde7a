"""`tierwise install` as a new user types it: what it shows, what it asks, and steps that work as they are printed."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from tests.support.checkout import tierwise
from tests.support.policies import snapshot
from tests.support.repository import git

from tierwise.policy.compile import compile_table
from tierwise.policy.load import load_policy
from tierwise.trust.guard import are_powers_trusted

COMMAND = re.compile(r"`(tierwise [^`]+)`")


def type_into(folder: Path, answer: str, *arguments: str) -> tuple[int, str]:
    """Run the command on a terminal of its own and type an answer: exit code, and what it showed."""
    import pty

    master, slave = pty.openpty()
    environment = {**os.environ, "NO_COLOR": "1", "TERM": "dumb"}
    process = subprocess.Popen(
        [sys.executable, "-m", "tierwise", *arguments],
        cwd=folder,
        env=environment,
        stdin=slave,
        stdout=slave,
        stderr=slave,
    )
    os.close(slave)
    os.write(master, answer.encode())
    shown = b""
    while True:
        try:
            piece = os.read(master, 1 << 16)
        except OSError:  # the other end is closed
            break
        if not piece:
            break
        shown += piece
    os.close(master)
    return process.wait(60), shown.decode()


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="no terminals of this kind")
def test_on_a_terminal_it_shows_the_agents_and_asks_once(used: Path) -> None:
    before = snapshot(used)
    code, shown = type_into(used, "n\n", "install")
    assert code == 1
    assert "auditor: sonnet -> sonnet (the agent's own file)" in shown
    assert "helper: inherit -> by the task" in shown
    assert shown.count("Go on?") == 1
    assert "Nothing was written" in shown
    assert snapshot(used) == before
    code, shown = type_into(used, "\n", "install")
    assert code == 0
    assert shown.count("Go on?") == 1
    assert (used / "tierwise.yaml").exists()
    code, shown = type_into(used, "", "install")
    assert (code, shown.count("Go on?")) == (0, 0)  # nothing is to be written


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="no terminals of this kind")
def test_what_the_policy_may_run_is_shown_before_the_question(repository: Path) -> None:
    (repository / "tierwise.yaml").write_text("automated: {lint: ./check-it}\n")
    code, shown = type_into(repository, "n\n", "install")
    assert code == 1
    assert 0 < shown.index("automated.lint: ./check-it") < shown.index("Go on?")
    assert not are_powers_trusted(str(repository), compile_table(load_policy(str(repository))))
    code, shown = type_into(repository, "\n", "install")
    assert code == 0
    assert are_powers_trusted(str(repository), compile_table(load_policy(str(repository))))


def test_a_command_of_yours_stays_and_no_step_says_otherwise(repository: Path) -> None:
    command = repository / ".claude/commands/plan.md"
    command.parent.mkdir(parents=True)
    command.write_text("mine\n")
    assert "/plan" not in steps_of(tierwise(repository, "install", "--no-git-hooks").stdout)
    command.unlink()
    assert "/plan" in steps_of(tierwise(repository, "install", "--no-git-hooks").stdout)
    (repository / "tierwise.yaml").write_text("commands: {plan: off}\n")
    shown = tierwise(repository, "install", "--no-git-hooks").stdout
    assert not command.exists()
    assert "Wrote 2 files. Removed 1.\n" in shown
    assert "/plan" not in steps_of(shown)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="no terminals of this kind")
def test_yes_and_a_repository_without_agents_ask_nothing(used: Path, repository: Path) -> None:
    code, shown = type_into(used, "", "install", "--yes")
    assert (code, "Go on?" in shown) == (0, False)
    assert "auditor: sonnet -> sonnet" in shown


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="no terminals of this kind")
def test_who_says_no_hears_of_what_was_shown(used: Path) -> None:
    _, shown = type_into(used, "n\n", "install")
    assert "`agents: {NAME: TIER}`" in shown
    assert "nothing to allow" not in shown
    (used / "tierwise.yaml").write_text("automated: {lint: ./check-it}\n")
    _, shown = type_into(used, "n\n", "install")
    assert "`agents: {NAME: TIER}`" in shown
    assert "Without automated.lint in tierwise.yaml there is nothing to allow." in shown
    for agent in (used / ".claude" / "agents").iterdir():
        agent.unlink()
    _, shown = type_into(used, "n\n", "install")
    assert "agents:" not in shown
    assert "Without automated.lint in tierwise.yaml there is nothing to allow." in shown


@pytest.mark.slow
def test_without_a_terminal_nothing_is_asked(used: Path) -> None:
    done = tierwise(used, "install")
    assert done.returncode == 0
    assert "Your agents, today -> with this policy:" in done.stdout
    assert "Go on?" not in done.stdout + done.stderr


def test_a_dry_run_shows_the_agents_before_there_is_a_policy(used: Path) -> None:
    done = tierwise(used, "install", "--dry-run")
    assert "auditor: sonnet -> sonnet (the agent's own file)" in done.stdout


def steps_of(shown: str) -> str:
    return shown[shown.index("Next:") :]


@pytest.mark.slow
@pytest.mark.parametrize("named", [True, False], ids=["on PATH", "not on PATH"])
def test_every_printed_step_works(used: Path, tmp_path: Path, named: bool) -> None:
    home = tmp_path / "home"
    home.mkdir(exist_ok=True)
    system = "/usr/bin:/bin"
    links = tmp_path / "links"
    links.mkdir()
    if named:
        for name in ("tierwise", "tierwise-hook"):
            (links / name).symlink_to(Path(sys.executable).with_name(name))
    path = f"{links}:{system}" if named else system
    environment = {"HOME": str(home), "PATH": path}
    done = tierwise(used, "install", env=environment)
    assert done.returncode == 0, done.stderr
    steps = steps_of(done.stdout)
    commands = dict.fromkeys(COMMAND.findall(steps))
    assert {"tierwise doctor", "tierwise report"} <= set(commands)
    program = "tierwise"
    if not named:
        (program,) = re.findall(r"Until then (\S+) is the command", steps)
    every = {**os.environ, **environment, "NO_COLOR": "1"}
    for command in commands:
        call = [program, *command.split()[1:]]
        ran = subprocess.run(call, cwd=used, env=every, capture_output=True, text=True, check=False)
        assert ran.returncode in (0, 1), (
            command,
            ran.stderr,
        )  # doctor: 1 is a finding of this machine
        assert "Traceback" not in ran.stderr
    setting = json.loads("{" + steps.partition("settings: ")[2].splitlines()[0] + "}")
    line = subprocess.run(
        ["sh", "-c", setting["statusLine"]["command"]],
        cwd=used,
        env=every,
        input='{"model": {"id": "claude-opus-5-5", "display_name": "Opus"}}',
        capture_output=True,
        text=True,
        check=False,
    )
    assert line.returncode == 0, line.stderr
    assert "Opus" in line.stdout
    git(used, "add", "-A")
    committed = subprocess.run(
        ["git", "commit", "-qm", "feat: routing"],
        cwd=used,
        env={**every, **_person()},
        capture_output=True,
        text=True,
        check=False,
    )
    assert committed.returncode == 0, committed.stderr


def _person() -> dict[str, str]:
    names = {"NAME": "A", "EMAIL": "a@example.com"}
    return {
        f"GIT_{who}_{key}": value for who in ("AUTHOR", "COMMITTER") for key, value in names.items()
    }


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "text"),
    [
        (".commitlintrc.yml", "extends: ['@commitlint/config-conventional']\n"),
        (
            "commitlint.config.js",
            "module.exports = {extends: ['@commitlint/config-conventional']};\n",
        ),
        ("package.json", '{"commitlint": {"extends": ["@commitlint/config-conventional"]}}\n'),
    ],
)
def test_beside_commitlint_the_teams_own_rules_stand(
    name: str, text: str, repository: Path
) -> None:
    (repository / name).write_text(text)
    assert tierwise(repository, "install").returncode == 0
    git(repository, "add", "-A")
    message = "theme(x): Add a Theme.\nThis stands right below."
    git(repository, "commit", "-qm", message)  # raises where it is refused
    assert f"what {name} says counts" in (repository / "tierwise.yaml").read_text()


@pytest.mark.slow
def test_one_command_in_a_fresh_repository_writes_everything(repository: Path) -> None:
    done = tierwise(repository, "install")
    assert done.returncode == 0
    assert "20 of them subagents" in done.stdout
    assert tierwise(repository, "check").stdout == ""


@pytest.mark.parametrize("mode", ["shadow", "advise"])
def test_the_next_steps_promise_routing_only_where_the_mode_routes(
    repository: Path, mode: str
) -> None:
    (repository / "tierwise.yaml").write_text(f"hooks: {{mode: {mode}}}\n")
    steps = steps_of(tierwise(repository, "install", "--no-git-hooks").stdout)
    assert f"Spawns are not routed yet: hooks.mode is {mode}" in steps
    assert "its spawns are routed" not in steps


def test_a_policy_without_claude_code_gets_no_advice_about_its_sessions(repository: Path) -> None:
    (repository / "tierwise.yaml").write_text("targets: [cursor]\n")
    done = tierwise(repository, "install", "--no-git-hooks")
    assert "subagents" not in done.stdout
    assert "Spawns are" not in steps_of(done.stdout)
    assert "status line" not in steps_of(done.stdout)
    assert "not routed" not in tierwise(repository, "status").stderr


def test_only_what_was_allowed_is_said_to_be_trusted(repository: Path) -> None:
    (repository / "tierwise.yaml").write_text("automated: {lint: ./check-it}\n")
    for options, trusted in (
        (["--dry-run"], {}),
        ([], {"automated.lint": "./check-it"}),
        ([], {}),
    ):
        done = tierwise(repository, "install", "--json", *options)
        assert json.loads(done.stdout)["trusted"] == trusted


def test_a_dry_run_lists_what_would_be_written_and_writes_nothing(repository: Path) -> None:
    before = snapshot(repository)
    done = tierwise(repository, "install", "--dry-run")
    assert "tierwise.yaml" in done.stdout
    assert snapshot(repository) == before


@pytest.mark.slow
def test_installing_twice_changes_nothing(installed: Path) -> None:
    before = snapshot(installed)
    done = tierwise(installed, "install")
    assert (done.returncode, done.stdout) == (0, "Everything is in place already.\n")
    assert snapshot(installed) == before


@pytest.mark.slow
def test_another_preset_where_there_is_a_policy_is_refused_with_the_way_to_do_it(
    installed: Path,
) -> None:
    done = tierwise(installed, "install", "--preset", "economy")
    assert done.returncode == 2
    assert "set `extends: economy` in it" in done.stderr


@pytest.mark.slow
def test_the_preset_that_the_policy_has_may_be_named_again(repository: Path) -> None:
    assert tierwise(repository, "install", "--preset", "economy").returncode == 0
    before = snapshot(repository)
    done = tierwise(repository, "install", "--preset", "economy")
    assert (done.returncode, done.stdout) == (0, "Everything is in place already.\n")
    assert snapshot(repository) == before


def test_where_git_is_missing_nothing_is_written(repository: Path) -> None:
    before = snapshot(repository)
    done = tierwise(repository, "install", env={"PATH": ""})
    assert (done.returncode, done.stderr) == (
        4,
        "tierwise: git was not found\n  Install git and put it on PATH.\n",
    )
    assert snapshot(repository) == before
