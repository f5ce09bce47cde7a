"""Errors of old code that new code passes over."""

from __future__ import annotations

import pytest
from tests.support.hanging import guard_against_hanging

from tierwise.gates.shortcuts.swallowed import find_swallowed_errors
from tierwise.git.snapshot import Change

JS = "for (const pair of pairs) {\n  query[name] = decode(pair);\n}\n"
JS_SWALLOWED = JS.replace(
    "  query[name] = decode(pair);\n",
    "  try {\n    query[name] = decode(pair);\n  } catch {\n    // ignored\n  }\n",
)
PYTHON = "def read(row):\n    total = parse(row)\n    return total\n"
PYTHON_SWALLOWED = PYTHON.replace(
    "    total = parse(row)\n",
    "    try:\n        total = parse(row)\n    except Exception:\n        pass\n",
)


def find(path: str, before: str, after: str, task: str) -> list[str]:
    change = Change(path, before.encode(), after.encode())
    return list(find_swallowed_errors([change], task))


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [("lib/query.js", JS, JS_SWALLOWED), ("rows.py", PYTHON, PYTHON_SWALLOWED)],
)
def test_an_empty_handler_around_old_lines_is_found(path: str, before: str, after: str) -> None:
    assert len(find(path, before, after, "It should keep the raw text")) == 1
    assert len(find(path, before, after.replace("\n", "\r\n"), "It should keep the raw text")) == 1
    assert not find(path, before, after, "Rows that cannot be read are skipped")
    assert not find(f"tests/test_{path}", before, after, "It should keep the raw text")
    assert not find(path, after, after, "It should keep the raw text")


@pytest.mark.parametrize(
    "after",
    [
        JS_SWALLOWED.replace("// ignored", "query[name] = pair;"),
        JS_SWALLOWED.replace("decode(pair)", "unescape(pair)"),
    ],
)
def test_a_handler_that_answers_and_one_around_new_lines_are_left_alone(after: str) -> None:
    assert not find("lib/query.js", JS, after, "It should keep the raw text")


@pytest.mark.parametrize(
    ("path", "before", "old", "new"),
    [
        ("lib/query.js", JS_SWALLOWED, "// ignored", "// as it stands"),
        ("lib/query.js", JS_SWALLOWED, "  ", "\t"),
        ("rows.py", PYTHON_SWALLOWED, "        total =", "        check(row)\n        total ="),
    ],
)
def test_what_was_passed_over_before_may_be_less_or_look_otherwise(
    path: str, before: str, old: str, new: str
) -> None:
    changed = before.replace(old, new)
    for was, now in ((before, changed), (changed, before)):
        assert not find(path, was, now, "It should keep the raw text")


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        ("rows.py", PYTHON, PYTHON_SWALLOWED.replace("try:", "try:  # rows may be odd")),
        ("rows.py", PYTHON, PYTHON_SWALLOWED.replace("try:\n", "try:\n        # odd rows\n")),
        ("lib/query.js", JS, JS_SWALLOWED.replace("try {", "try { // pairs may be odd")),
    ],
)
def test_remarks_hide_no_handler(path: str, before: str, after: str) -> None:
    assert len(find(path, before, after, "It should keep the raw text")) == 1


def test_a_second_handler_around_other_lines_is_found() -> None:
    before = f"{JS_SWALLOWED}{JS.replace('decode', 'read')}"
    after = f"{JS_SWALLOWED}{JS_SWALLOWED.replace('decode', 'read')}"
    assert len(find("lib/query.js", before, after, "It should keep the raw text")) == 1


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.js", "try { x\n" * 20000),
        ("a.js", f"try {{ x }} catch {{ {'/' * 100_000}\n y(); }}\n"),
        ("a.py", f"try:\n{chr(10) * 100000}"),
        ("a.js", f'const key = "{"0f1e2d3c4b" * 10_000}";\n'),
    ],
)
def test_hardly_readable_files_take_little_time(path: str, text: str) -> None:
    with guard_against_hanging():
        find(path, "first\n", text, "Fix it")


def test_a_task_that_wants_errors_wants_none_passed_over() -> None:
    task = "What is missing or unknown shall never be skipped: read() has to raise."
    assert find("rows.py", PYTHON, PYTHON_SWALLOWED, task) != []


@pytest.mark.parametrize(
    ("task", "is_found"),
    [
        ("read() should skip what it cannot parse. A missing file is still an error.", False),
        ("read() should skip malformed rows, but a missing file should raise.", False),
        ("read() must never crash on a row. It should raise when the file is missing.", False),
        ("Never lose a row. read() should raise Malformed.", True),
        ("If a row is to be skipped, read() should raise.", True),
        ("Check the row and raise when it is to be skipped.", True),
    ],
)
def test_what_a_task_wants_passed_over_may_stand_beside_the_errors_that_it_wants(
    task: str, is_found: bool
) -> None:
    assert bool(find("rows.py", PYTHON, PYTHON_SWALLOWED, task)) is is_found
