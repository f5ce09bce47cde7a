"""Examples that a task gives, and changes that never look at them; code without its remarks."""

from __future__ import annotations

import pytest
from tests.support.hanging import guard_against_hanging

from tierwise.gates.reading.remarks import strip_remarks
from tierwise.gates.shortcuts.stated_examples import find_unseen_examples
from tierwise.git.snapshot import TreeChange


@pytest.mark.parametrize(
    ("task", "tests", "is_found"),
    [
        ('"#3" should find book number 3', "find('#heidi')", True),
        ('"#3" should find book number 3', "find('#3')", False),
        ('"#3" and "@ida" should find books', "find('@ida')", True),
        ('"#3", "@ida" and "!" should find books', "find('@ida')\nfind('#3')", False),
        ("leek loses 12.5 % a year, after two years 61.25 % come up", "about(leek(2), 0.6)", True),
        ("leek loses 12.5 % a year, after two years 61.25 % come up", "about(leek(2), 0.6125)", False),
        ("as of release 6.0 find() ignores accents", "find('a')", False),
        (f"find('#3'). {'And more. ' * 200} 12.5 and 61.25", "find('a')", False),
        ("it takes 12.5 s, should be 1.25 ms, with version 1.2", "find('a')", False),
        ('type "rauber" to find the book', "find('a')", False),
        ("Drop 3.8 and 3.9: use the walrus", "find('a')", False),
        ("Raise the minimum from 1.4 to 2.0", "find('a')", False),
        ('Remove the "50%" button', "find('a')", False),
        ('Stop accepting "1e3" and "0x10"', "find('a')", False),
        ('find() takes "#3", not "@3"', "find('#3')", False),
        ('Drop the button; "#3" should find book number 3', "find('a')", True),
        ('find() should reject "1e3"', "find('a')", True),
        ('find("a.b") looks into "src/find.py" for "not a book: ..."', "find('a')", False),
    ],
)  # fmt: skip
def test_examples_of_a_task_that_nobody_looks_at(task: str, tests: str, is_found: bool) -> None:
    changes = [
        TreeChange("src/shelf.py", b"", b'def find(words):\n    """Books; "#3" is number 3."""\n'),
        TreeChange("tests/test_shelf.py", b"", tests.encode()),
    ]
    assert bool(list(find_unseen_examples(changes, task, lambda: [tests]))) is is_found
    assert not list(find_unseen_examples(changes[:1], task, lambda: [tests]))


@pytest.mark.parametrize(
    ("path", "code", "kept"),
    [
        ("a.js", "get('http://a' + b); // now", "get('http://a' + b); "),
        ("a.ts", "`//${a}` /* b */", "`//${a}` "),
        ("a.rb", 'say "a #{b}" # c', 'say "a #{b}" '),
        ("a.py", "x = f\"{a}  # {b}\"  # c", "x = f\"{a}  # {b}\"  "),
        ("a.py", 'def f():\n    """What # f does."""\n    return """a"""\n', 'def f():\n\n    return """a"""\n'),
        ("a.rs", "fn f<'a>(b: &'a str) {} // c", "fn f<'a>(b: &'a str) {} "),
    ],
)  # fmt: skip
def test_remarks_are_stripped_and_texts_are_kept(path: str, code: str, kept: str) -> None:
    assert strip_remarks(code, path) == kept


def test_texts_that_nothing_ends_take_no_time() -> None:
    with guard_against_hanging():
        for path in ("a.js", "a.py"):
            strip_remarks('"\\' * 50_000, path)
