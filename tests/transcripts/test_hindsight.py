"""What a turn did, by the tools that it used."""

from __future__ import annotations

import pytest

from tierwise.transcripts import hindsight
from tierwise.transcripts.hindsight import label_tools, only_looks
from tierwise.transcripts.turns import RecordedTurn, ToolUse


def turn_with(*tools: tuple[str, str], planning: bool = False) -> RecordedTurn:
    uses = [ToolUse(str(number), name, target) for number, (name, target) in enumerate(tools)]
    return RecordedTurn("s", 0, "", "", "", is_planning=planning, tools=uses)


def _label(turn: RecordedTurn) -> str:
    return label_tools(turn.tools, is_planning=turn.is_planning)


EDITS = [("Edit", f"src/m{number}.py") for number in range(6)]


@pytest.mark.parametrize(
    ("tools", "label"),
    [
        ((), hindsight.TALK),
        ((("Read", "a.py"), ("Grep", "x")), hindsight.READ),
        ((("Bash", "git log -3 | head"),), hindsight.READ),
        ((("Bash", "git commit -m 'fix: x'"),), hindsight.OPERATIONS),
        ((("Read", "a.py"), ("Edit", "README.md")), hindsight.TEXT_FILES),
        ((("Edit", "README.md"), ("Edit", "a.py")), hindsight.CODE_ONE),
        (tuple(EDITS[:2]), hindsight.CODE_FEW),
        (tuple(EDITS[:5]), hindsight.CODE_FEW),
        (tuple(EDITS), hindsight.CODE_MANY),
        ((("Agent", "Explore"),), hindsight.HAND_OUT),
        ((("Agent", "Explore"), ("Edit", "a.py")), hindsight.CODE_ONE),
        ((("ExitPlanMode", ""),), hindsight.PLAN),
    ],
)
def test_a_turn_is_labelled_by_the_most_that_it_did(
    tools: tuple[tuple[str, str], ...], label: str
) -> None:
    assert _label(turn_with(*tools)) == label


def test_an_edit_that_failed_changed_nothing() -> None:
    turn = turn_with(("Edit", "a.py"))
    turn.tools[0].failed = True
    assert _label(turn) == hindsight.READ


@pytest.mark.parametrize(
    ("error", "stuck"),
    [
        ("Exit code 3", True),
        ("<tool_use_error>Sibling tool call errored</tool_use_error>", False),
    ],
)
def test_three_equal_errors_are_a_stall_but_for_calls_that_never_ran(
    error: str, stuck: bool
) -> None:
    turn = turn_with(("Bash", "make"), ("Bash", "make all"), ("Bash", "make"))
    for tool in turn.tools:
        tool.failed = True
        tool.error = error
    assert hindsight.is_stuck(turn.tools) is stuck
    assert not hindsight.is_stuck(turn.tools[:2])


def test_plan_mode_is_planning_whatever_is_read() -> None:
    assert _label(turn_with(("Read", "a.py"), planning=True)) == hindsight.PLAN


@pytest.mark.parametrize(
    "command",
    ["ls -la", "cd src && git diff HEAD~1 | head -40", "gh pr view 12", "rg 'x > y' 2>/dev/null"],
)
def test_looking_changes_nothing(command: str) -> None:
    assert only_looks(command)


@pytest.mark.parametrize(
    "command",
    [
        "git push",
        "pytest -q",
        "echo x > a.py",
        "ls && rm -r build",
        "git branch -D x",
        "sed -i s/a/b/ f",
    ],
)
def test_other_commands_may_change_something(command: str) -> None:
    assert not only_looks(command)
