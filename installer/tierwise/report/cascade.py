"""What the cascade cost and saved, from the ledger's ``attempt`` rows.  Pure: rows in, figures out.

``always_top_usd`` is what the accepted tasks would have cost if each had begun on the top tier: the mean of the
runs of the same kind that did begin there, where there are at least ``NEEDED`` of them; else it is unknown, and said.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

NEEDED = 5  # runs that began on the top tier before their mean is a baseline


@dataclass(frozen=True)
class Group:
    """Runs of one tier or kind.  ``accepted`` counts results, ``usd`` all attempts, failed ones included."""

    runs: int
    attempts: int
    accepted: int
    usd: float

    @property
    def acceptance(self) -> float | None:
        """Share of the runs that ended with an accepted result here."""
        return self.accepted / self.runs if self.runs else None

    @property
    def usd_per_accepted(self) -> float | None:
        """Cost per accepted result, failures paid for."""
        return self.usd / self.accepted if self.accepted else None

    def as_json(self) -> dict[str, Any]:
        """Counts and the two ratios."""
        return {
            **asdict(self),
            "acceptance": self.acceptance,
            "usd_per_accepted": self.usd_per_accepted,
        }


@dataclass(frozen=True)
class CascadeSummary:
    """All runs, by tier, by kind, and against a start on the top tier (US dollars; None where unknown)."""

    total: Group
    by_tier: dict[str, Group]
    by_kind: dict[str, Group]
    compared_runs: int
    compared_usd: float
    always_top_usd: float | None

    @property
    def saved_usd(self) -> float | None:
        """Positive where the cascade was cheaper than always-top on the runs that can be compared."""
        return None if self.always_top_usd is None else self.always_top_usd - self.compared_usd

    def as_json(self) -> dict[str, Any]:
        """The shape in ``runs --summary --json``."""
        return {
            "total": self.total.as_json(),
            "by_tier": {tier: group.as_json() for tier, group in self.by_tier.items()},
            "by_kind": {kind: group.as_json() for kind, group in self.by_kind.items()},
            "against_always_top": {
                "runs": self.compared_runs,
                "usd": self.compared_usd,
                "always_top_usd": self.always_top_usd,
                "saved_usd": self.saved_usd,
            },
        }


def summarize(rows: Iterable[Mapping[str, Any]], top: str) -> CascadeSummary:
    """Figures of the ``attempt`` rows among ``rows``; ``top`` is the ladder's last tier."""
    attempts = [row for row in rows if row.get("row") == "attempt"]
    runs = _by(attempts, "run")
    fresh_top: dict[str, list[float]] = {}
    for entries in runs.values():
        if entries[0].get("tier") == top:
            fresh_top.setdefault(str(entries[0].get("kind")), []).append(_usd(entries))
    compared, would_be = [], 0.0
    for entries in runs.values():
        means = fresh_top.get(str(entries[0].get("kind")), [])
        if len(means) >= NEEDED:
            compared.append(_usd(entries))
            would_be += sum(means) / len(means)
    return CascadeSummary(
        total=_group(attempts),
        by_tier={tier: _group(entries) for tier, entries in sorted(_by(attempts, "tier").items())},
        by_kind={kind: _group(entries) for kind, entries in sorted(_by(attempts, "kind").items())},
        compared_runs=len(compared),
        compared_usd=sum(compared),
        always_top_usd=would_be if compared else None,
    )


def _group(attempts: list[Mapping[str, Any]]) -> Group:
    runs = _by(attempts, "run").values()
    accepted = sum(any(row.get("accepted") for row in entries) for entries in runs)
    return Group(len(runs), len(attempts), accepted, _usd(attempts))


def _usd(attempts: Iterable[Mapping[str, Any]]) -> float:
    return sum(float(row.get("cost_usd") or 0) for row in attempts)


def _by(attempts: Iterable[Mapping[str, Any]], key: str) -> dict[str, list[Mapping[str, Any]]]:
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for row in attempts:
        groups.setdefault(str(row.get(key)), []).append(row)
    return groups
