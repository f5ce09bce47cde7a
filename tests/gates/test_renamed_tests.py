"""The old tests with the product's new names in them: what was only moved, merged or written as a table passes so."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.repository import make_repository

from tierwise.cascade.checkouts import open_change_set
from tierwise.gates import GateConfig
from tierwise.gates.following.product import read_product
from tierwise.gates.following.renamed_tests import rename_tests
from tierwise.gates.tests_as_were.check import look_at_all
from tierwise.git.snapshot import TreeChange

MENU = b"""from prices import spell


def dish_line(dish, cents):
    return f"{dish:.<12}{spell(cents)}"


def print_menu(dishes):
    return [dish_line(dish, cents) for dish, cents in dishes]
"""
NEW_MENU = b"""from lines import line


def print_menu(dishes):
    return [line(dish, cents) for dish, cents in dishes]
"""
LINES = b"""from prices import spell


def line(dish, cents):
    return f"{dish:.<12}{spell(cents)}"
"""
TASK = "Move dish_line into a module of its own, lines.line, and its tests too; they may become a table."
MOVED = [
    TreeChange("menu.py", MENU, NEW_MENU),
    TreeChange("lines.py", None, LINES),
]
OLD_TESTS = """from menu import (
    dish_line,
    print_menu,
)


def test_soup():
    assert dish_line("soup", 450) == "soup........4.50"


def test_tea():
    assert dish_line("tea", 90) == "tea.........0.90"


def test_menu():
    assert print_menu([]) == []
"""
LEFT_TESTS = "from menu import print_menu\n\n\ndef test_menu():\n    assert print_menu([]) == []\n"
TABLE = """import pytest

from lines import line


@pytest.mark.parametrize(
    ("dish", "cents", "text"),
    [
        ("soup", 450, "soup........4.50"),
        ("tea", 90, "tea.........0.90"),
    ],
)
def test_line(dish, cents, text):
    assert line(dish, cents) == text
"""


def test_a_function_that_is_called_in_the_same_place_is_the_one_that_is_gone() -> None:
    product = read_product(MOVED, TASK)
    assert product.new_names == {"dish_line": "line"}


def test_two_functions_may_become_one() -> None:
    before = b"def ring(x):\n    return 1\n\n\ndef loop(x):\n    return 1\n\n\ndef go(x):\n    ring(x)\n    loop(7)\n"
    after = b"def circle(x):\n    return 1\n\n\ndef go(x):\n    circle(x)\n    circle(7)\n"
    product = read_product([TreeChange("a.py", before, after)], "")
    assert product.new_names == {"ring": "circle", "loop": "circle"}


def test_where_two_could_stand_for_a_function_none_does() -> None:
    before = b"def ring(x):\n    return 1\n"
    after = b"def circle(x):\n    return 1\n\n\ndef disc(x):\n    return 1\n"
    assert not read_product([TreeChange("a.py", before, after)], "").new_names


def test_the_old_tests_get_the_new_names_and_the_imports_of_the_new_ones() -> None:
    product = read_product(MOVED, TASK)
    imports = ["from lines import line\n", "from menu import print_menu\n"]
    renamed = rename_tests(OLD_TESTS.encode(), LEFT_TESTS.encode(), product, imports).decode()
    assert '    assert line("soup", 450) == "soup........4.50"\n' in renamed
    assert "from lines import line\n" in renamed and "from menu import print_menu\n" in renamed
    assert "dish_line" not in renamed


@pytest.mark.parametrize(
    "line",
    ["from tests.fakes import line\n", "from lines import other as line\n"],
    ids=["from tests", "another one by its name"],
)
def test_no_import_brings_anything_else_by_that_name(line: str) -> None:
    product = read_product(MOVED, TASK)
    renamed = rename_tests(OLD_TESTS.encode(), LEFT_TESTS.encode(), product, [line])
    assert line.encode() not in renamed


def judge(
    folder: Path,
    lines: bytes = LINES,
    table: str = TABLE,
) -> str:
    """The outcome of the old tests where the menu's lines move."""
    prices = 'def spell(cents):\n    return f"{cents // 100}.{cents % 100:02}"\n'
    files = {
        "menu.py": MENU.decode(),
        "prices.py": prices,
        "tests/test_menu.py": OLD_TESTS,
        ".gitignore": "__pycache__/\n.tierwise/\n",
    }
    home = make_repository(folder, files)
    (home / "menu.py").write_bytes(NEW_MENU)
    (home / "lines.py").write_bytes(lines)
    (home / "tests/test_menu.py").write_text(LEFT_TESTS)
    (home / "tests/test_lines.py").write_text(table)
    commands = {"tests": "python3 -m pytest -q -p no:cacheprovider"}
    with open_change_set(str(home), "", "HEAD", TASK, links=(), own_folder=str(home)) as change:
        config = GateConfig(reruns=0, commands=commands)
        (finding,) = look_at_all(change, config, commands)
    return finding.outcome


@pytest.mark.slow
def test_tests_that_moved_into_a_table_follow(tmp_path: Path) -> None:
    assert judge(tmp_path) == "followed"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("lines", "table", "outcome"),
    [
        (LINES, TABLE.replace('        ("tea", 90, "tea.........0.90"),\n', ""), "tests-lost"),
        (LINES.replace(b".<12", b".<11"), TABLE.replace("....", "..."), "tests-changed-to-pass"),
        (LINES, TABLE.replace("== text", "is not None"), "tests-lost"),
    ],
    ids=["a case dropped", "another answer", "any answer"],
)
def test_what_was_more_than_a_move_does_not_follow(
    lines: bytes,
    table: str,
    outcome: str,
    tmp_path: Path,
) -> None:
    assert judge(tmp_path, lines, table) == outcome
