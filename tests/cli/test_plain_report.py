"""A report in plain words is made without the command line's library, and is the same as the usual way's."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from tests.support.measured import tierwise, write_calls
from tests.support.transcripts import Call

from tierwise.cli import plain_report
from tierwise.cli.group import run_command
from tierwise.errors import OUTSIDE

_COUNTED = """
import sys
from tierwise.cli import report_text, run
made, make = 0, report_text.make_text
def count(*arguments, **options):
    global made
    made += 1
    return make(*arguments, **options)
report_text.make_text = count
code = run({words})
print("made", made, file=sys.stderr)
sys.exit(code)
"""
_MODULES = "import sys; from tierwise.cli import run; run({words}); print(*sys.modules)"


@pytest.fixture
def root(home_of_reports: Path) -> Path:
    return write_calls(home_of_reports, Call("m1", "s1", output=10_000))


@pytest.mark.parametrize("words", [(), ("--json",), ("--csv", "--by", "day"), ("--by", "model")])
def test_it_prints_what_the_usual_way_prints(
    root: Path, words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    asked = [
        "report",
        *words,
        "--no-store",
        "--root",
        str(root),
    ]  # else the second recalls the first
    assert plain_report.print_report(asked)
    plain = capsys.readouterr().out
    assert run_command(asked) == 0
    assert capsys.readouterr().out == plain


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_what_cannot_be_printed_is_made_once_and_said(root: Path) -> None:
    asked = ["report", "--json", "--no-store", "--root", str(root)]
    code = _COUNTED.format(words=asked)
    with open("/dev/full", "w", encoding="utf-8") as full:
        done = subprocess.run(
            [sys.executable, "-c", code],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == OUTSIDE
    assert "No space left" in done.stderr
    assert done.stderr.endswith("made 1\n")


def test_the_library_of_the_command_line_is_not_loaded(root: Path) -> None:
    asked = ["report", "--json", "--root", str(root)]
    code = _MODULES.format(words=asked)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    loaded = set(done.stdout.decode().splitlines()[-1].split())
    assert "tierwise.report.build" in loaded
    assert not loaded & {"click", "rich", "inspect"}


@pytest.mark.parametrize(
    "words", [("--since", "7d"), ("--by", "day,model"), ("--by", "nothing"), ("--html", "a.html")]
)
def test_other_words_go_the_usual_way(root: Path, words: tuple[str, ...]) -> None:
    assert not plain_report.print_report(["report", *words, "--root", str(root)])


@pytest.mark.slow
def test_what_is_wrong_is_said_by_the_usual_way(root: Path) -> None:
    Path("tierwise.yaml").write_text("extends: none such\n")
    asked = ["report", "--json", "--root", str(root)]
    assert not plain_report.print_report(asked)
    assert "none such" in tierwise(Path.cwd(), *asked).stderr
