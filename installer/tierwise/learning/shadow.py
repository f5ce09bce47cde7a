"""Tasks from finished spawns: what the present tier did is on record, so only the cheaper one runs.

Only spawns that the in-session gates judged are taken, for gates judge the second run as well.  Prompts come from
the transcripts at the time of the run and are stored nowhere.
"""

from __future__ import annotations

from collections.abc import (
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from pathlib import Path

from tierwise.git.plumbing import read_git_line
from tierwise.learning.experiment_plan import ExperimentTask
from tierwise.learning.outcomes import Outcome
from tierwise.transcripts.roots import Transcript
from tierwise.transcripts.spawns import Spawn, read_spawns


def find_shadow_tasks(
    root: str,
    outcomes: Sequence[Outcome],
    tier: str,
    spawns: Mapping[str, Spawn],
) -> Iterator[ExperimentTask]:
    """Yield the judged spawns of one tier whose prompt and cost are known, newest first.

    git is asked for the commit of each only when it is wanted.
    """
    for outcome in reversed(outcomes):
        is_judged = outcome.verdict != "unknown" and _was_gated(outcome)
        is_wanted = outcome.tier == tier and outcome.id in spawns
        if outcome.cost is None or not is_judged or not is_wanted:
            continue
        base = _find_commit(root, outcome.time)
        if not base:
            continue
        known = (outcome.verdict == "success", outcome.cost)
        yield ExperimentTask(
            "",
            base=base,
            kind=outcome.kind,
            call=outcome.id,
            known=known,
        )


def read_spawn_texts(transcripts: Iterable[Transcript]) -> dict[str, Spawn]:
    """Return every recorded spawn by its call.  A transcript that may not be read tells nothing."""
    found = {}
    for transcript in transcripts:
        try:
            spawns = read_spawns(Path(transcript.path))
        except OSError:
            continue
        for spawn in spawns:
            if spawn.call:
                found[spawn.call] = spawn
    return found


def _was_gated(outcome: Outcome) -> bool:
    return any(sign.source == "gate" for sign in outcome.signs)


def _find_commit(root: str, moment: str) -> str:
    """Return the commit that the branch was at, by its committer's clock; empty where there is none."""
    return read_git_line(
        root,
        "rev-list",
        "-1",
        f"--before={moment}",
        "HEAD",
    )
