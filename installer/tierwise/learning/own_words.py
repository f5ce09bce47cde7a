"""Learning a person's own words from labelled tasks: sparse weights on the shipped model's features.

Multinomial logistic regression on top of the shipped probabilities, with a ridge; used only where it was right more
often on tasks that it had not seen (five folds, an exact one-sided sign test).
"""

from __future__ import annotations

import json
import math
import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

import msgspec

from tierwise import files, local_state
from tierwise.errors import TierwiseError
from tierwise.learning.beta import beta_cdf
from tierwise.routing.own_words import (
    LARGEST,
    NAME,
    SHARED,
    correct_kinds,
)

FEWEST_TASKS = 20
"""Labelled tasks below which nothing is learned."""

LEVEL = 0.05
"""The probability with which a useless correction may pass the check."""

SHARED_BY_TASKS = 3
"""Labelled tasks in which a word must stand to be shared: one that stands in fewer may be a secret or a name."""

_FOLDS = 5
_ROUNDS = 12
_STEP = 0.5
_RIDGE = 0.02
_DIGITS = 3
_WIDEST_INDENT = 3
_LEAST_ERROR = 0.02
"""Below it a weight stays as it is, so that few kinds have any."""

Weights = dict[str, dict[str, float]]


class _Shared(msgspec.Struct):
    weights: Weights


@dataclass(frozen=True)
class Labelled:
    """A task with the kind of work that a person said it is: shipped probabilities and features."""

    kinds: tuple[tuple[str, float], ...]
    evidence: tuple[str, ...]
    label: str


@dataclass(frozen=True)
class Check:
    """How the correction did on tasks that it had not seen."""

    tasks: int
    right_before: int
    right_after: int
    gained: int
    """Tasks that only the correction had right."""

    lost: int
    """Tasks that only the shipped model had right."""

    @property
    def passes(self) -> bool:
        """Whether so many gains beside so few losses are no chance."""
        if self.tasks < FEWEST_TASKS or not self.gained:
            return False
        # P(at least `gained` of gained + lost) at one half.
        return beta_cdf(0.5, self.gained, self.lost + 1) <= LEVEL


def keep_common_words(tasks: Sequence[Labelled]) -> list[Labelled]:
    """Return the tasks with nothing but the words that may be shared."""
    counts: Counter[str] = Counter()
    for task in tasks:
        counts.update(task.evidence)
    common = {word for word, count in counts.items() if count >= SHARED_BY_TASKS}
    kept = []
    for task in tasks:
        words = [word for word in task.evidence if word in common]
        kept.append(replace(task, evidence=tuple(words)))
    return kept


def check_words(
    tasks: Sequence[Labelled],
    fixed: frozenset[str],
) -> Check:
    """Learn from four fifths of the tasks and try on the rest, five times."""
    before = after = gained = lost = 0
    for fold in range(_FOLDS):
        others = [task for task in tasks if _find_fold(task) != fold]
        held_out = [task for task in tasks if _find_fold(task) == fold]
        weights = fit_words(others, fixed)
        for task in held_out:
            was_right = _find_likeliest(task.kinds) == task.label
            corrected = correct_kinds(
                task.kinds,
                task.evidence,
                weights,
                fixed,
            )
            is_right = _find_likeliest(corrected) == task.label
            before += was_right
            after += is_right
            gained += is_right and not was_right
            lost += was_right and not is_right
    return Check(len(tasks), before, after, gained, lost)


def fit_words(
    tasks: Sequence[Labelled],
    fixed: frozenset[str],
) -> Weights:
    """Fit the weights by gradient steps from zero; tasks of fixed kinds teach nothing."""
    free = [task for task in tasks if task.label not in fixed]
    weights: Weights = {}
    for task in free:
        weights.update({feature: {} for feature in task.evidence})
    for _ in range(_ROUNDS):
        for task in free:
            _step(task, weights, fixed)
    return weights


def keep_words(
    root: str,
    weights: Weights,
    check: Check,
) -> None:
    """Keep the weights for the hook.  Raises OSError."""
    kept = {"weights": _round_rows(weights), "tasks": check.tasks}
    text = json.dumps(kept)
    local_state.write(root, NAME, data=text.encode())


def share_words(root: str, weights: Weights) -> Weights:
    """Add the weights to those that the repository shares, and return all of these.

    Raises OSError, and TierwiseError where the file is damaged: others' words are in it.
    The person's own correction goes: it was learned from the same labels, which would count twice.
    """
    total = _read_shared(root)
    for feature, row in weights.items():
        known = total.setdefault(feature, {})
        for kind, weight in row.items():
            known[kind] = known.get(kind, 0.0) + weight
    rounded = _round_rows(total)
    text = json.dumps(
        {"weights": rounded},
        indent=1,
        sort_keys=True,
        ensure_ascii=False,
    )
    path = os.path.join(root, SHARED)
    files.write_atomic(path, f"{text}\n".encode(), top=root)
    forget_words(root)
    return rounded


def _read_shared(root: str) -> Weights:
    data = files.read_bytes(os.path.join(root, SHARED))
    if data is None:
        return {}
    try:
        return msgspec.json.decode(data, type=_Shared).weights
    except (msgspec.DecodeError, RecursionError) as error:
        raise TierwiseError(
            f"the words that are shared cannot be read: {error}",
            place=SHARED,
            remedy="Restore the file by git, or take it away: `tierwise learn --forget-words --share`.",
        ) from None


def _round_rows(weights: Weights) -> Weights:
    rounded = {feature: _round_weights(row) for feature, row in weights.items()}
    kept = {feature: row for feature, row in rounded.items() if row}
    return _keep_strongest(kept)


def _keep_strongest(weights: Weights) -> Weights:
    """Return the weights without the weakest words where a hook would not read so large a file."""
    kept = {}
    size = 0
    for feature in sorted(weights, key=lambda one: _find_strength(weights[one]), reverse=True):
        row = weights[feature]
        size += len(json.dumps({feature: row}, indent=_WIDEST_INDENT))
        if size > LARGEST:
            break
        kept[feature] = row
    return kept


def _find_strength(row: dict[str, float]) -> float:
    return max(map(abs, row.values()))


def _round_weights(row: dict[str, float]) -> dict[str, float]:
    """Return the weights that three digits show."""
    rounded = {kind: round(weight, _DIGITS) for kind, weight in row.items()}
    return {kind: weight for kind, weight in rounded.items() if weight}


def forget_words(root: str) -> bool:
    """Take the correction away; whether there was one."""
    if local_state.read(root, NAME) is None:
        return False
    with local_state.Folder(root) as folder:
        folder.unlink(NAME)
    return True


def forget_shared(root: str) -> bool:
    """Take away what the repository shares; whether there was something.  Raises OSError."""
    path = os.path.join(root, SHARED)
    if not os.path.lexists(path):
        return False
    os.unlink(path)
    return True


def _step(
    task: Labelled,
    weights: Weights,
    fixed: frozenset[str],
) -> None:
    shares = correct_kinds(
        task.kinds,
        task.evidence,
        weights,
        fixed,
    )
    free = {kind: share for kind, share in shares if kind not in fixed}
    size = _STEP / math.sqrt(len(task.evidence) + 1)
    total = sum(free.values()) or 1.0
    for feature in task.evidence:
        row = weights[feature]
        for kind, share in free.items():
            error = float(kind == task.label) - share / total
            if abs(error) < _LEAST_ERROR:
                continue
            known = row.get(kind, 0.0)
            row[kind] = known + size * (error - _RIDGE * known)


def _find_fold(task: Labelled) -> int:
    """Return the fold of a task: equal texts are never on both sides."""
    text = "\0".join(task.evidence)
    digest = sha256(text.encode("utf-8", "replace")).digest()
    return digest[0] % _FOLDS


def _find_likeliest(kinds: Sequence[tuple[str, float]]) -> str:
    likeliest = ""
    most = 0.0
    for kind, share in kinds:
        if share > most:
            likeliest, most = kind, share
    return likeliest
