"""What the pipelines of a pull request have spent and may still spend, told from the ledger's rows.

A call is held before it begins, with all that it may spend, and settled by what it cost.  A call that nobody settled
counts in full: its job may have ended after the money was gone.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from tierwise.domain.ledger_rows import RawRow, read_amount
from tierwise.domain.table_shape import Table
from tierwise.errors import NEEDS_PERSON, TierwiseError
from tierwise.loose import list_texts

BEFORE, HOLD, COST = "ci-before", "ci-hold", "ci-cost"
"""Kinds of rows: what earlier jobs spent, a call that is held, what it cost."""

LEAST_USD = 0.0005
"""With less no call can do anything."""

_NAMES = ("TIERWISE_PULL_REQUEST", "CI_MERGE_REQUEST_IID")
_GITHUB_REF = re.compile(r"refs/pull/(\d+)/")
_PLACE = "tierwise.yaml"


class SpendRefusedError(TierwiseError):
    """A call that may not begin: the budget is used up, or nobody knows what was spent."""

    exit_code = NEEDS_PERSON


@dataclass(frozen=True)
class SpendLimits:
    """`ci.budget` in US dollars; None where the policy sets none."""

    per_run: float | None = None
    per_pull_request: float | None = None

    @property
    def are_set(self) -> bool:
        """Whether there is any."""
        return self.per_run is not None or self.per_pull_request is not None


@dataclass
class HeldCall:
    """A call that was held.  ``usd``: what it cost; None where that is not known, or not known yet."""

    name: str
    limit_usd: float
    usd: float | None = None
    is_settled: bool = False

    @property
    def counted_usd(self) -> float:
        """What it counts for: its cost, or all that it may have spent."""
        if self.usd is None:
            return self.limit_usd
        return self.usd


@dataclass
class Spend:
    """What a pull request has spent; ``pull_request`` is empty for a pipeline of none."""

    pull_request: str
    before_usd: float | None = None
    """What its earlier jobs spent; None where nobody has said."""
    unknown_before: list[str] = field(default_factory=list)
    """The calls of earlier jobs whose cost is not known."""
    calls: dict[str, HeldCall] = field(default_factory=dict)
    """Those of this job, by the name of their hold."""

    @property
    def usd(self) -> float:
        """All that is known to be spent or held."""
        counted = [call.counted_usd for call in self.calls.values()]
        return math.fsum([self.before_usd or 0.0, *counted])

    @property
    def unknown(self) -> list[str]:
        """The calls whose cost is not known and will not be."""
        settled = [call for call in self.calls.values() if call.is_settled]
        return self.unknown_before + [call.name for call in settled if call.usd is None]


def find_pull_request(environ: Mapping[str, str]) -> str:
    """Return the number of the pull request that a pipeline is about, as its variables name it; empty where none is named."""
    for name in _NAMES:
        if environ.get(name):
            return environ[name]
    found = _GITHUB_REF.match(environ.get("GITHUB_REF", ""))
    if found is None:
        return ""
    return found[1]


def read_limits(table: Table) -> SpendLimits:
    """Return the limits of a compiled policy."""
    section = table.get("ci") or {}
    stated = section.get("budget") or {}
    return SpendLimits(
        per_run=read_amount(stated.get("per_run")),
        per_pull_request=read_amount(stated.get("per_pull_request")),
    )


def read_spend(
    rows: Iterable[RawRow],
    pull_request: str,
) -> Spend:
    """Return what the ledger's rows, in their order, tell of a pull request.

    What earlier jobs spent holds from where it was last said: rows above it are of those jobs.
    """
    spend = Spend(pull_request)
    for row in rows:
        if row.get("pull_request") != pull_request:
            continue
        kind = row.get("row")
        hold = str(row.get("hold"))
        if kind == BEFORE:
            spend = _begin_spend(row, pull_request)
        elif kind == HOLD:
            limit = read_amount(row.get("limit_usd"))
            spend.calls[hold] = HeldCall(
                name=str(row.get("name")),
                limit_usd=limit or 0.0,
                is_settled=limit is None,  # damaged: its cost is not known
            )
        elif kind == COST and hold in spend.calls:
            call = spend.calls[hold]
            call.usd = read_amount(row.get("usd"))
            call.is_settled = True
    return spend


def _begin_spend(row: RawRow, pull_request: str) -> Spend:
    return Spend(
        pull_request,
        read_amount(row.get("usd")),
        list_texts(row.get("unknown")),
    )


def find_allowance(
    limits: SpendLimits,
    spend: Spend,
    wanted_usd: float,
) -> float:
    """Return what one call may spend: at most ``wanted_usd``.

    Raises SpendRefusedError where the pull request's budget is used up, and where nobody knows what it has spent:
    unknown is not zero.
    """
    usd = wanted_usd
    if limits.per_run is not None:
        usd = min(usd, limits.per_run)
    if limits.per_pull_request is None or not spend.pull_request:
        return usd
    _require_known(spend)
    left = limits.per_pull_request - spend.usd
    if left < LEAST_USD:
        raise SpendRefusedError(
            f"pull request {spend.pull_request} has spent ${spend.usd:.4f} of ${limits.per_pull_request:.2f}",
            place=_PLACE,
            remedy="Raise `ci.budget.per_pull_request`, or do the rest by hand.",
        )
    return min(usd, left)


def _require_known(spend: Spend) -> None:
    of_whom = f"of pull request {spend.pull_request}"
    if spend.before_usd is None:
        raise SpendRefusedError(
            f"nobody said what the earlier jobs {of_whom} have spent",
            place=_PLACE,
            remedy="Say it with `tierwise spend --before FILE`, or `--before 0` in the first job (docs/ci.md).",
        )
    if spend.unknown:
        names = ", ".join(spend.unknown)
        raise SpendRefusedError(
            f"what {names} {of_whom} cost is not known, and unknown is not zero",
            place=_PLACE,
            remedy="State missing prices under `prices:`, find out the sum, and say it with `tierwise spend --before USD`.",
        )


def describe_spend(limits: SpendLimits, spend: Spend) -> str:
    """Return one line for a person."""
    of_whom = "This pipeline"
    if spend.pull_request:
        of_whom = f"Pull request {spend.pull_request}"
    words = f"{of_whom}: ${spend.usd:.4f} spent"
    if limits.per_pull_request is not None and spend.pull_request:
        left = max(0.0, limits.per_pull_request - spend.usd)
        words = f"{words} of ${limits.per_pull_request:.2f}, ${left:.4f} left"
        if spend.before_usd is None:
            words = f"{words}; what earlier jobs spent is not known"
    if spend.unknown:
        words = f"{words}; the cost of {', '.join(spend.unknown)} is not known"
    return words
