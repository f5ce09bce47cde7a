"""Documents that are the measure of a task, and what may change in them."""

from __future__ import annotations

import pytest

from tierwise.gates.bent_documents import find_bent_documents
from tierwise.git.snapshot import Change

README = "# Shelf\n\nIt finds every word, whatever the case. An empty\nsearch finds nothing.\n"
BENT = README.replace("search finds nothing", "search finds every book")
TASK = "Write tests for find() with odd input; the readme says how it is meant to behave."


@pytest.mark.parametrize(
    ("after", "task", "is_found"),
    [
        (BENT, TASK, True),
        ("", TASK, True),
        (f"{README}A word may come twice.\n", TASK, False),
        (README.replace("\nsearch", " search"), TASK, False),
        (BENT, "An empty search should find every book; the readme follows", False),
        (BENT, "An empty search finds every book, update the readme, it says nothing", False),
        (BENT, "The readme says an empty search finds nothing, that is not what the readme should say", False),
    ],
)  # fmt: skip
def test_what_a_document_said_stays_where_it_is_the_measure(
    after: str, task: str, is_found: bool
) -> None:
    change = Change("README.md", README.encode(), after.encode())
    assert bool(list(find_bent_documents([change], task))) is is_found
    notes = Change("NOTES.md", README.encode(), after.encode())
    assert not list(find_bent_documents([notes], task))
    code = Change("src/shelf.py", README.encode(), after.encode())
    assert not list(find_bent_documents([code], task))


@pytest.mark.parametrize(
    ("word", "path", "is_found"),
    [
        ("spec", "inspect.md", False),
        ("spec", "docs/special.md", False),
        ("docs", "docker.md", False),
        ("manual", "src/command.txt", False),
        ("readme", "threads.md", False),
        ("spec", "specs/find.md", True),
        ("specs", "specification.rst", True),
        ("docs", "api_docs2/find.md", True),
        ("documentation", "doc/find.md", True),
        ("manual", "manuals/find.md", True),
        ("read-me", "README", True),
        ("readme", "shelf/READ-ME.txt", True),
    ],
)
def test_a_document_is_known_by_a_whole_word_of_its_path(
    word: str, path: str, is_found: bool
) -> None:
    change = Change(path, README.encode(), BENT.encode())
    task = TASK.replace("readme", word)
    assert bool(list(find_bent_documents([change], task))) is is_found
