"""Words that a task lists, and code that deals with some of them."""

from __future__ import annotations

import pytest

from tierwise.gates.stated_lists import find_half_done
from tierwise.git.snapshot import Change

TASK = "add read_bool(): yes/on/true/1 and no/off/false/0, else the fallback"


@pytest.mark.parametrize(
    ("code", "task", "found"),
    [
        ("YES = ('yes', 'on', 'true', '1')\nNO = ('no', 'off', 'false', '0')\n", TASK, 0),
        ("# yes, on, true or 1\nYES = ('yes', '1')\nNO = ('no', 'off', 'false')\n", TASK, 1),
        ("YES = ('yes', 'on', 'true', '1')\nNO = ('no', 'off')\n", TASK, 1),
        ("enum Part { Major, Minor, Patch }\n", "raise Part::Major|Minor|Patch", 0),
        ("def total(): ...\n", TASK, 0),
        ("import a\n", "move it to src/a/util", 0),
    ],
)
def test_lists_of_a_task_that_are_half_done(code: str, task: str, found: int) -> None:
    change = Change("src/a.py", b"", code.encode())
    assert len(list(find_half_done([change], task))) == found
    tests_alone = Change("tests/test_a.py", b"", code.encode())
    assert not list(find_half_done([tests_alone], task))
