"""report, export and statusline as a person types them."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import time
from dataclasses import replace
from pathlib import Path

import pytest
from tests.support.measured import DECIDED, EXPLORE, MAIN, report_json, tierwise, write_calls
from tests.support.policies import write_policy
from tests.support.transcript_world import write_world
from tests.support.transcripts import Call
from tests.support.warm import run_tierwise

from tierwise import ledger
from tierwise.claude_hooks.limits import note_limits
from tierwise.cli.report_text import BY
from tierwise.report.totals import KEYS


def tierwise_at(
    repository: Path, config: Path, *arguments: str
) -> subprocess.CompletedProcess[str]:
    """Run the command with ``CLAUDE_CONFIG_DIR``."""
    home = str(repository.parent / "home-of-reports")
    environment = {**os.environ, "HOME": home, "XDG_DATA_HOME": home, "TZ": "UTC"}
    environment["CLAUDE_CONFIG_DIR"] = str(config)
    return run_tierwise(*arguments, cwd=repository, env=environment)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_calls(tmp_path / "claude", MAIN, EXPLORE)


@pytest.mark.slow
def test_every_view_of_the_same_folder_has_the_same_total(repository: Path, tmp_path: Path) -> None:
    write_world(tmp_path / "claude", 5)
    totals = [
        report_json(repository, "--root", str(tmp_path / "claude"), "--by", by)["total"]
        for by in [*KEYS]
    ]
    assert all(total == totals[0] for total in totals)
    fresh = report_json(repository, "--root", str(tmp_path / "claude"), "--no-store")["total"]
    assert fresh == totals[0]


def test_what_the_command_offers_is_what_can_be_grouped_by() -> None:
    assert list(BY) == list(KEYS)


@pytest.mark.slow
def test_a_root_replaces_the_default_ones_and_several_add_up(
    repository: Path, root: Path, tmp_path: Path
) -> None:
    other = write_calls(tmp_path / "other", replace(MAIN, id="m9", session="s9"))
    found = report_json(repository, "--root", str(root), "--root", str(other), "--by", "session")
    assert {row["key"] for row in found["rows"]} == {"s1", "s9"}
    assert found["total"]["sessions"] == 2


def test_kind_and_tier_come_from_the_ledger_of_the_repository(repository: Path, root: Path) -> None:
    ledger.append(str(repository), dict(DECIDED))
    found = report_json(repository, "--root", str(root), "--by", "domain")
    assert {row["key"]: row["cost_usd"] for row in found["rows"]} == {"main": 0.2, "search": 0.005}
    assert found["baselines"]["routing_efficiency"]["ratio"] == 1


def test_the_ledger_of_another_project_is_found_by_the_calls_folder(
    repository: Path, tmp_path: Path
) -> None:
    project = tmp_path / "elsewhere"
    project.mkdir()
    ledger.append(str(project), dict(DECIDED))
    root = write_calls(tmp_path / "claude", EXPLORE, project=str(project))
    assert (
        report_json(repository, "--root", str(root), "--by", "domain")["rows"][0]["key"] == "search"
    )


def test_a_home_that_cannot_be_written_is_said_and_costs_no_figure(
    repository: Path, root: Path
) -> None:
    (repository / "file").touch()
    done = tierwise(
        repository, "report", "--json", "--root", str(root), XDG_DATA_HOME=str(repository / "file")
    )
    assert json.loads(done.stdout)["total"] == report_json(repository, "--root", str(root))["total"]
    assert "read without it" in done.stderr


def test_a_damaged_store_that_was_moved_aside_is_said_once(repository: Path, root: Path) -> None:
    store = repository / "data" / "tierwise" / "usage.sqlite3"
    store.parent.mkdir(parents=True)
    store.write_bytes(b"no database")
    said = [
        tierwise(
            repository,
            "report",
            "--by",
            by,
            "--root",
            str(root),
            XDG_DATA_HOME=str(repository / "data"),
        ).stderr
        for by in ("tier", "day")
    ]
    assert "usage.sqlite3.damaged" in said[0] and not said[1]


def test_a_store_that_is_there_and_fails_is_an_error(repository: Path, root: Path) -> None:
    (repository / "data" / "tierwise" / "usage.sqlite3").mkdir(parents=True)
    done = tierwise(
        repository, "report", "--root", str(root), XDG_DATA_HOME=str(repository / "data")
    )
    assert done.returncode == 4
    assert "--no-store" in done.stderr


@pytest.mark.slow
def test_a_rebuilt_store_forgets_what_transcripts_that_are_there_no_longer_say(
    repository: Path, root: Path
) -> None:
    before = report_json(repository, "--root", str(root))["total"]["messages"]
    next(root.rglob("*.jsonl")).write_bytes(b"")
    assert report_json(repository, "--root", str(root))["total"]["messages"] == before
    assert report_json(repository, "--root", str(root), "--rebuild")["total"]["messages"] < before
    assert tierwise(repository, "report", "--rebuild", "--no-store").returncode == 2


@pytest.mark.slow
def test_a_window_takes_what_lies_in_it_and_a_date_counts_whole(
    repository: Path, tmp_path: Path
) -> None:
    days = [
        replace(MAIN, id=f"m{day}", at=1_793_577_600 + day * 86_400) for day in range(4)
    ]  # from 2026-11-02, midnight
    root = write_calls(tmp_path / "claude", *days)

    def seen(*window: str) -> list[str]:
        found = report_json(repository, "--root", str(root), "--by", "day", "--tz", "UTC", *window)
        return [row["key"] for row in found["rows"]]

    assert seen("--since", "2026-11-03", "--until", "2026-11-04") == ["2026-11-03", "2026-11-04"]
    assert seen("--until", "2026-11-03T12:00") == ["2026-11-02", "2026-11-03"]
    assert seen("--since", "1d") == []

    def find_before(*window: str) -> float | None:
        found = report_json(repository, "--root", str(root), "--tz", "UTC", *window)
        return found["baselines"]["averages"]["before_usd"]

    day = report_json(repository, "--root", str(root), "--until", "2026-11-02", "--tz", "UTC")
    cost = day["total"]["cost_usd"]
    assert cost > 0
    assert find_before("--since", "2026-11-04", "--until", "2026-11-05") == pytest.approx(2 * cost)
    assert find_before("--since", "2026-11-02", "--until", "2026-11-05") == 0
    assert find_before("--since", "0001-01-02", "--until", "2026-11-05") is None
    assert find_before("--until", "2026-11-05") is None


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--since", "whenever"], "is no point in time"),
        (["--tz", "Mars/Olympus"], "is no time zone"),
        (["--root", "no-such-folder"], "there is no such folder"),
        (["--json", "--csv"], "choose one"),
        (["--by", "developer"], "go with --backend"),
        (["--backend", "oracle:x"], "names no backend"),
        (["--by", "colour"], "'colour' is not one of"),
    ],
)
def test_a_bad_call_says_what_is_wrong_and_exits_2(
    repository: Path, arguments: list[str], said: str
) -> None:
    done = tierwise(repository, "report", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr


def test_csv_has_a_line_a_group_and_the_total(repository: Path, root: Path) -> None:
    done = tierwise(repository, "report", "--root", str(root), "--csv", "--by", "model")
    lines = list(csv.DictReader(io.StringIO(done.stdout)))
    assert [line["key"] for line in lines] == ["claude-opus-5-5", "claude-haiku-5-5", "total"]
    assert lines[-1]["cost_usd"] == "0.205"


def test_the_page_is_written_whole_and_nothing_goes_to_a_pipe_but_its_name(
    repository: Path, root: Path
) -> None:
    done = tierwise(repository, "report", "--root", str(root), "--html", "out.html")
    assert (done.stdout, done.stderr) == ("wrote out.html\n", "")
    assert (repository / "out.html").read_text().startswith("<!DOCTYPE html>")


@pytest.mark.parametrize(
    ("form", "is_said"), [((), True), (("--json",), False), (("--csv",), False)]
)
def test_a_subscriptions_limits_stand_below_the_screen(
    form: tuple[str, ...], is_said: bool, repository: Path, root: Path
) -> None:
    write_policy(repository, "extends: balanced\n")
    (repository / ".tierwise").mkdir(exist_ok=True)
    note_limits(str(repository), {"seven_day": (90.0, time.time() + 3 * 86_400)})
    said = tierwise(repository, "report", "--root", str(root), *form).stdout
    assert ("weekly limit: 90 % used, resets " in said) is is_said
    assert (", reached at " in said) is is_said


def test_fix_prints_a_diff_and_changes_nothing(repository: Path, tmp_path: Path) -> None:
    write_policy(repository)
    stranger = replace(EXPLORE, agent="stranger", model="claude-opus-5-5")
    three = [replace(stranger, id=f"m{name}", agent_id=name) for name in ("a1", "a2", "a3")]
    root = write_calls(tmp_path / "claude", *three)
    done = tierwise(repository, "report", "--root", str(root), "--fix")
    assert "+  stranger: mid" in done.stdout
    assert (repository / "tierwise.yaml").read_text() == "version: 1\n"


def test_the_policy_s_prices_and_the_client_s_contract_are_honoured(
    repository: Path, root: Path
) -> None:
    (root / "settings.json").write_text('{"modelPricing": {"multiplier": 0.5}}')
    assert report_json(repository, "--root", str(root))["total"]["cost_usd"] == 0.1025
    write_policy(repository, "prices: {opus: {input: 1, output: 100}}\n")
    assert report_json(repository, "--root", str(root))["total"]["cost_usd"] == 1.0025


def test_a_broken_policy_is_said_to_be_one(repository: Path, root: Path) -> None:
    write_policy(repository, "nonsense: 1\n")
    done = tierwise(repository, "report", "--root", str(root))
    assert done.returncode == 2 and "tierwise.yaml:2" in done.stderr


def test_what_is_left_out_is_said_before_a_bad_policy_stops_the_report(
    repository: Path, tmp_path: Path
) -> None:
    write_policy(repository, "nonsense: 1\n")
    done = tierwise(repository, "report", "--root", str(tmp_path))
    left_out, error = done.stderr.index("left out: "), done.stderr.index("tierwise.yaml:2")
    assert done.returncode == 2 and left_out < error


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("gone", "there is no such folder"),
        ("real/projects", "holds no projects/; name the folder above it"),
    ],
)
def test_a_configured_folder_without_transcripts_is_named(
    repository: Path, tmp_path: Path, name: str, words: str
) -> None:
    write_calls(tmp_path / "real", Call("msg_1", "s1"))
    done = tierwise_at(repository, tmp_path / name, "report")
    assert f"left out: {tmp_path / name}: {words}" in done.stderr
    assert done.returncode == 0 and done.stdout.startswith("No calls")


def test_a_linked_folder_is_named_as_left_out(repository: Path, tmp_path: Path) -> None:
    write_calls(tmp_path / "real", Call("msg_1", "s1"))
    elsewhere = write_calls(tmp_path / "elsewhere", Call("msg_2", "s2"))
    link = tmp_path / "real" / "projects" / "linked"
    link.symlink_to(elsewhere / "projects" / "-work-project")
    done = tierwise(repository, "report", "--root", str(tmp_path / "real"))
    assert f"left out: {link}: a link to a folder, which is not followed" in done.stderr


@pytest.mark.slow
def test_a_project_is_the_repository_and_a_folder_the_folder(
    repository: Path, tmp_path: Path
) -> None:
    git = ["git", "-C", str(repository), "-c", "user.name=x", "-c", "user.email=x@example.com"]
    subprocess.run([*git, "commit", "-q", "--allow-empty", "-m", "x"], check=True)
    worktrees = [tmp_path / "one", repository / ".claude" / "worktrees" / "two"]
    for number, place in enumerate(worktrees):
        add = ["worktree", "add", "-q", "-b", f"b{number}", str(place)]
        subprocess.run([*git, *add], check=True)
    folder = repository / "packages" / "web"
    folder.mkdir(parents=True)
    gone = repository / ".claude" / "worktrees" / "gone" / "src"
    root = tmp_path / "u"
    for number, place in enumerate([repository, folder, *worktrees, gone]):
        write_calls(root, Call(f"msg_{number}", f"s{number}", output=1000), project=str(place))
    arguments = ["--root", str(root), "--no-store", "--by"]
    (row,) = report_json(repository, *arguments, "project")["rows"]
    assert (row["key"], row["messages"]) == (str(repository), 5)
    assert len(report_json(repository, *arguments, "folder")["rows"]) == 5
    export = ["export", "--root", str(root), "--no-store", "--developer", "ann"]
    lines = list(csv.DictReader(io.StringIO(tierwise(repository, *export).stdout)))
    assert {line["project"] for line in lines} == {str(repository)}
    assert len({line["folder"] for line in lines}) == 5


@pytest.mark.parametrize(
    ("window", "cause"),
    [
        (["--until", "9999-12-31"], "no point in time"),
        (["--since", "99999999d"], "no point in time"),
        (["--since", "2026-11-20", "--until", "2026-11-01"], "the window ends before it begins"),
    ],
)
def test_a_window_that_is_none_is_refused(repository: Path, window: list[str], cause: str) -> None:
    done = tierwise(repository, "report", *window)
    assert done.returncode == 2 and cause in done.stderr and "Traceback" not in done.stderr


def test_a_root_without_projects_is_said_to_hold_none(repository: Path, tmp_path: Path) -> None:
    done = tierwise(repository, "report", "--json", "--root", str(tmp_path))
    assert json.loads(done.stdout)["coverage"]["files"] == 0
    assert done.stderr == f"tierwise: left out: {tmp_path}: holds no projects/\n"


def test_a_table_without_a_backend_is_refused(repository: Path) -> None:
    assert tierwise(repository, "report", "--table", "x").returncode == 2
