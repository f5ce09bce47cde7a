"""Accepted results kept as examples for the cheap tier (``reuse:`` in the policy, off by default).

They stay in ``.tierwise/local/examples/``, redacted by the function that is passed in.
"""

from __future__ import annotations

import json
import re
from collections.abc import (
    Callable,
    Iterable,
    Mapping,
    Sequence,
)
from typing import TYPE_CHECKING, Any, TypedDict

from tierwise import local_state
from tierwise.cascade.handoff import BYTES_PER_TOKEN
from tierwise.loose import list_mappings

if TYPE_CHECKING:
    from tierwise.cascade.context import RepoContext
    from tierwise.cascade.plan import RunPlan, RunRequest

Redact = Callable[[str], str]
_FOLDER = "examples"


class Example(TypedDict):
    """A task and its accepted result, both redacted."""

    task: str
    result: str


def keep(
    root: str,
    kind: str,
    task: str,
    result: str,
    *,
    limit: int,
    redact: Redact,
) -> None:
    """Remember an accepted result; the oldest of its kind goes when there are more than ``limit``."""
    new: Example = {"task": redact(task), "result": redact(result)}
    examples = [*_read_examples(root, kind), new]
    text = json.dumps(examples[-limit:], indent=1) + "\n"
    local_state.write(
        root,
        _FOLDER,
        _file_name(kind),
        data=text.encode(),
    )


def find_example(
    context: RepoContext,
    request: RunRequest,
    plan: RunPlan,
) -> str:
    """Find an accepted result for a cheap first tier, when the policy wants reuse."""
    options = context.table["reuse"]
    top = context.table["ladder"][-1]
    is_wanted = options["enabled"] and request.trial is None
    if not is_wanted or plan.tiers[0].tier == top:
        return ""
    found = find(context.root, plan.kind, request.task)
    return found[: options["tokens"] * BYTES_PER_TOKEN]


def find(
    root: str,
    kind: str,
    task: str,
) -> str:
    """Find the kept result whose task shares the most words with this one; empty where none shares any."""
    words = _split_words(task)
    found = ""
    most = 1
    for example in _read_examples(root, kind):
        shared = len(words & _split_words(example["task"]))
        if shared >= most:  # of equals, the newest
            most = shared
            found = f"Task: {example['task']}\n{example['result']}"
    return found


class FirstAttempts(TypedDict):
    """How first attempts went; ``share`` of those accepted, None where there were none."""

    attempts: int
    accepted: int
    share: float | None


def effect(rows: Iterable[Mapping[str, Any]]) -> dict[str, FirstAttempts]:
    """Compare first attempts ``with`` and ``without`` an example."""
    finished = [row for row in rows if _is_finished_first(row)]
    with_example = [row for row in finished if row.get("example")]
    without = [row for row in finished if not row.get("example")]
    return {"with": _count_attempts(with_example), "without": _count_attempts(without)}


def _is_finished_first(row: Mapping[str, Any]) -> bool:
    facts = (
        row.get("row"),
        row.get("attempt"),
        row.get("stop"),
    )
    return facts == ("attempt", 1, "done")


def _count_attempts(rows: Sequence[Mapping[str, Any]]) -> FirstAttempts:
    accepted = sum(bool(row.get("accepted")) for row in rows)
    share = None
    if rows:
        share = accepted / len(rows)
    return {
        "attempts": len(rows),
        "accepted": accepted,
        "share": share,
    }


def _read_examples(root: str, kind: str) -> list[Example]:
    data = local_state.read(root, _FOLDER, _file_name(kind))
    try:
        value = json.loads(data or b"[]")
    except ValueError:
        return []
    return [_read_example(entry) for entry in list_mappings(value)]


def _read_example(entry: Mapping[str, Any]) -> Example:
    task = entry.get("task", "")
    result = entry.get("result", "")
    return {"task": str(task), "result": str(result)}


def _split_words(text: str) -> set[str]:
    return set(text.lower().split())


def _file_name(kind: str) -> str:
    name = re.sub(r"[^\w-]", "-", kind)
    return f"{name}.json"
