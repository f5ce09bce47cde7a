"""What is wrong with a policy, said with place, key, what was found and what would be right."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tierwise.errors import TierwiseError
from tierwise.shown import neutralise

_LIKENESS = 0.6  # of a word and the one that was meant, from 0 to 1


@dataclass(frozen=True)
class Complaint:
    """One fault: ``place`` is file:line:column, ``key`` the dotted path in the policy (empty for the whole)."""

    place: str
    key: str
    message: str

    def __str__(self) -> str:
        parts = (self.place, self.key, self.message)
        return neutralise(": ".join(filter(None, parts)))


class PolicyError(TierwiseError):
    """A policy that cannot be used, with every fault that was found."""

    def __init__(self, complaints: Sequence[Complaint]) -> None:
        self.complaints = tuple(complaints)
        super().__init__("\n".join(map(str, complaints)))

    def __str__(self) -> str:
        return self.message  # one line a complaint, each neutralised

    @classmethod
    def at(
        cls,
        place: object,
        message: str,
        *,
        key: str = "",
    ) -> PolicyError:
        """Return the error of a policy with one fault."""
        return cls([Complaint(str(place), key, message)])


def join_path(path: Iterable[str | int]) -> str:
    """Return ``("requires", 0, "tier")`` as ``requires[0].tier``."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        elif text:
            text += f".{part}"
        else:
            text = part
    return text


def one_of(choices: Iterable[str]) -> str:
    """Return ``low, medium or high``."""
    names = list(choices)
    if len(names) == 1:
        return names[0]
    return f"{', '.join(names[:-1])} or {names[-1]}"


def did_you_mean(found: object, choices: Iterable[str]) -> str:
    """Return ``; did you mean "high"?`` when one of the choices is close, else nothing."""
    written = str(found).lower()
    known = list(choices)
    close = difflib.get_close_matches(
        written,
        known,
        n=1,
        cutoff=_LIKENESS,
    )
    if not close or close[0] == found:
        return ""
    return f'; did you mean "{close[0]}"?'
