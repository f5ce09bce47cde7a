"""install, status, diff, check, sync and uninstall as a person types them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.support.policies import snapshot, write_policy
from tests.support.warm import run_tierwise

from tierwise import ledger


def tierwise(cwd: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return run_tierwise(*arguments, cwd=cwd, env={**os.environ, **environment})


@pytest.fixture
def installed(repository: Path) -> Path:
    done = tierwise(repository, "install")
    assert done.returncode == 0, done.stderr
    return repository


def test_one_command_in_a_fresh_repository_writes_everything(repository: Path) -> None:
    done = tierwise(repository, "install")
    assert done.returncode == 0
    assert "20 of them subagents" in done.stdout
    assert tierwise(repository, "check").stdout == ""


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
    done = tierwise(repository, "install", PATH="")
    assert (done.returncode, done.stderr) == (
        4,
        "tierwise: git was not found\n  Install git and put it on PATH.\n",
    )
    assert snapshot(repository) == before


@pytest.mark.slow
def test_after_a_watcher_uninstall_leaves_nothing_behind(repository: Path) -> None:
    before = snapshot(repository)
    for command in (["install"], ["watch", "--once"], ["uninstall"]):
        assert tierwise(repository, *command).returncode == 0
    assert snapshot(repository) == before


def test_every_command_works_from_a_subfolder(installed: Path) -> None:
    below = installed / "src" / "deep"
    below.mkdir(parents=True)
    for command in (["check"], ["status"], ["diff"], ["sync"], ["policy", "show"], ["estimate"]):
        done = tierwise(below, *command)
        assert done.returncode == 0, (command, done.stderr)
    assert list(below.iterdir()) == []


def test_drift_is_one_line_a_file_and_exit_code_one(installed: Path) -> None:
    (installed / ".claude/agents/explorer.md").unlink()
    write_policy(installed, "routes: {docs: mid}\n")
    done = tierwise(installed, "check")
    assert done.returncode == 1
    assert sorted(line.split()[1] for line in done.stdout.splitlines()) == [
        ".claude/agents/explorer.md",
        ".tierwise/table.json",
        "ROUTING.md",
    ]


def test_the_quick_check_notices_every_kind_of_change(installed: Path) -> None:
    assert tierwise(installed, "check").returncode == 0
    assert (installed / ".tierwise/local/in-sync").exists()
    changes = {
        "ROUTING.md": (b"frontier", b"mid"),
        ".claude/settings.json": (b"hook", b"hoax"),
        ".claude/agents/planner.md": (b"model: opus", b"model: haiku"),
        "tierwise.yaml": (b"extends: balanced", b"extends: economy"),
    }
    for path, (old, new) in changes.items():
        kept = (installed / path).read_bytes()
        (installed / path).write_bytes(kept.replace(old, new))
        assert tierwise(installed, "check").returncode != 0, path
        (installed / path).write_bytes(kept)
        assert tierwise(installed, "check").returncode == 0, path


@pytest.mark.slow
def test_a_passed_review_date_is_a_warning(installed: Path) -> None:
    write_policy(installed, "review: 2020-01-01\n")
    tierwise(installed, "sync")
    for _ in range(2):  # the full check, then the quick one
        done = tierwise(installed, "check")
        assert done.returncode == 0
        assert "was to be reviewed by 2020-01-01; look at `tierwise learn`" in done.stderr


def test_check_speaks_json(installed: Path) -> None:
    view = json.loads(tierwise(installed, "check", "--json").stdout)
    assert view["in_sync"] is True
    assert {file["status"] for file in view["files"]} == {"same"}


@pytest.mark.slow
def test_diff_is_a_unified_diff_of_what_sync_would_change(installed: Path) -> None:
    write_policy(installed, "agents: {explorer: mid}\n")
    done = tierwise(installed, "diff")
    assert "-model: haiku\n+model: sonnet\n" in done.stdout
    assert "\x1b[" not in done.stdout


@pytest.mark.slow
def test_a_bad_policy_is_exit_code_two_with_the_place(installed: Path) -> None:
    write_policy(installed, "mode: hybird\n")
    for command in ("check", "sync", "status", "diff"):
        done = tierwise(installed, command)
        assert done.returncode == 2
        assert 'tierwise.yaml:2:1: mode: found "hybird"' in done.stderr


def test_uninstall_keeps_and_names_what_was_edited(installed: Path) -> None:
    agent = installed / ".claude/agents/planner.md"
    agent.write_bytes(agent.read_bytes() + b"mine\n")
    done = tierwise(installed, "uninstall")
    assert done.returncode == 1
    assert ".claude/agents/planner.md" in done.stdout
    assert agent.exists()
    assert not (installed / ".claude/agents/explorer.md").exists()


def test_a_policy_saved_in_the_editor_is_synced(installed: Path, tmp_path: Path) -> None:
    editor = tmp_path / "editor.sh"
    editor.write_text('#!/bin/sh\nprintf "agents: {explorer: mid}\\n" >> "$1"\n')
    editor.chmod(0o755)
    done = tierwise(installed, "policy", "edit", VISUAL=str(editor), EDITOR=str(editor))
    assert done.returncode == 0, done.stderr
    assert b"model: sonnet" in (installed / ".claude/agents/explorer.md").read_bytes()


def test_estimates_compare_the_policy_with_everything_on_top(installed: Path) -> None:
    view = json.loads(tierwise(installed, "estimate", "--json").stdout)
    assert view["total"]["count"] == 1000
    assert view["schema_version"] == 2
    assert view["total"]["routed_usd"] < view["total"]["without_low_usd"]
    assert view["total"]["without_low_usd"] < view["total"]["without_high_usd"]
    # architecture stays on top: the same price on both sides
    top = next(row for row in view["rows"] if row["kind"] == "architecture")
    assert top["routed_usd"] == top["without_low_usd"] == top["without_high_usd"]


def test_what_must_stay_on_top_is_estimated_and_listed_there_whatever_its_route_says(
    installed: Path,
) -> None:
    write_policy(installed, "routes: {security: mid}\n")
    tierwise(installed, "sync")
    (row,) = json.loads(tierwise(installed, "estimate", "security=1", "--json").stdout)["rows"]
    assert (
        row["tier"]
        == json.loads(tierwise(installed, "route", "audit the login", "--json").stdout)["tier"]
    )
    assert row["tier"] == "frontier"
    assert "| frontier | high | security |" in (installed / "ROUTING.md").read_text(
        encoding="utf-8"
    )


def test_automated_work_is_estimated_at_no_cost_where_a_command_does_it(installed: Path) -> None:
    write_policy(installed, "automated: {lint: ruff check .}\n")
    rows = json.loads(tierwise(installed, "estimate", "lint=9", "types=9", "--json").stdout)["rows"]
    assert [(row["tier"], row["routed_usd"] == 0) for row in rows] == [
        ("automated", True),
        ("mid", False),
    ]
    assert rows[0]["without_low_usd"] == rows[0]["without_high_usd"] > 0


def test_work_without_a_route_is_estimated_on_the_default_tier_as_the_router_sends_it(
    repository: Path,
) -> None:
    tiers = "{low: {model: haiku}, high: {model: opus}}"
    write_policy(repository, f"extends: none\ntiers: {tiers}\ndefault: high\n")
    done = tierwise(repository, "estimate", "--json")
    assert done.returncode == 0, done.stderr
    assert {row["tier"] for row in json.loads(done.stdout)["rows"]} == {"high"}
    unknown = tierwise(repository, "estimate", "doc=3")
    assert unknown.returncode == 2 and 'did you mean "docs"?' in unknown.stderr


def test_an_agent_of_yours_that_gets_its_tier_is_updated_and_not_new(installed: Path) -> None:
    own = installed / ".claude/agents/my-agent.md"
    own.write_text("---\nname: my-agent\n---\nmine\n")
    write_policy(installed, "agents: {my-agent: light}\n")
    assert (
        "my-agent.md  yours; the policy's lines are not in it yet"
        in tierwise(installed, "check").stdout
    )
    assert "updated .claude/agents/my-agent.md" in tierwise(installed, "sync").stdout
    assert "model: haiku" in own.read_text()


def test_in_a_folder_that_is_gone_the_error_says_so(tmp_path: Path) -> None:
    script = f"rmdir {tmp_path}/gone && exec {sys.executable} -m tierwise status"
    gone = tmp_path / "gone"
    gone.mkdir()
    done = subprocess.run(
        ["sh", "-c", script], cwd=gone, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr.splitlines()[0]) == (
        4,
        "tierwise: the current folder is gone",
    )


def test_where_a_price_is_not_known_there_is_no_total_and_no_saving(installed: Path) -> None:
    write_policy(
        installed,
        'tiers: {own: {model: m, provider: openai, base_url: "http://127.0.0.1:1"}}\n'
        "agents: {implementer: own}\nroutes: {docs: own}\n",
    )
    total = json.loads(tierwise(installed, "estimate", "docs=1", "feature=1", "--json").stdout)[
        "total"
    ]
    names = ("without_low_usd", "without_high_usd", "routed_usd")
    assert [total[name] for name in names] == [None, None, None]
    tierwise(installed, "sync")
    assert "**one feature** |  |  | **?** | **?** |" in (installed / "ROUTING.md").read_text(
        encoding="utf-8"
    )


def test_only_takes_a_path_from_the_root_or_from_the_current_folder(installed: Path) -> None:
    folder = installed / ".claude"
    for path in (
        ".claude/agents/explorer.md",
        "agents/explorer.md",
        str(folder / "agents/explorer.md"),
    ):
        (folder / "agents/explorer.md").write_bytes(b"edited\n")
        assert tierwise(folder, "sync", "--force", "--only", path).returncode == 0
    done = tierwise(folder, "sync", "--force", "--only", "agents/explore.md")
    assert done.returncode == 2
    assert 'did you mean ".claude/agents/explorer.md"?' in done.stderr


@pytest.mark.parametrize("mix", ["docs", "docs=x", "=3", "docs=3@1/2", "docs=-1"])
def test_a_mix_that_cannot_be_read_says_how_to_write_it(installed: Path, mix: str) -> None:
    done = tierwise(installed, "estimate", mix)
    assert done.returncode == 2
    assert "KIND=COUNT" in done.stderr


def test_a_reader_that_has_gone_is_no_answer_of_no(installed: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    call = [sys.executable, "-m", "tierwise", "schema"]
    done = subprocess.run(
        call, cwd=installed, stdout=writing, stderr=subprocess.PIPE, text=True, check=False
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, "")


def test_output_that_the_terminal_s_encoding_lacks_is_escaped_and_json_stays_json(
    installed: Path,
) -> None:
    write_policy(installed, "checks: {commands: {prüfen: {run: 'true'}}}\n")
    for arguments in (["policy", "show"], ["diff"], ["policy", "show", "--json"]):
        done = tierwise(installed, *arguments, PYTHONIOENCODING="ascii")
        assert done.returncode == 0, done.stderr
    assert "prüfen" in json.loads(done.stdout)["policy"]["checks"]["commands"]


def test_a_dry_uninstall_says_what_would_go_and_what_would_come_back(repository: Path) -> None:
    agents = repository / ".claude/agents"
    agents.mkdir(parents=True)
    (agents / "explorer.md").write_text("mine\n")
    assert tierwise(repository, "install", "--force").returncode == 0
    (agents / "debugger.md").write_text("edited\n")
    before = snapshot(repository)
    lines = tierwise(repository, "uninstall", "--dry-run").stdout.splitlines()
    assert "would restore .claude/agents/explorer.md" in lines
    assert "would remove .claude/agents/planner.md" in lines
    assert "edited   .claude/agents/debugger.md  edited by hand, so it stays" in lines
    assert snapshot(repository) == before


def test_only_without_a_wish_is_a_wrong_call_even_where_nothing_is_to_do(installed: Path) -> None:
    assert tierwise(installed, "check").returncode == 0
    assert tierwise(installed, "sync", "--only", "tierwise.yaml").returncode == 2


@pytest.mark.slow
@pytest.mark.parametrize("record", ["[]", "{}", '{"files": 3}', '{"files": {"a": 5}}', "{bad"])
def test_a_damaged_record_is_one_clear_error(installed: Path, record: str) -> None:
    (installed / ".tierwise/state.json").write_text(record)
    for command in ("check", "status", "sync", "uninstall"):
        done = tierwise(installed, command)
        assert done.returncode == 2 and "git checkout -- .tierwise/state.json" in done.stderr
        assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_an_editor_that_fails_is_named_with_the_way_out(installed: Path) -> None:
    done = tierwise(installed, "policy", "edit", VISUAL="false", EDITOR="false")
    assert done.returncode == 4
    assert "policy edit" in done.stderr and "Set VISUAL or EDITOR" in done.stderr


def test_settings_that_do_not_parse_are_named_with_what_to_do(installed: Path) -> None:
    (installed / ".claude/settings.json").write_text("{bad")
    done = tierwise(installed, "sync")
    assert done.returncode == 1
    assert "blocked  .claude/settings.json  is not usable JSON" in done.stdout
    assert done.stdout.rstrip().endswith("; fix it or move it away, then tierwise sync")


def test_uninstall_names_what_stays_and_git_does_not_see_it(installed: Path) -> None:
    ledger.append(str(installed), {"row": "decision"})
    ledger.fingerprint(str(installed), "a task")
    done = tierwise(installed, "uninstall")
    assert "left in .tierwise/local, ignored by git: key, ledger.jsonl" in done.stdout
    seen = subprocess.run(
        ["git", "status", "--porcelain"], cwd=installed, capture_output=True, text=True, check=True
    )
    assert ".tierwise" not in seen.stdout
