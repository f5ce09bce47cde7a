"""What a judge is shown of a change: its lines, and the unchanged files that it or its task speaks of."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.repository import make_repository

from tierwise.gates.model import ChangeSet
from tierwise.gates.shown import MOST_OF_CHANGE, show_change, show_files_beside
from tierwise.git.snapshot import TreeChange

LONG = "".join(f"line {number}: {'word ' * 16}\n" for number in range(2000))


@pytest.fixture
def change(tmp_path: Path) -> ChangeSet:
    """A change of one file in a small shop."""
    files = {
        "shop/price.py": "PRICE = 4\n",
        "shop/tax.py": "RATE = 0.2\n",
        "shop/stock.py": "STOCK = []\n",
        ".private/tax.txt": "hidden\n",
        "README.md": "A shop.\n",
    }
    folder = make_repository(tmp_path / "repository", files)
    (folder / "shop/price.py").write_text("PRICE = 5\n")
    return ChangeSet(str(folder), "HEAD")


def test_files_that_are_spoken_of_stand_beside_the_change(change: ChangeSet) -> None:
    shown = show_files_beside(change, "price() ignores the tax, against the README")
    assert shown == "--- README.md\nA shop.\n\n--- shop/tax.py\nRATE = 0.2\n"


def test_files_that_do_not_fit_stay_out(change: ChangeSet) -> None:
    large = Path(change.root) / "shop/stock.py"
    large.write_text("x = 1\n" * 6000)
    # Known as it is now, so that the file is part of the base.
    shown = show_files_beside(ChangeSet(change.root, change.tree), "stock, tax")
    assert "tax.py" in shown and "stock.py" not in shown


def test_a_change_has_as_many_lines_around_it_as_fit() -> None:
    few = TreeChange("a.txt", LONG.encode(), LONG.replace("line 1000:", "other:").encode())
    assert "\n line 975:" in f"{show_change([few])}"
    many = LONG.replace("50: ", "50 is other: ")
    shown = show_change([TreeChange("a.txt", LONG.encode(), many.encode())])
    assert shown is not None and len(shown) <= MOST_OF_CHANGE
    assert "\n line 41:" not in shown and "\n line 42:" in shown


def test_a_change_that_is_too_long_is_not_shown_in_part() -> None:
    text = "x" * (MOST_OF_CHANGE + 1)
    assert show_change([TreeChange("a.txt", b"", text.encode())]) is None
