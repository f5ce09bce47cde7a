"""``tierwise learn``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from tierwise import files, repo
from tierwise.claude_hooks.explore import note_settled
from tierwise.cli.options import json_option
from tierwise.cli.outcomes import read_outcomes
from tierwise.cli.show import print_json
from tierwise.cli.usage_source import (
    find_inputs,
    read_source,
    read_window,
    source_options,
    window_options,
)
from tierwise.learning.outcomes import Outcome
from tierwise.learning.recommend import (
    HumanCost,
    KindHistory,
    Recommendation,
    recommend_route,
)
from tierwise.learning.summary import Group, group_outcomes
from tierwise.report.fix import patch_policy, policy_diff


@click.command(name="learn")
@click.option("--apply", "applies", is_flag=True, help="Write the proposed lines.")
@json_option
@window_options
@source_options
def command(
    applies: bool,
    as_json: bool,
    since: str | None,
    until: str | None,
    roots: tuple[str, ...],
    no_store: bool,
    tz: str | None,
) -> None:
    """Propose lines of the policy from what happened.

    Down only when certified: at most 5 % failures are added, at 95 % confidence however often you
    look. Up when what the failures cost passes what the tier saves. Otherwise it says why nothing
    is recommended.
    """
    root = repo.require_root()
    inputs = find_inputs(roots, read_window(since, until, tz))
    source = read_source(inputs, no_store)
    outcomes = read_outcomes(source, inputs.transcripts)
    answers = recommend_routes(outcomes, source.table)
    _stop_exploring(root, source.table, answers)
    changes = [answer for answer in answers if answer.direction != "none"]
    patch = [(("routes", answer.kind), answer.proposed) for answer in changes]
    policy = Path(root, repo.POLICY)
    data = files.read_bytes(str(policy))
    diff, left_out = policy_diff(data, patch)
    if as_json:
        described = [asdict(answer) for answer in answers]
        print_json({"schema_version": 1, "recommendations": described, "diff": diff})
    else:
        _print_answers(answers, diff, left_out)
    if applies and diff:
        text, _ = patch_policy(data, patch)
        files.write_atomic(str(policy), text.encode())
        click.echo(f"Wrote {repo.POLICY}; `tierwise sync` brings the generated files up to it.")


def recommend_routes(outcomes: Iterable[Outcome], table: Mapping[str, Any]) -> list[Recommendation]:
    """Recommend a tier for every kind of work that was decided, in the order of names."""
    by_kind: dict[str, dict[str, Group]] = {}
    for (kind, tier), group in group_outcomes(outcomes, "kind", "tier").items():
        by_kind.setdefault(kind, {})[tier] = group
    human = HumanCost(**table["costs"])
    answers = []
    for kind, groups in by_kind.items():
        route = table["routes"].get(kind)
        history = KindHistory(
            kind,
            route["tier"] if route else table["default"],
            kind in table["frontier_only"]["kinds"],
            groups,
        )
        answers.append(recommend_route(history, table["ladder"], human))
    return answers


def _stop_exploring(root: str, table: Mapping[str, Any], answers: Iterable[Recommendation]) -> None:
    """Tell the hook which kinds need no more trials; a folder that cannot be written changes nothing."""
    if not (table.get("explore") or {}).get("share"):
        return
    settled = [answer.kind for answer in answers if answer.is_settled]
    try:
        note_settled(root, table["policy"], settled)
    except OSError as error:
        click.echo(f"What needs no more trials could not be noted: {error}", err=True)


def _print_answers(answers: Sequence[Recommendation], diff: str, left_out: Iterable[str]) -> None:
    for answer in answers:
        change = answer.present
        if answer.direction != "none":
            change = f"{answer.present} -> {answer.proposed}"
        click.echo(f"{answer.kind}: {change}\n  {answer.reason}")
    for line in left_out:
        click.echo(line)
    if diff:
        click.echo(f"\n{diff}", nl=False)
    elif all(answer.direction == "none" for answer in answers):
        click.echo("No recommendation.")
