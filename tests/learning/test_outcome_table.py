"""Reading a table of outcomes that other people measured."""

from __future__ import annotations

import io

import pytest

from tierwise.errors import TierwiseError
from tierwise.learning.outcome_table import TableRow, read_table, write_table
from tierwise.learning.outcomes import Outcome
from tierwise.learning.signs import TELLING, Sign


def test_a_table_may_name_models_and_leave_costs_out() -> None:
    text = "task,tier,passed,usd,kind\na,haiku,TRUE,0.02,docs\nb,mid,no,,docs\n"
    rows = read_table(io.StringIO(text), "t.csv", {"haiku": "light"})
    assert rows == [
        TableRow("a", "light", "docs", True, 0.02),
        TableRow("b", "mid", "docs", False, None),
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("task,tier,usd\n", "t.csv:1: the column passed is missing"),
        ("task,tier,passed,usd\na,light,perhaps,1\n", "t.csv:2: passed is 'perhaps'"),
        ("task,tier,passed,usd\na,light,1,cheap\n", "t.csv:2: usd is 'cheap'"),
        ("task,tier,passed,usd\na,light,1,-1\n", "t.csv:2: usd is '-1'"),
        ("tier,passed,usd,task\nlight,1,2\n", "t.csv:2: the task has no name"),
    ],
)
def test_a_bad_table_is_named_with_its_line(text: str, message: str) -> None:
    with pytest.raises(TierwiseError, match=message):
        read_table(io.StringIO(text), "t.csv", {})


def test_what_was_written_is_read_again_and_the_unknown_is_left_out() -> None:
    failed = Outcome("t1", "s", "", "light", "docs", "", "", "fingerprint", cost=0.25)
    failed.signs.append(Sign("gate", True, TELLING))
    passed = Outcome("=1+1", "s", "", "mid", "", "", "", "")
    passed.signs.append(Sign("gate", False, TELLING))
    unknown = Outcome("t3", "s", "", "mid", "docs", "", "", "")
    text = write_table([failed, passed, unknown])
    assert read_table(io.StringIO(text), "t.csv", {}) == [
        TableRow("fingerprint", "light", "docs", False, 0.25),
        TableRow("'=1+1", "mid", "", True, None),
    ]
