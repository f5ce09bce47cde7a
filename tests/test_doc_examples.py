"""What a page shows of a command's output is what the command says; … stands for anything, 0.0 s for any time."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.support.repository import git

from tierwise.cli import run

DOCS = Path(__file__).parent.parent / "docs"


def read_example(page: str) -> tuple[list[str], str]:
    """The arguments of the first command that a page shows, and what is shown of its output as a pattern."""
    block = (DOCS / page).read_text("utf-8").partition("```console\n")[2].partition("\n```")[0]
    line, _, shown = block.partition("\n")
    arguments = re.findall(r'"([^"]*)"|(\S+)', line.removeprefix("$ tierwise "))
    pattern = re.escape(shown).replace("…", "(?s:.*)").replace(r"0\.0\ s", r"[\d.]+\ s")
    return ["".join(parts) for parts in arguments], pattern


@pytest.mark.slow
def test_the_explanation_on_the_page_of_routing(
    repository: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments, pattern = read_example("routing.md")
    monkeypatch.chdir(repository)
    assert run(arguments) == 0
    assert re.search(pattern, capsys.readouterr().out)


@pytest.mark.slow
def test_the_refusal_on_the_page_of_gates(
    repository: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    test = repository / "test_price.py"
    body = "from price import total\n\ndef test_total():\n    assert total([1, 2])"
    test.write_text(f"{body} == 3\n")
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "test: total")
    test.write_text(f"{body}\n")
    arguments, pattern = read_example("gates.md")
    monkeypatch.chdir(repository)
    assert run(arguments) == 1
    assert re.search(pattern, capsys.readouterr().out)
