"""Errors of old code that new code passes over."""

from __future__ import annotations

import time

import pytest

from tierwise.gates.swallowed import find_swallowed_errors
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


def test_a_file_of_nothing_but_openings_takes_little_time() -> None:
    start = time.monotonic()
    find("a.js", "first\n", "try { x\n" * 20000, "Fix it")
    assert time.monotonic() - start < 2
