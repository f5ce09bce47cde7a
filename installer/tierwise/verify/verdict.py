"""One line of the proof: what was requested, assigned and written, and what the request on the wire says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Literal

from tierwise.domain import client_facts
from tierwise.routing.audit import UNROUTABLE, same_model
from tierwise.verify.stand_in import Request

Verdict = Literal["ok", "limited", "unroutable", "differs"]
NOTHING = "-"


@dataclass(frozen=True)
class ProofLine:
    """One spawn, command or turn.

    verdict   ok; limited: the model is right, this version takes no effort there; unroutable: no way to route it;
              differs: the wire says something else, or nothing arrived
    """

    way: str
    name: str
    requested: str
    assigned: str
    written: str
    wire: str
    verdict: Verdict
    note: str = ""

    @property
    def cells(self) -> tuple[str, ...]:
        """What stands in a table before the verdict."""
        return self.way, self.name, self.requested, self.assigned, self.written, self.wire

    def as_json(self) -> dict[str, str]:
        """Return the line as ``--json`` prints it."""
        return asdict(self)


@dataclass(frozen=True)
class Assigned:
    """What the policy decided.  A model or effort of None is left open."""

    tier: str
    model: str | None
    effort: str | None

    def __str__(self) -> str:
        pair = join_pair(self.model, self.effort)
        if not self.tier:
            return pair
        return f"{self.tier} ({pair})"


def judge_line(
    way: str,
    name: str,
    requested: str,
    assigned: Assigned | None,
    written: str,
    seen: Request | None,
    version: str,
) -> ProofLine:
    """Compare what was assigned with what reached the wire."""
    wire = "nothing"
    if seen:
        wire = join_pair(seen.model, seen.effort)
    in_call = way != "workflow"
    verdict, note = _compare_models(
        name,
        assigned,
        seen,
        version,
        in_call=in_call,
    )
    return ProofLine(
        way=way,
        name=name,
        requested=requested or NOTHING,
        assigned=str(assigned or NOTHING),
        written=written or "nothing",
        wire=wire,
        verdict=verdict,
        note=note,
    )


def join_pair(model: object, effort: object) -> str:
    """Join the parts of `opus high`; one that is not there is left out."""
    parts = [str(part) for part in (model, effort) if part]
    return " ".join(parts) or NOTHING


def join_written(written: Mapping[str, object]) -> str:
    """Tell what the hook wrote into a call, as the table shows it."""
    return " ".join(str(value) for value in written.values())


def _compare_models(
    name: str,
    assigned: Assigned | None,
    seen: Request | None,
    version: str,
    *,
    in_call: bool,
) -> tuple[Verdict, str]:
    if name in UNROUTABLE:
        return "unroutable", UNROUTABLE[name]
    if seen is None:
        return "differs", "no request of it reached the API"
    if assigned is None:
        return "differs", "no decision of the hook is recorded"
    if not same_model(assigned.model, seen.model):
        return "differs", f"expected {assigned.model}"
    return _compare_effort(
        assigned,
        seen,
        version,
        in_call=in_call,
    )


def _compare_effort(
    assigned: Assigned,
    seen: Request,
    version: str,
    *,
    in_call: bool,
) -> tuple[Verdict, str]:
    wanted = assigned.effort
    if not wanted or seen.effort == wanted:
        return "ok", ""
    if seen.effort is None and client_facts.takes_no_effort(seen.model):
        return "ok", "this model takes no effort"
    if in_call and not client_facts.at_least(version, client_facts.EFFORT_OF_A_CALL):
        since = client_facts.EFFORT_OF_A_CALL
        return "limited", f"before {since} a call's effort is ignored: only files set it"
    return "differs", f"expected effort {wanted}"
