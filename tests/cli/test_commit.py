"""``tierwise commit``: exit codes and shapes of output."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.support.repository import git, make_repository

from tierwise.cli import run


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = make_repository(tmp_path / "repository")
    monkeypatch.chdir(folder)
    return folder


def commit(root: Path, message: str) -> None:
    git(root, "commit", "-q", "--allow-empty", "-m", message)


def test_a_good_range_says_nothing(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    commit(root, "feat: x")
    assert run(["commit", "check", "HEAD~1..HEAD"]) == 0
    assert capsys.readouterr() == ("", "")


def test_a_bad_range_names_commit_place_and_clause(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    commit(root, "nope")
    assert run(["commit", "check", "HEAD~1..HEAD"]) == 1
    output = capsys.readouterr().out
    assert git(root, "rev-parse", "HEAD")[:12] + " nope" in output
    assert "1:1:" in output
    assert "clause 1" in output


def test_a_range_as_json(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    commit(root, "feat: x")
    commit(root, "nope")
    assert run(["commit", "check", "HEAD~2..HEAD", "--json"]) == 1
    answer = json.loads(capsys.readouterr().out)
    assert answer["valid"] is False
    assert [entry["valid"] for entry in answer["commits"]] == [False, True]
    assert set(answer["commits"][0]) == {
        "commit",
        "valid",
        "errors",
        "parsed",
        "warnings",
        "exempt",
    }


def test_a_batch_answers_line_by_line(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    messages = ["feat: x", "nope", "# kept\nfeat: x"]
    (root / "in.jsonl").write_text(
        "".join(json.dumps({"message": message}) + "\n" for message in messages)
    )
    assert run(["commit", "check", "--batch", "in.jsonl"]) == 1
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [answer["valid"] for answer in answers] == [True, False, False]
    assert all(set(answer) == {"valid", "errors", "parsed"} for answer in answers)
    assert set(answers[1]["errors"][0]) == {"rule", "line", "column", "message"}
    assert answers[1]["parsed"] is None


def test_the_preset_can_be_chosen_for_a_batch(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (root / "in.jsonl").write_text('{"message": "wip: x"}\n\n{"message": "Merge branch \'x\'"}\n')
    assert run(["commit", "check", "--preset", "commitlint", "--batch", "in.jsonl"]) == 1
    answers = [json.loads(line)["valid"] for line in capsys.readouterr().out.splitlines()]
    assert answers == [False, True]


@pytest.mark.parametrize("line", ["{", "[]", '{"text": "x"}', '{"message": 1}'])
def test_a_line_that_is_no_message_is_named(
    root: Path, capsys: pytest.CaptureFixture[str], line: str
) -> None:
    (root / "in.jsonl").write_text(f'{{"message": "feat: x"}}\n{line}\n')
    assert run(["commit", "check", "--batch", "in.jsonl"]) == 2
    assert "in.jsonl:2" in capsys.readouterr().err


def test_a_file_is_checked_as_it_is_stored(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (root / "message").write_bytes(b"feat: x\nglued \xff\n")
    assert run(["commit", "check", "--file", "message"]) == 1
    assert capsys.readouterr().out.startswith("message:2:1: ")
    (root / "message").write_text("feat: x\n")
    assert run(["commit", "check", "--file", "message", "--json"]) == 0
    assert set(json.loads(capsys.readouterr().out)) == {"valid", "errors", "parsed", "warnings"}


def test_a_file_that_is_not_there_is_a_wrong_call(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["commit", "check", "--file", "none"]) == 2
    assert "'none' does not exist" in capsys.readouterr().err


def test_an_empty_range_is_not_the_usual_one(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    commit(root, "feat: x")
    assert run(["commit", "check", ""]) == 2
    assert "Name a range, or leave it out." in capsys.readouterr().err


def test_range_file_and_batch_exclude_each_other(root: Path) -> None:
    assert run(["commit", "check", "HEAD", "--file", "x"]) == 2


def test_an_unknown_range_is_a_wrong_call(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["commit", "check", "nowhere..HEAD"]) == 2
    assert "nowhere..HEAD" in capsys.readouterr().err


def test_the_compiled_policy_holds_where_no_preset_is_given(root: Path) -> None:
    commit(root, "wip: x")
    assert run(["commit", "check", "HEAD"]) == 0
    (root / ".tierwise").mkdir()
    table = {"schema": 1, "checks": {"commit": {"preset": "spec", "types": ["feat"]}}}
    (root / ".tierwise" / "table.json").write_text(json.dumps(table))
    assert run(["commit", "check", "HEAD"]) == 1


def test_the_next_version_is_printed_alone(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    git(root, "tag", "v1.2.3")
    commit(root, "feat: x")
    assert run(["commit", "next-version"]) == 0
    assert capsys.readouterr() == ("1.3.0\n", "")
    assert run(["commit", "next-version", "--from", "v1.2.3", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "current": "1.2.3",
        "next": "1.3.0",
        "bump": "minor",
        "tag": "v1.2.3",
        "next_tag": "v1.3.0",
        "commits": {"breaking": 0, "feat": 1, "fix": 0, "other": 0, "unconventional": 0},
        "warnings": [],
    }
