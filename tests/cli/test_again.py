"""The same report again is printed before the command line's library is loaded, or not at all."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.support.measured import tierwise, write_calls
from tests.support.transcripts import Call

from tierwise.cli import again, run
from tierwise.errors import STOPPED
from tierwise.report import remembered, sources
from tierwise.transcripts import roots

CALL = Call("m1", "s1", output=10_000)
_MODULES = "import sys; from tierwise.cli import run; run({words}); print(*sys.modules)"
_SLOW = {"click", "msgspec", "json"}


@pytest.fixture
def root(home_of_reports: Path) -> Path:
    return write_calls(home_of_reports, CALL)


@pytest.mark.parametrize("words", [("--json",), ("--csv", "--by", "day")])
def test_the_same_words_print_the_same_text(
    root: Path, words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["report", *words, "--root", str(root)]
    assert not again.print_again(asked)
    first = tierwise(Path.cwd(), *asked).stdout
    assert again.print_again(asked)
    assert capsys.readouterr().out == first


def test_no_library_is_loaded_for_it(root: Path) -> None:
    asked = ["report", "--json", "--root", str(root)]
    tierwise(Path.cwd(), *asked)
    code = _MODULES.format(words=asked)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    loaded = set(done.stdout.decode().splitlines()[-1].split())
    assert "tierwise.report.remembered" in loaded
    assert not loaded & _SLOW


@pytest.mark.parametrize(
    "words",
    [
        ("report",),
        ("report", "--json", "--csv"),
        ("report", "--json", "--by"),
        ("report", "--json", "--no-store"),
        ("report", "--json", "--since", "7d"),
        ("report", "--help"),
        ("status", "--json"),
        (),
    ],
)
def test_other_words_go_the_usual_way(
    root: Path, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    tierwise(Path.cwd(), "report", "--json", "--root", str(root))
    monkeypatch.setattr(remembered, "recall_report", lambda *_: "remembered")
    assert not again.print_again(list(words))


def _find_nothing(root: Path) -> None:
    next(root.rglob("*.jsonl")).unlink()


def _link_folder(root: Path) -> None:
    (root / "projects" / "link").symlink_to(root)


def _damage_policy(root: Path) -> None:
    Path("tierwise.yaml").write_text("extends: none such\n")


@pytest.mark.parametrize("change", [_find_nothing, _link_folder, _damage_policy])
def test_what_needs_a_word_on_standard_error_goes_the_usual_way(
    root: Path, change: Callable[[Path], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = ["report", "--json", "--root", str(root)]
    tierwise(Path.cwd(), *asked)
    monkeypatch.setattr(remembered, "recall_report", lambda *_: "remembered")
    assert again.print_again(asked)
    change(root)
    assert not again.print_again(asked)


def test_nothing_is_looked_for_where_no_report_was_ever_kept(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(sources, "Sources")
    monkeypatch.delattr(roots, "Search")
    assert not again.print_again(["report", "--json", "--root", str(root)])


def test_ctrl_c_while_it_is_looked_for_leaves_no_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt(_: object) -> bool:
        raise KeyboardInterrupt

    monkeypatch.setattr(again, "print_again", interrupt)
    assert run(["report", "--json"]) == STOPPED
    assert capsys.readouterr().err == "stopped\n"
