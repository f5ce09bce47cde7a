"""Every command's options that name a file, a folder, a commit or a time: what names none is refused with its place."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click
import pytest
from tests.support.policies import synced

from tierwise.cli import run
from tierwise.cli.options import Named, NamedPath
from tierwise.cli.registry import COMMANDS

FILES = ("PATH", "FILE", "FILE.jsonl", "[FILE]", "FILE|USD")
NAMING = (*FILES, "DIR", "FOLDER", "COMMIT", "WHEN", "ZONE", "POLICY")
STREAMS = {"commit": ("--file", "--batch"), "run": ("--context",), "export": ("[FILE]",)}
ANYTHING = {"cheaper": "light", "present": "mid", "policy": "balanced", "task": "look"}


@dataclass(frozen=True)
class Row:
    """One option or argument of a command."""

    words: tuple[str, ...]
    command: click.Command
    parameter: click.Parameter

    def __str__(self) -> str:
        return f"{' '.join(self.words)} {self.name}"

    @property
    def name(self) -> str:
        if isinstance(self.parameter, click.Option):
            return self.parameter.opts[0]
        return str(self.parameter.metavar)

    def write_call(self, value: str) -> list[str]:
        """A call with this value, and with any for what else is needed."""
        call = list(self.words)
        for other in self.command.params:
            stated = ANYTHING.get(str(other.name), "1")
            if other is self.parameter:
                stated = value
            elif not other.required:
                continue
            if isinstance(other, click.Option):
                call.append(other.opts[0])
            call.append(stated)
        return call


def list_rows() -> Iterator[Row]:
    for name, (module, _) in COMMANDS.items():
        command = importlib.import_module(f"tierwise.cli.commands.{module}").command
        for words, leaf in list_leaves((name,), command):
            for parameter in leaf.params:
                yield Row(words, leaf, parameter)


def list_leaves(
    words: tuple[str, ...], command: click.Command
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    if not isinstance(command, click.Group):
        yield words, command
        return
    for name, inner in command.commands.items():
        yield from list_leaves((*words, name), inner)


ROWS = list(list_rows())
NAMED = [row for row in ROWS if row.parameter.metavar in NAMING]
PATHS = [row for row in ROWS if isinstance(row.parameter.type, NamedPath)]
READ = [row for row in PATHS if row.parameter.type.exists]
WRITTEN = [row for row in PATHS if row.parameter.type.writable and row.parameter.type.file_okay]
STREAMLESS = [row for row in [*READ, *WRITTEN] if row.name not in STREAMS.get(row.words[0], ())]


def refuse(row: Row, value: str, capsys: pytest.CaptureFixture[str]) -> str:
    """What is said of a value that is refused."""
    assert run(row.write_call(value)) == 2
    said = capsys.readouterr().err
    assert row.name in said
    assert len(said.strip().splitlines()) >= 2
    return said


def test_a_metavar_says_what_is_named_and_the_type_holds_to_it() -> None:
    plain = {str(row) for row in NAMED if row.parameter.type is click.STRING}
    assert plain == {str(row) for row in NAMED if row.parameter.metavar == "ZONE"}
    paths = [row for row in ROWS if isinstance(row.parameter.type, click.Path)]
    assert {str(row) for row in paths if row.parameter.metavar not in NAMING} == set()
    assert len(READ) > 5
    assert len(WRITTEN) > 5


@pytest.mark.parametrize("row", NAMED, ids=str)
def test_an_empty_word_names_nothing(
    row: Row, repository: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(repository)
    said = refuse(row, "", capsys)
    if isinstance(row.parameter.type, (Named, NamedPath)):
        assert "it is empty. Name a " in said
        assert ("leave it out" in said) is not row.parameter.required


@pytest.mark.parametrize("row", [*READ, *WRITTEN], ids=str)
def test_a_folder_is_no_file(
    row: Row,
    repository: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(repository)
    said = refuse(row, str(tmp_path), capsys)
    assert f"File '{tmp_path}' is a directory" in said


@pytest.mark.parametrize("row", STREAMLESS, ids=str)
def test_a_stream_is_taken_where_it_is_offered_alone(
    row: Row, repository: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(repository)
    assert "no stream is taken here" in refuse(row, "-", capsys)
    assert not (repository / "-").exists()


@pytest.mark.parametrize("row", READ, ids=str)
def test_a_file_that_is_not_there_is_named(
    row: Row,
    repository: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(repository)
    assert f"'{tmp_path / 'none'}' does not exist" in refuse(row, str(tmp_path / "none"), capsys)


BINARY = [
    ["route", "--batch"],
    ["run", "look", "--context"],
    ["ci", "--outcomes"],
    ["commit", "check", "--batch"],
    ["preflight", "--plan"],
    ["spend", "--before"],
    ["backtest"],
    ["backtest", "balanced", "--outcomes"],
    ["experiment", "light", "mid", "--max-usd", "1", "--tasks"],
]


@pytest.mark.parametrize("call", BINARY, ids=" ".join)
def test_a_binary_file_is_no_text(
    call: list[str],
    repository: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    synced(repository)
    monkeypatch.chdir(repository)
    path = tmp_path / "binary"
    path.write_bytes(b"\xff\xfe\x00\x01\x80\n")
    assert run([*call, str(path)]) == 2
    said = capsys.readouterr()
    assert str(path) in said.err + said.out
    assert "Traceback" not in said.err


@pytest.mark.parametrize("stated", ["none", "."])
def test_what_earlier_jobs_spent_is_in_a_file_or_a_sum(
    stated: str,
    repository: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(repository)
    assert run(["spend", "--before", stated]) == 2
    said = capsys.readouterr().err
    assert said.startswith(f"tierwise: {stated}: ")
    assert "State dollars, or a file" in said
