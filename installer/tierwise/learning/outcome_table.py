"""A table of outcomes: tasks, each tried on one tier or several, by other people or here."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TextIO

from tierwise.errors import TierwiseError
from tierwise.learning.outcomes import Outcome
from tierwise.shown import neutralise_cell

_COLUMNS = ("task", "tier", "passed", "usd")
_KIND = "kind"
_YES = frozenset(("1", "true", "yes"))
_NO = frozenset(("0", "false", "no"))


@dataclass(frozen=True)
class TableRow:
    """One try of a task on one tier; ``usd`` in US dollars, None where unknown."""

    task: str
    tier: str
    kind: str
    passed: bool
    usd: float | None


def read_table(
    handle: TextIO,
    name: str,
    tiers: Mapping[str, str],
) -> list[TableRow]:
    """Read ``task,tier,passed,usd`` and, where it is there, ``kind``.

    ``tiers`` maps the names that a table may use to tiers of the policy.  Raises TierwiseError with
    the line for a missing column or a value that is none.
    """
    reader = csv.DictReader(handle)
    known = reader.fieldnames or ()
    for column in _COLUMNS:
        if column not in known:
            raise TierwiseError(
                f"the column {column} is missing",
                place=f"{name}:1",
                remedy=f"The first line names the columns: {','.join(_COLUMNS)}, and kind if known.",
            )
    rows = []
    for cells in reader:
        place = f"{name}:{reader.line_num}"
        rows.append(_read_line(cells, place, tiers))
    return rows


def write_table(outcomes: Iterable[Outcome]) -> str:
    """Write the judged outcomes as such a table.  A task is named by its fingerprint, never by its words."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow((*_COLUMNS, _KIND))
    for outcome in outcomes:
        if outcome.verdict == "unknown":
            continue
        passed = outcome.verdict == "success"
        cells = (
            outcome.task or outcome.id,
            outcome.tier,
            str(passed).lower(),
            outcome.cost,
            outcome.kind,
        )
        writer.writerow(map(neutralise_cell, cells))
    return buffer.getvalue()


def _read_line(
    cells: Mapping[str, str],
    place: str,
    tiers: Mapping[str, str],
) -> TableRow:
    task = _strip_cell(cells["task"])
    if not task:
        raise TierwiseError(
            "the task has no name",
            place=place,
            remedy="Name every task.",
        )
    tier = _strip_cell(cells["tier"])
    return TableRow(
        task=task,
        tier=tiers.get(tier, tier),
        kind=_strip_cell(cells.get(_KIND)),
        passed=_read_passed(cells["passed"], place),
        usd=_read_usd(cells["usd"], place),
    )


def _read_passed(text: str | None, place: str) -> bool:
    word = _strip_cell(text).lower()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise TierwiseError(
        f"passed is {text!r}",
        place=place,
        remedy="Write true or false.",
    )


def _read_usd(text: str | None, place: str) -> float | None:
    word = _strip_cell(text)
    if not word:
        return None
    try:
        amount = float(word)
    except ValueError:
        amount = math.nan
    if not math.isfinite(amount) or amount < 0:
        raise TierwiseError(
            f"usd is {text!r}",
            place=place,
            remedy="Write US dollars, or nothing where unknown.",
        )
    return amount


def _strip_cell(text: str | None) -> str:
    """Return a cell's text; a short line has none."""
    return (text or "").strip()
