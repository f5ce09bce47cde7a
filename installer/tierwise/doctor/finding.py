"""What a check says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Level = Literal["ok", "warn", "fail"]


@dataclass(frozen=True)
class Diagnosis:
    """One thing found.  ``remedy`` is a sentence in the imperative; empty where all is well."""

    check: str
    level: Level
    what: str
    remedy: str = ""


def ok(check: str, what: str) -> Diagnosis:
    """Say that all is well; ``what`` says in what way."""
    return Diagnosis(check, "ok", what)


def warn(
    check: str,
    what: str,
    remedy: str,
) -> Diagnosis:
    """It works, but not as the policy means it."""
    return Diagnosis(check, "warn", what, remedy)


def fail(
    check: str,
    what: str,
    remedy: str,
) -> Diagnosis:
    """Spawns are not routed, or the session is at risk."""
    return Diagnosis(check, "fail", what, remedy)
