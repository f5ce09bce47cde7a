"""Repositories in the shapes of public ones: agents, hooks and hook managers of their own stay exactly as they are."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tests.support.hook import ask, rows, spawn_event
from tests.support.repository import git, make_repository

from tierwise.cli import run

AGENT = "---\nname: {name}\ndescription: {text}\nmodel: {model}\n---\n\nYou {text}.\n"
HUSKY_RUNNER = '#!/usr/bin/env sh\nhook="$(dirname "$0")/../${0##*/}"\n[ -f "$hook" ] || exit 0\nexec sh -e "$hook" "$@"\n'
SHAPES: dict[str, dict[str, str]] = {
    "web shop with husky": {
        "package.json": '{"name": "shop", "private": true, "scripts": {"lint": "true"}}\n',
        ".husky/pre-commit": "echo husky ran >> husky.log\n",
        ".husky/_/pre-commit": HUSKY_RUNNER,
        ".husky/_/commit-msg": HUSKY_RUNNER,
        ".gitignore": "husky.log\n",
        ".claude/agents/ui-designer.md": AGENT.format(
            name="ui-designer", text="design screens", model="sonnet"
        ),
        ".claude/agents/test-writer.md": AGENT.format(
            name="test-writer", text="write tests", model="haiku"
        ),
    },
    "service with hooks in its settings": {
        "pyproject.toml": '[project]\nname = "service"\nversion = "1"\n',
        ".claude/settings.json": '{\n\t"permissions": {"deny": ["Read(./.env)"]},\n\t"hooks": {"Stop": [{"hooks": '
        '[{"type": "command", "command": "true"}]}]}\n}',
        ".claude/agents/quality/code-reviewer.md": AGENT.format(
            name="code-reviewer", text="review diffs", model="opus"
        ),
        ".claude/commands/plan.md": "Plan it our way: $ARGUMENTS\n",
    },
    "collection of agents": {
        "agents/README.md": "# Agents\n",
        ".claude/agents/Data Engineer.md": AGENT.format(
            name="Data Engineer", text="build pipelines", model="sonnet"
        ).replace("\n", "\r\n"),
        ".claude/agents/security.md": AGENT.format(
            name="security-auditor", text="audit", model="opus"
        ),
        ".claude/settings.json": '{"model": "opus"}\n',
        "CLAUDE.md": "Always run the tests.\n",
    },
}


def read_files(root: Path) -> dict[str, bytes]:
    """Every file outside of git's own folder, with git's hooks."""
    kept = [path for path in root.rglob("*") if path.is_file()]
    inside = (path for path in kept if ".git" not in path.relative_to(root).parts)
    hooks = (root / ".git" / "hooks").glob("*")
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in (*inside, *hooks)}


@pytest.fixture(params=SHAPES)
def shape(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    root = make_repository(tmp_path / "repository", dict(SHAPES[request.param]))
    if (root / ".husky").exists():
        for hook in (root / ".husky" / "_").iterdir():
            hook.chmod(0o755)
        git(root, "config", "core.hooksPath", ".husky/_")
    return root


@pytest.mark.slow
def test_commits_pass_pins_hold_and_uninstall_is_exact(
    shape: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(shape)
    before = read_files(shape)
    run(["install"])  # 1 where a hook manager has to be told by hand
    said = capsys.readouterr().out
    after = read_files(shape)
    changed = {path for path, data in before.items() if after.get(path) != data}
    assert changed <= {".claude/settings.json"}
    assert run(["check"]) == 0, capsys.readouterr().out
    git(shape, "add", "-A")
    git(shape, "commit", "-qm", "feat: routing")
    for number, path in enumerate(sorted((shape / ".claude" / "agents").rglob("*.md"))):
        name = path.relative_to(shape).as_posix()
        if name in before:
            pin = path.read_text(encoding="utf-8").partition("model: ")[2].splitlines()[0]
            agent = path.read_text(encoding="utf-8").partition("name: ")[2].splitlines()[0]
            assert f"{agent}: {pin} -> {pin}" in said
            answer = ask(
                spawn_event(shape, number, subagent_type=agent, prompt="Find the root cause")
            )
            assert "model" not in str(answer) and rows(shape)[-1]["model"] == pin
    assert run(["uninstall", "--purge"]) == 0, capsys.readouterr().out
    left = {path: data for path, data in read_files(shape).items() if path != "husky.log"}
    assert {path for path in left if not path.startswith(".tierwise/local/")} == set(before)
    assert all(left[path] == data for path, data in before.items())
    assert not os.path.exists(shape / ".tierwise" / "table.json")
