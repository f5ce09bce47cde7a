"""``tierwise learn``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

import click

from tierwise import files, ledger, repo
from tierwise.claude_hooks.explore import note_settled
from tierwise.cli.commands.outcomes import (
    describe_groups,
    join_outcomes,
    join_turns,
    read_signs,
)
from tierwise.cli.learn_words import forget_learned, learn_words
from tierwise.cli.options import json_option
from tierwise.cli.reading import ReportSource, load_row
from tierwise.cli.show import print_error_line, print_json, print_line
from tierwise.cli.usage_source import History, history_options
from tierwise.domain.table_shape import Table
from tierwise.learning.outcomes import Outcome, collect_outcomes
from tierwise.learning.proposal import (
    commit_policy,
    write_message,
)
from tierwise.learning.recommend import (
    Recommendation,
    describe_interval,
)
from tierwise.learning.routes import ROUTES, recommend_routes
from tierwise.learning.summary import group_outcomes
from tierwise.report.fix import patch_policy, policy_diff
from tierwise.report.sources import read_table
from tierwise.transcripts.roots import Transcript

_SHORT = 12
_TURNS_BY = ("kind", "tier")


@click.command(name="learn")
@click.option("--apply", "applies", is_flag=True, help="Write the proposed lines.")
@click.option(
    "--pr",
    "branch",
    metavar="BRANCH",
    help="Commit the proposed lines to a new branch, the evidence in the message.",
)
@click.option(
    "--words",
    is_flag=True,
    help="Learn how you name kinds of work, from `[domain: KIND]` and `flag --kind`.",
)
@click.option("--forget-words", is_flag=True, help="Forget what --words has learned.")
@click.option(
    "--share",
    "is_shared",
    is_flag=True,
    help="With --words and --forget-words: in `.tierwise/words.json`, for all who have the repository.",
)
@json_option
@history_options
def command(
    applies: bool,
    branch: str | None,
    words: bool,
    forget_words: bool,
    is_shared: bool,
    as_json: bool,
    history: History,
) -> None:
    """Propose lines of the policy from what happened.

    Down only when certified: at most 5 % failures are added, at 95 % confidence however often you
    look. Up when what the failures cost passes what the tier saves. Otherwise it says why nothing
    is recommended.
    """
    if applies and branch:
        raise click.UsageError("--apply writes into your files, --pr onto a branch: give one.")
    if is_shared and not (words or forget_words):
        raise click.UsageError("--share goes with --words or --forget-words.")
    root = repo.require_root()
    if forget_words:
        forget_learned(root, is_shared=is_shared)
        return
    inputs = history.find_inputs()
    source = history.read_source(inputs)
    if words:
        learn_words(
            root,
            source,
            inputs.transcripts,
            is_shared=is_shared,
        )
        return
    draft = _propose(root, source, inputs.transcripts, as_json)
    if draft.diff:
        said = _deliver(root, draft, applies, branch)
        click.echo(said, err=as_json, nl=bool(said))


def _deliver(
    root: str,
    draft: _Draft,
    applies: bool,
    branch: str | None,
) -> str:
    """Write the draft into the policy, or commit it to a branch; say what was done."""
    if applies:
        files.write_atomic(repo.policy_path(root), draft.text)
        return f"Wrote {repo.POLICY}; `tierwise sync` brings the generated files up to it."
    if branch:
        commit = commit_policy(
            root,
            branch,
            draft.text,
            write_message(draft.changes),
        )
        return f"Committed to {branch} ({commit[:_SHORT]}); your files and your branch are as they were."
    return ""


def _propose(
    root: str,
    source: ReportSource,
    transcripts: Sequence[Transcript],
    as_json: bool,
) -> _Draft:
    """Draft what the outcomes speak for, and print it."""
    rows = read_signs(source, transcripts)
    answers = recommend_routes(
        join_outcomes(source, rows),
        source.table,
    )
    turns = join_turns(source, rows)
    _stop_exploring(root, source.table, answers)
    draft = _draft_policy(root, answers)
    if as_json:
        described = {
            "recommendations": [asdict(answer) for answer in answers],
            "turns": describe_groups(group_outcomes(turns, *_TURNS_BY), _TURNS_BY),
            "diff": draft.diff,
        }
        print_json({"schema_version": 2, **described})
    else:
        _print_turns(turns)
        _print_answers(answers, draft.diff, draft.left_out)
    return draft


@dataclass(frozen=True)
class _Draft:
    """The policy as the recommendations would have it.

    ``diff`` from what it is, empty where they change nothing; ``left_out``: why lines were left out.
    """

    changes: list[Recommendation]
    text: bytes
    diff: str
    left_out: list[str]


def _draft_policy(
    root: str,
    answers: Iterable[Recommendation],
) -> _Draft:
    changes = [answer for answer in answers if answer.direction != "none"]
    patch = [((change.section, change.name), change.proposed) for change in changes]
    written = files.read_bytes(repo.policy_path(root))
    diff, left_out = policy_diff(written, patch)
    text, _ = patch_policy(written, patch)
    return _Draft(changes, text.encode(), diff, left_out)


def recommend_by_ledger(root: str) -> list[Recommendation]:
    """Recommend by this repository's ledger alone: no transcript and no git is read, so that it takes no time.

    Raises TierwiseError for a bad policy.
    """
    rows = list(ledger.read(root, load_row))
    return recommend_routes(
        collect_outcomes(rows),
        read_table(root),
    )


def _stop_exploring(
    root: str,
    table: Table,
    answers: Iterable[Recommendation],
) -> None:
    """Tell the hook which kinds need no more trials; a folder that cannot be written changes nothing."""
    exploring = table.get("explore") or {}
    if not exploring.get("share"):
        return
    routes = [answer for answer in answers if answer.section == ROUTES]
    settled = [answer.name for answer in routes if answer.is_settled]
    try:
        note_settled(root, table["policy"], settled)
    except OSError as error:
        print_error_line(f"What needs no more trials could not be noted: {error}")


def _print_turns(turns: Iterable[Outcome]) -> None:
    """Say how turns of the main conversation did on each tier; no line is proposed for them."""
    groups = group_outcomes(turns, "tier")
    for (tier,), group in groups.items():
        if group.judged:
            rate = describe_interval(group.success)
            print_line(f"turns on {tier}: {group.judged} judged, {rate} succeed")
    if any(group.judged for group in groups.values()):
        print_line(
            "  `session:` routes them, never by chance: what another tier would do nothing tells"
        )


def _print_answers(
    answers: Sequence[Recommendation],
    diff: str,
    left_out: Iterable[str],
) -> None:
    for answer in answers:
        change = answer.present
        if answer.direction != "none":
            change = f"{answer.present} -> {answer.proposed}"
        print_line(f"{answer.title}: {change}")
        print_line(f"  {answer.reason}")
        for part in answer.parts:
            for line in part.list_worse(answer.rates):
                print_line(f"  {line}")
    for line in left_out:
        print_line(line)
    if diff:
        click.echo(f"\n{diff}", nl=False)
    elif all(answer.direction == "none" for answer in answers):
        click.echo("No recommendation.")
