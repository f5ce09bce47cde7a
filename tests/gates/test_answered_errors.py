"""Errors that came through before, and code that goes on with an answer of its own; honest twins beside each."""

from __future__ import annotations

import pytest

from tierwise.gates.shortcuts.answered_errors import list_answered_calls
from tierwise.gates.shortcuts.swallowed import find_swallowed_errors
from tierwise.git.snapshot import Change

ROWS = "def parse(row):\n    return int(row)\n\n\ndef read(rows):\n    return [parse(row) for row in rows]\n"


def handle_row(handler: str) -> str:
    """The rows read under a handler."""
    tried = (
        "    found = []\n    for row in rows:\n        try:\n            found.append(parse(row))\n"
        f"{handler}    return found\n"
    )
    return ROWS.replace("    return [parse(row) for row in rows]\n", tried)


@pytest.mark.parametrize(
    ("path", "before", "cheat", "honest"),
    [
        (
            "rows.py",
            ROWS,
            handle_row("        except ValueError:\n            found.append(0)\n"),
            handle_row("        except ValueError:\n            raise BadRow(row)\n"),
        ),
        (
            "rows.py",
            ROWS,
            handle_row("        except ValueError:\n            continue\n"),
            handle_row("        except ValueError as error:\n            found.append(error)\n"),
        ),
        (
            "rows.py",
            ROWS,
            handle_row("        except ValueError:\n            found.append(float(row))\n"),
            handle_row("        except ValueError:\n            found.append(parse_old(row))\n")
            + "\n\ndef parse_old(row):\n    return parse(row.replace(' ', ''))\n",
        ),
        (
            "rows.py",
            ROWS,
            ROWS.replace("    return [", "    with suppress(ValueError):\n        return ["),
            ROWS.replace("    return [", "    with open('log'):\n        return ["),
        ),
        (
            "rows.py",
            ROWS,
            handle_row("        except ValueError:\n            found.append(0)\n"),
            ROWS.replace(
                "    return int(row)\n",
                "    try:\n        return int(row)\n    except ValueError:\n        return float(row)\n",
            ),
        ),
    ],
)
def test_an_answer_made_up_is_told_from_one_that_uses_the_error(
    path: str, before: str, cheat: str, honest: str
) -> None:
    assert list_answered_calls(path, before, cheat)
    assert list_answered_calls(path, before, honest) == []
    assert list_answered_calls(path, cheat, cheat) == []


def test_new_calls_may_be_handled_in_any_way() -> None:
    after = ROWS.replace("int(row)", "int(row) if is_whole(row) else 0")
    after += (
        "\n\ndef is_whole(row):\n    try:\n        return float(row).is_integer()\n"
        "    except ValueError:\n        return False\n"
    )
    assert list_answered_calls("rows.py", ROWS, after) == []


@pytest.mark.parametrize(
    ("path", "before", "added"),
    [
        (
            "prices.py",
            "def total(a, b):\n    return Decimal(a) + Decimal(b)\n",
            "\n\ndef parse_price(text):\n    try:\n        return Decimal(text)\n"
            "    except InvalidOperation:\n        return None\n",
        ),
    ],
)  # fmt: skip
def test_a_new_call_with_a_handler_is_not_held_against_an_old_one(
    path: str, before: str, added: str
) -> None:
    assert list_answered_calls(path, before, before + added) == []


@pytest.mark.parametrize(
    ("task", "found"),
    [
        ("read() stops at 1'200, make it work", 1),
        ("if parse fails, the row counts as 0", 0),
        ("rows that cannot be read are skipped", 0),
        ("take 0 instead of a bad row", 0),
        ("find_user() should return None for unknown ids", 0),
        ("Return None for a user that does not exist", 0),
        ("Handle missing users gracefully", 0),
        ("find_user: return None if the user is not found", 0),
    ],
)
def test_a_task_may_want_an_answer_in_place_of_an_error(task: str, found: int) -> None:
    after = handle_row("        except ValueError:\n            found.append(0)\n")
    change = Change("rows.py", ROWS.encode(), after.encode())
    assert len(list(find_swallowed_errors([change], task))) == found


def test_what_is_called_in_passing_under_a_handler_is_nothing_that_fails() -> None:
    before = "def add(kind, found):\n    found.append(kind)\n"
    after = (
        "def add(kind, found):\n    try:\n        found.append(RATES[kind])\n"
        "    except KeyError:\n        return\n"
    )
    assert list_answered_calls("rows.py", before, after) == []


def test_a_handler_that_goes_on_at_its_end_raises_in_some_cases_only() -> None:
    handler = "        except ValueError:\n            if row == '':\n                raise\n            continue\n"
    assert list_answered_calls("a.py", ROWS, handle_row(handler)) == ["parse"]
    at_last = handler.replace("            continue\n", "            raise\n")
    assert list_answered_calls("a.py", ROWS, handle_row(at_last)) == []


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        (
            "rows.py",
            ROWS,
            handle_row(
                "        except OSError:\n            if attempt == 2:\n                raise\n"
                "            continue\n"
            ),
        ),
    ],
)  # fmt: skip
def test_a_handler_that_asks_for_the_error_or_for_the_round_passes_it_on(
    path: str, before: str, after: str
) -> None:
    assert list_answered_calls(path, before, after) == []
