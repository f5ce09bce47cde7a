"""``tierwise learn --words`` and ``--forget-words``: the router learns a person's own words, or forgets them."""

from __future__ import annotations

import re
from collections.abc import (
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from typing import Any

import click

from tierwise.classify.signals import read_signals
from tierwise.cli.reading import ReportSource
from tierwise.domain.kinds import KINDS
from tierwise.learning.own_words import (
    FEWEST_TASKS,
    SHARED_BY_TASKS,
    Check,
    Labelled,
    check_words,
    fit_words,
    forget_shared,
    forget_words,
    keep_common_words,
    keep_words,
    share_words,
)
from tierwise.learning.shadow import read_spawn_texts
from tierwise.routing.own_words import (
    SHARED,
    apply_words,
    kinds_of,
    list_fixed,
    load_shared_words,
)
from tierwise.transcripts.roots import Transcript

_ANNOTATION = re.compile(
    r"\[[ \t]*(?:domain|tier|scope)[ \t]*:[^\]\n]*\]",
    re.IGNORECASE,
)
_DOMAIN = re.compile(
    r"\[[ \t]*domain[ \t]*:[ \t]*([\w-]+)[ \t]*\]",
    re.IGNORECASE,
)


def learn_words(
    root: str,
    source: ReportSource,
    transcripts: Iterable[Transcript],
    *,
    is_shared: bool,
) -> None:
    """Learn from labelled spawns, check out of sample, and keep the correction where it passes.

    ``is_shared``: keep it where the repository's other users have it, without words that stand in few tasks.
    """
    tasks = list(find_labelled(source, transcripts, load_shared_words(root)))
    if is_shared:
        tasks = keep_common_words(tasks)
    fixed = list_fixed(source.table)
    check = check_words(tasks, fixed)
    click.echo(describe_check(check))
    if not check.passes:
        return
    weights = fit_words(tasks, fixed)
    if is_shared:
        shared = share_words(root, weights)
        click.echo(
            f"Wrote {SHARED}: {len(shared)} words, word stems and pairs of your tasks, each in {SHARED_BY_TASKS} of "
            "them or more. Read it before you commit it. Whoever has it is routed by it, no floor moves; "
            "`tierwise learn --forget-words --share` takes it back."
        )
        return
    keep_words(root, weights, check)
    click.echo("It is used from now on; `tierwise learn --forget-words` takes it back.")


def forget_learned(root: str, *, is_shared: bool) -> None:
    """Take the correction back: the person's own one, or what the repository shares."""
    if is_shared:
        was_there = forget_shared(root)
    else:
        was_there = forget_words(root)
    if was_there:
        click.echo("Forgotten; it is read no more.")
    else:
        click.echo("Nothing had been learned.")


def find_labelled(
    source: ReportSource, transcripts: Iterable[Transcript], words: Sequence[object] = ()
) -> Iterator[Labelled]:
    """Yield the recorded spawns whose kind a person said, by `[domain: …]` or by `flag --kind`.

    ``words``: the corrections that are in effect whatever is learned now.
    """
    flagged = _read_flagged(source.ledger_rows)
    session = source.table.get("repository") or {}
    for call, spawn in read_spawn_texts(transcripts).items():
        label = flagged.get(call) or _read_annotation(spawn.text)
        if label not in KINDS:
            continue
        text = _ANNOTATION.sub("", spawn.text)
        signals = read_signals(text, spawn.agent, (), session)
        apply_words(signals, words, source.table)
        yield Labelled(
            kinds_of(signals),
            signals.evidence.features,
            label,
        )


def _read_annotation(text: str) -> str:
    """Return the kind of work that a task names by `[domain: …]`; empty where it names none."""
    said = _DOMAIN.search(text)
    if said is None:
        return ""
    return said[1].lower()


def describe_check(check: Check) -> str:
    """Say how the correction did out of sample."""
    if check.tasks < FEWEST_TASKS:
        return (
            f"{check.tasks} labelled tasks; {FEWEST_TASKS} are needed. `[domain: KIND]` in a task and "
            "`tierwise flag TASK wrong --kind KIND` label one."
        )
    said = (
        f"{check.tasks} labelled tasks, each read by what was learned from others: "
        f"{check.right_after} right with your words, {check.right_before} without"
    )
    if check.passes:
        return f"{said}."
    return f"{said}: not certain enough, nothing is changed."


def _read_flagged(rows: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Return the kinds that flags name, by call; the last one holds."""
    flagged = {}
    for row in rows:
        if row.get("row") != "flag" or not row.get("right_kind"):
            continue
        call = row.get("tool_use_id")
        if call:
            flagged[str(call)] = str(row["right_kind"])
    return flagged
