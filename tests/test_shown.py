"""Nothing that did not come from us reaches a terminal or a spreadsheet as more than text."""

from __future__ import annotations

import fcntl
import io
import json
import os
import struct
import sys
import termios
from pathlib import Path

import pytest
from tests.support.policies import write_policy

from tierwise import shown
from tierwise.addresses import find_host, is_loopback, is_safe_for_secrets, strip_password
from tierwise.cli import run

NASTY = "\x1b]0;title\x07\x9b31m\x08\r\x7f\u202e\u2066\u200f\u2028"


RAW = {character for character in NASTY if not (character.isascii() and character.isprintable())}


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_one_line_holds_no_control_character_and_no_line_end() -> None:
    said = shown.neutralise(f"a{NASTY}\n\tb")
    assert said.isascii() and said.isprintable()
    assert json.loads(f'"{said}"') == f"a{NASTY}\n\tb"


def test_ordinary_text_of_any_language_stays() -> None:
    text = "Größe 日本語 עברית 🙂\tx\ny"
    assert shown.neutralise_lines(text) == text


@pytest.mark.parametrize("stream", [io.StringIO, Terminal])
def test_a_clean_stream_lets_only_our_own_colours_through(stream: type[io.StringIO]) -> None:
    raw = stream()
    clean = shown.CleanStream(raw)
    print(shown.mark_colour(f"done{NASTY}", "green"), file=clean)
    escapes = raw.getvalue().count("\x1b")
    assert escapes == (2 if raw.isatty() else 0)
    assert raw.getvalue().endswith("\n")
    assert "\u202e" not in raw.getvalue()


@pytest.mark.parametrize("value", ["=1+1", "+1", "-1", "@x", "\tx", "\rx"])
def test_a_cell_that_a_spreadsheet_would_run_is_quoted(value: str) -> None:
    assert shown.neutralise_cell(value) == f"'{value}"


@pytest.mark.parametrize("value", ["a=1", "", "1", 1, -1, None])
def test_other_cells_stay(value: object) -> None:
    assert shown.neutralise_cell(value) == value


@pytest.mark.parametrize(
    "arguments",
    [["route", "lint"], ["do", "lint", "--dry-run"], ["status"], ["trust"], ["policy", "show"]],
    ids=" ".join,
)
def test_no_command_prints_an_escape_of_the_policys(
    arguments: list[str],
    repository: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    text = json.dumps({"automated": {"lint": NASTY}, "kinds": {NASTY: {"words": ["lint"]}}})
    write_policy(repository, f"{text[1:-1]}\n".replace(', "kinds"', '\n"kinds"'))
    monkeypatch.chdir(repository)
    output, errors = sys.stdout, sys.stderr
    run(arguments)
    assert (sys.stdout, sys.stderr) == (output, errors)
    said = capfd.readouterr()
    assert not set(said.out + said.err) & RAW


def test_a_name_on_the_command_line_is_neutralised_in_an_error(
    repository: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(repository)
    run([f"sta{NASTY}"])
    assert not set(capfd.readouterr().err) & RAW


FORGED = "x\ntierwise: all is well"


@pytest.mark.parametrize(
    "arguments",
    [
        ["status"],
        ["backtest", FORGED],
        [FORGED],
        ["run", "docs", "--to", FORGED],
        ["route", "docs", "--batch", FORGED],
        ["flag", FORGED, "wrong"],
    ],
    ids=lambda arguments: arguments[0].split()[0],
)
def test_no_name_fakes_a_line_of_an_error(
    arguments: list[str],
    repository: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    folder = repository / FORGED
    (folder / ".git").mkdir(parents=True)
    (folder / "tierwise.yaml").mkdir()
    monkeypatch.chdir(folder)
    run(arguments)
    said = capfd.readouterr().err
    assert "\\u000atierwise: all is well" in said
    assert "\ntierwise: all" not in said


@pytest.mark.parametrize(
    ("address", "safe", "here", "host", "bare"),
    [
        ("https://h.example/v1", True, False, "h.example", "https://h.example/v1"),
        ("https://u:p@h.example/v1", True, False, "h.example", "https://***@h.example/v1"),
        ("http://h.example/v1", False, False, "h.example", "http://h.example/v1"),
        ("http://localhost:11434/v1", True, True, "localhost:11434", "http://localhost:11434/v1"),
        ("http://[::1]:1/v1", True, True, "[::1]:1", "http://[::1]:1/v1"),
        ("http://127.0.0.1@h.example/", False, False, "h.example", "http://***@h.example/"),
        (
            "http://h.example\\@localhost/",
            False,
            False,
            "h.example",
            "http://h.example\\@localhost/",
        ),
        (
            "http://localhost.h.example/",
            False,
            False,
            "localhost.h.example",
            "http://localhost.h.example/",
        ),
        ("ftp://localhost/", False, True, "localhost", "ftp://localhost/"),
        ("localhost", False, False, "", "localhost"),
    ],
)
def test_where_a_secret_may_go(address: str, safe: bool, here: bool, host: str, bare: str) -> None:
    assert is_safe_for_secrets(address) is safe
    assert is_loopback(address) is here
    assert find_host(address) == host
    assert strip_password(address) == bare


@pytest.mark.parametrize(("columns", "width"), [(44, 44), (200, 80), (0, 80)])
def test_a_screen_is_as_wide_as_the_terminal_and_never_wider_than_eighty(
    columns: int, width: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    parent, child = os.openpty()
    fcntl.ioctl(child, termios.TIOCSWINSZ, struct.pack("4H", 24, columns, 0, 0))
    with open(parent, "rb"), open(child, "w", encoding="utf-8") as terminal:
        monkeypatch.setattr(sys, "stdout", terminal)
        assert shown.find_width() == width


def test_no_terminal_and_a_stream_without_one_are_eighty_columns(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for stream in (io.StringIO(), Terminal()):
        monkeypatch.setattr(sys, "stdout", stream)
        assert shown.find_width() == shown.WIDTH


@pytest.mark.parametrize(("text", "cut"), [("", ""), ("four", "four"), ("fives", "fiv…")])
def test_a_text_is_cut_to_its_place(text: str, cut: str) -> None:
    assert shown.cut_text(text, 4) == cut
