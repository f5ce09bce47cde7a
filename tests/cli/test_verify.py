"""`tierwise verify`: the tools that it takes, what it says of those that it cannot prove, and its table."""

from __future__ import annotations

import pytest

from tierwise.cli.verify import _print_proof, command
from tierwise.domain.coding_tools import CLAUDE, list_targets
from tierwise.errors import TierwiseError
from tierwise.verify.proof import Proof
from tierwise.verify.tools.registry import TOOLS, UNPROVEN
from tierwise.verify.verdict import Line


def test_every_target_is_proven_or_has_a_reason() -> None:
    assert sorted([CLAUDE, *TOOLS, *UNPROVEN]) == sorted(list_targets())


@pytest.mark.parametrize("target", UNPROVEN)
def test_a_tool_that_cannot_be_proven_is_said_with_the_reason(target: str) -> None:
    with pytest.raises(TierwiseError, match="cannot be proven here") as caught:
        command.main(["--target", target], standalone_mode=False)
    assert UNPROVEN[target] in str(caught.value)
    assert "docs/targets.md" in caught.value.remedy


def test_verdicts_stand_below_each_other(capsys: pytest.CaptureFixture[str]) -> None:
    line = Line("role", "a", "-", "mid (b high)", "role file", "b high", "ok")
    longer = Line("role", "longer", "-", "mid (b high)", "role file", "nothing of it", "ok")
    _print_proof(Proof("1", "client", "policy", {}, (line, longer)), None)
    rows = capsys.readouterr().out.splitlines()[2:5]
    assert [row.rindex(word) for row, word in zip(rows, ("verdict", "ok", "ok"), strict=True)] == [
        rows[0].rindex("verdict")
    ] * 3
