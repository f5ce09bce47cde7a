"""What single rows tell, and the verdict that signs make together."""

from __future__ import annotations

import pytest

from tierwise.domain.ledger_rows import RawRow
from tierwise.learning.signs import STRONG, TELLING, WEAK, Sign, judge_signs, read_sign


@pytest.mark.parametrize(
    ("signs", "verdict"),
    [
        ([], "unknown"),
        ([Sign("gate", True, WEAK)], "unknown"),
        ([Sign("gate", False, TELLING)], "success"),
        ([Sign("gate", False, TELLING), Sign("retry", True, TELLING)], "failure"),
        ([Sign("retry", True, TELLING), Sign("flag", False, STRONG)], "success"),
        ([Sign("flag", True, STRONG), Sign("gates", False, STRONG)], "failure"),
    ],
)
def test_the_strongest_sign_decides_and_doubt_is_failure(signs: list[Sign], verdict: str) -> None:
    assert judge_signs(signs) == verdict


@pytest.mark.parametrize(
    ("row", "sign"),
    [
        ({"row": "served", "status": "error"}, (True, TELLING)),
        ({"row": "served", "status": "completed"}, None),
        ({"row": "gate", "failed": ["tests"]}, (True, WEAK)),
        ({"row": "gate", "changed": True, "failed": [], "not_run": ["tests"]}, None),
        ({"row": "gate", "changed": True, "failed": [], "fault": "no time"}, None),
        ({"row": "commit", "fate": "reverted"}, (True, TELLING)),
        ({"row": "commit", "fate": "rewritten"}, (True, WEAK)),
        ({"row": "tests", "before": "passed", "after": "passed"}, (False, WEAK)),
        ({"row": "reaction", "reaction": "interrupt"}, (True, WEAK)),
        ({"row": "turn"}, None),
        ({"row": 7}, None),
    ],
)
def test_a_row_tells_with_a_strength(row: RawRow, sign: tuple[bool, int] | None) -> None:
    told = read_sign(row)
    found = None
    if told is not None:
        found = (told.is_failure, told.strength)
    assert found == sign
