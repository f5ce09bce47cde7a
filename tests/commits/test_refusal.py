"""What the author of a refused message reads, whatever was typed."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tierwise.commits.clean import clean, line_numbers
from tierwise.commits.git import decode
from tierwise.commits.message import check
from tierwise.commits.refusal import COPY, report

SPEC = {"preset": "spec"}


def refusal(raw: bytes, path: str = "nowhere/COMMIT_EDITMSG", chosen: dict[str, Any] = SPEC) -> str:
    stored = clean(raw, "whitespace", b"#", False)
    numbers = line_numbers(raw, stored, len(raw))
    text, _ = decode(stored, "utf-8")
    verdict = check(text, chosen)
    return report(
        verdict,
        numbers,
        path,
        raw,
        stored,
        False,
        chosen,
        lambda line: not check(line, chosen).faults,
    )


RAW = st.binary(max_size=200) | st.text(max_size=80).map(
    lambda text: text.encode("utf-8", "surrogatepass")
)


@pytest.mark.slow
@settings(max_examples=200, deadline=None)
@given(RAW, st.sampled_from([SPEC, {"preset": "commitlint"}]))
def test_nothing_that_was_typed_can_reach_the_terminal_as_a_command(
    raw: bytes, chosen: dict[str, Any]
) -> None:
    shown = refusal(raw, chosen=chosen)
    assert all(character.isprintable() or character == "\n" for character in shown)


@pytest.mark.parametrize("preset", ["spec", "commitlint"])
def test_no_line_is_shown_that_the_message_does_not_have(preset: str) -> None:
    assert "2 |" not in refusal(b"nope\n", chosen={"preset": preset})


def test_the_mark_stands_under_the_fault() -> None:
    lines = refusal(b"feat(api) add it\n").splitlines()
    at = next(number for number, line in enumerate(lines) if "feat(api)" in line)
    assert lines[at].index(" add it") == lines[at + 1].index("^")


def test_a_long_line_is_shown_around_its_fault() -> None:
    shown = refusal(
        b"feat: " + b"x" * 5000 + b"END\n", chosen={"preset": "spec", "header_max_length": 5000}
    )
    assert "END" in shown
    assert max(len(line) for line in shown.splitlines()) < 200


@pytest.mark.parametrize("name", ["with space", "it's", "$(touch x)"])
def test_the_command_is_quoted_for_a_shell(name: str) -> None:
    quoted = shlex.quote(f"{name}/COMMIT_EDITMSG")
    assert f"git commit -e -F {quoted}\n" in refusal(b"no\n", path=f"{name}/COMMIT_EDITMSG")


def test_a_copy_is_kept_only_beside_gits_own_files(tmp_path: Path) -> None:
    path = str(tmp_path / "COMMIT_EDITMSG")
    refusal(b"no\n", path=path)
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "HEAD").touch()
    refusal(b"no\n", path=path)
    refusal(b"no again\n", path=path)
    refusal(b"no again\n", path=path)
    assert {entry.name: entry.read_bytes() for entry in tmp_path.glob("*.refused*")} == {
        COPY: b"no again\n",
        COPY + ".1": b"no\n",
    }


def test_where_no_copy_can_be_written_the_command_still_stands(tmp_path: Path) -> None:
    (tmp_path / "HEAD").touch()
    (tmp_path / (COPY + ".new")).mkdir()
    assert f"git commit -e -F {tmp_path}/COMMIT_EDITMSG\n" in refusal(
        b"no\n", path=f"{tmp_path}/COMMIT_EDITMSG"
    )
