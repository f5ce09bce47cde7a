"""A report whose sources have not changed is printed again from memory; whatever changes makes it anew."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from tests.support.measured import report_json, tierwise, write_calls
from tests.support.policies import write_policy
from tests.support.transcripts import Call

from tierwise import ledger
from tierwise.report import remembered

CALL = Call("m1", "s1", output=10_000)
MARK = "from memory"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_calls(tmp_path / "claude", CALL)


def spoil(repository: Path) -> None:
    """Write another text into what is remembered, so that a report shows where it came from."""
    for path in (repository.parent / "home-of-reports" / "tierwise" / "reports").iterdir():
        path.write_text(
            json.dumps({**json.loads(path.read_text()), "text": json.dumps({"rows": MARK})})
        )


def is_remembered(repository: Path, *arguments: str) -> bool:
    return bool(report_json(repository, *arguments)["rows"] == MARK)


@pytest.mark.slow
def test_the_same_report_is_printed_from_memory(repository: Path, root: Path) -> None:
    first = tierwise(repository, "report", "--json", "--root", str(root)).stdout
    assert tierwise(repository, "report", "--json", "--root", str(root)).stdout == first
    spoil(repository)
    assert is_remembered(repository, "--root", str(root))
    assert not is_remembered(repository, "--root", str(root), "--no-store")
    assert not is_remembered(repository, "--root", str(root), "--by", "day")


def _more_calls(repository: Path, root: Path) -> None:
    write_calls(root, replace(CALL, id="m2"))


def _another_session(repository: Path, root: Path) -> None:
    write_calls(root, replace(CALL, id="m2", session="s2"))


def _rewritten(repository: Path, root: Path) -> None:
    file = next(root.rglob("*.jsonl"))
    stat = file.stat()
    file.write_text(file.read_text().replace("10000", "20000"))  # of the same size
    os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns))


def _gone(repository: Path, root: Path) -> None:
    next(root.rglob("*.jsonl")).unlink()


def _policy(repository: Path, root: Path) -> None:
    write_policy(repository, "extends: economy\n")


def _ledger(repository: Path, root: Path) -> None:
    ledger.append(str(repository), {"row": "flag", "session_id": "s1", "flag": "cheaper"})


def _client_prices(repository: Path, root: Path) -> None:
    (root / "settings.json").write_text('{"modelPricing": {"multiplier": 0.5}}')


def _store_deleted(repository: Path, root: Path) -> None:
    for file in (repository.parent / "home-of-reports" / "tierwise").glob("usage.sqlite3*"):
        file.rename(
            file.with_name(f"old-{file.name}")
        )  # kept, so that its inode is not given out again


@pytest.mark.parametrize(
    "change",
    [
        _more_calls,
        _another_session,
        _rewritten,
        _gone,
        _policy,
        _ledger,
        _client_prices,
        _store_deleted,
    ],
)
def test_whatever_changes_makes_it_anew(
    repository: Path, root: Path, change: Callable[[Path, Path], None]
) -> None:
    arguments = ("--root", str(root))
    report_json(repository, *arguments)
    spoil(repository)
    assert is_remembered(repository, *arguments)
    change(repository, root)
    assert not is_remembered(repository, *arguments)


def test_a_ledger_that_appears_where_calls_were_made_is_seen(
    repository: Path, tmp_path: Path
) -> None:
    project = tmp_path / "elsewhere"
    project.mkdir()
    root = write_calls(tmp_path / "claude", CALL, project=str(project))
    report_json(repository, "--root", str(root))
    spoil(repository)
    ledger.append(str(project), {"row": "flag", "session_id": "s1", "flag": "cheaper"})
    assert not is_remembered(repository, "--root", str(root))


def test_history_that_the_store_learnt_meanwhile_is_not_forgotten(
    repository: Path, root: Path
) -> None:
    alone = report_json(repository, "--root", str(root))
    write_calls(root, replace(CALL, id="m2", session="s2"))
    report_json(repository, "--root", str(root), "--by", "day")
    next(root.rglob("s2.jsonl")).unlink()  # the transcripts are those of the first report again
    report = report_json(repository, "--root", str(root))
    assert (alone["total"]["messages"], report["total"]["messages"]) == (1, 2)
    assert report["coverage"]["gone_files"] == 1


def test_an_agent_s_name_that_is_written_anew_is_read_anew(
    repository: Path, tmp_path: Path
) -> None:
    root = write_calls(tmp_path / "claude", replace(CALL, agent_id="a1"))
    beside = next(root.rglob("agent-a1.jsonl")).with_name("agent-a1.meta.json")
    for text, name in (
        ("{", "unknown"),
        ('{"agentType": "Explore"}', "Explore"),
        ('{"agentType": "impl"}', "impl"),
    ):
        beside.write_text(text)
        assert [
            row["key"]
            for row in report_json(repository, "--root", str(root), "--by", "agent")["rows"]
        ] == [name]


def test_a_damaged_memory_is_passed_over(repository: Path, root: Path) -> None:
    first = report_json(repository, "--root", str(root))
    for path in (repository.parent / "home-of-reports" / "tierwise" / "reports").iterdir():
        path.write_bytes(b"{half")
    assert report_json(repository, "--root", str(root)) == first


def test_only_so_many_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembered, "KEEP", 3)
    store = str(tmp_path / "usage.sqlite3")
    for number in range(5):
        remembered.remember_report(store, f"key{number}", "text", [], [])
        os.utime(tmp_path / "reports" / f"key{number}.json", ns=(number, number))
    assert remembered.recall_report(store, "key4", lambda projects: projects) == "text"
    assert remembered.recall_report(store, "key0", lambda projects: projects) is None
    assert len(list((tmp_path / "reports").iterdir())) == 3
