"""What `availableModels` and `deniedModels` mean for the tiers: not served, served by a fallback, or by an older model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tierwise.doctor.effective import find_available, find_denied, matches_exactly
from tierwise.doctor.finding import (
    Diagnosis,
    fail,
    ok,
    warn,
)
from tierwise.doctor.place import Place
from tierwise.domain.allowed_models import find_served, list_candidates

CHECK = "availableModels"
Tiers = Mapping[str, Mapping[str, Any]]


def check_allowed(
    place: Place,
    tiers: Tiers,
    version: str,
) -> Iterator[Diagnosis]:
    """Check that every tier's model is one that settings allow."""
    allowed, allowing = find_available(place)
    denied, denying = find_denied(place)
    where = " and ".join(dict.fromkeys(filter(None, (allowing, denying))))
    if not where:
        return
    is_exact = matches_exactly(place)
    served = {}
    for name, tier in tiers.items():
        served[name] = find_served(tier["model"], allowed, denied, version, is_exact)
    older = _list_older(served, tiers, version)
    if older:
        yield warn(
            CHECK,
            f"{where} allows older models alone: {', '.join(older)}",
            "Allow the family by its own name, such as `opus`, if the older model is not meant.",
        )
    lost = [name for name in tiers if not served[name]]
    if lost or not older:
        yield _judge_lost(where, lost, tiers, _name_instead(place))


def _list_older(
    served: Mapping[str, str],
    tiers: Tiers,
    version: str,
) -> list[str]:
    """List the tiers that get another model of their family than its newest, in words."""
    older = []
    for name, tier in tiers.items():
        newest = list_candidates(tier["model"], version)[0]
        if served[name] not in ("", newest):
            older.append(f"{name} is served by {served[name]}")
    return older


def _name_instead(place: Place) -> str:
    enforced, _ = place.weightiest("enforceAvailableModels")
    if enforced:
        return "an available model"
    return "the session's model"


def _judge_lost(
    where: str,
    lost: Sequence[str],
    tiers: Tiers,
    instead: str,
) -> Diagnosis:
    """Tell what it means for the ``lost`` tiers, whose model is not to be had."""
    covered = [name for name in lost if tiers[name].get("fallback")]
    uncovered = [name for name in lost if name not in covered]
    if uncovered:
        shown = ", ".join(f"{name} ({tiers[name]['model']})" for name in uncovered)
        return fail(
            CHECK,
            f"{where} does not allow {shown}: their agents get {instead}, in silence",
            "Allow those models, or name a `fallback:` tier for each of them.",
        )
    if covered:
        shown = ", ".join(f"{name} goes to {tiers[name]['fallback']}" for name in covered)
        return warn(
            CHECK,
            f"{where} does not allow every model of the policy: {shown}",
            "Keep it if it is meant; the audit names each fallback.",
        )
    return ok(
        CHECK,
        f"{where} allows every model of the policy",
    )
