"""How far old tests follow a change: three levels, one after the other.

``named`` takes what the change itself or the task's own words explain; ``shaped`` besides what is about a function
that the task wants otherwise, where no value goes; ``asked`` besides other values of such a function.  The last counts
only for tests that passed before the change: what was red may not be told otherwise.
"""

from __future__ import annotations

from typing import Literal

Level = Literal["named", "shaped", "asked"]
LEVELS: tuple[Level, ...] = ("named", "shaped", "asked")
