"""``tierwise ci``."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import click

from tierwise import repo
from tierwise.checks.known_clean import KnownClean
from tierwise.checks.result import BROKEN, CheckResult
from tierwise.checks.run import run_checks
from tierwise.checks.worktree import WorkTree
from tierwise.ci.annotation import (
    Annotation,
    has_errors,
    parse_place,
)
from tierwise.ci.formats import FORMATS
from tierwise.ci.policy_change import (
    Choose,
    compare_policies,
)
from tierwise.ci.summary import (
    SUMMARY,
    append_summary,
    find_summary,
    write_row,
)
from tierwise.cli.commands.backtest import (
    backtest_file,
    describe_backtest,
    make_chooser,
)
from tierwise.cli.drift import find_drift
from tierwise.cli.options import (
    COMMIT,
    INPUT_FILE,
    OUTPUT_FILE,
    answer_code,
)
from tierwise.commits.history import check_commits, read_commits
from tierwise.domain.change import show_path
from tierwise.domain.check_names import PREFLIGHT, REVIEW_DATE
from tierwise.domain.table_shape import Table
from tierwise.errors import USAGE, TierwiseError
from tierwise.git.plumbing import find_commit, read_git
from tierwise.policy.compile import compile_table
from tierwise.policy.complaints import PolicyError
from tierwise.policy.load import (
    Loaded,
    load_policy,
    parse_policy,
)
from tierwise.policy.warnings import list_warnings
from tierwise.trust.guard import guard_table, list_withheld

_BASES = ("TIERWISE_BASE", "CI_MERGE_REQUEST_DIFF_BASE_SHA")
_BASE_BRANCH = "GITHUB_BASE_REF"
_NO_COMMIT = "0" * 40


@click.command(name="ci")
@click.option(
    "--since",
    metavar="COMMIT",
    type=COMMIT,
    help="What the change is compared with; by default the pull request's base, as the pipeline's variables name it.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(list(FORMATS)),
    default="text",
    show_default=True,
    help="How annotations are printed.",
)
@click.option(
    "--summary",
    metavar="FILE",
    type=OUTPUT_FILE,
    help=f"Append a summary in Markdown to this file; by default the one that {SUMMARY} names.",
)
@click.option(
    "--outcomes",
    metavar="FILE",
    type=INPUT_FILE,
    help="Recorded outcomes, as `tierwise outcomes --csv` prints them, to try a changed policy on.",
)
@click.pass_context
def command(
    ctx: click.Context,
    since: str | None,
    form: str,
    summary: Path | None,
    outcomes: Path | None,
) -> None:
    """Check a change in a pipeline: drift, policy, commit messages, checks.

    Exit code 0 when all is well, 1 for an error among the annotations, 2 for a policy or call that is wrong, 4 when
    something outside failed.  No model is called.
    """
    root = repo.require_root()
    base = since or find_base(root, os.environ)
    try:
        loaded = load_policy(root)
    except PolicyError as error:
        click.echo(
            FORMATS[form](list(_describe_faults(error))),
            nl=False,
        )
        ctx.exit(USAGE)
    table = compile_table(loaded)
    annotations: list[Annotation] = []
    tried: list[Annotation] = []
    # Also where the policy is as it was: a file that cannot be read is said.
    if outcomes is not None:
        tried += _try_policy(outcomes, table)
    if since is None:
        annotations += _check_base(root, os.environ)
    annotations += [
        *_check_promises(loaded),
        *_check_drift(root),
        *_check_commits(root, base, loaded),
        *_check_files(root, base, loaded, table),
        *_check_policy_change(root, base, table, tried),
    ]
    click.echo(FORMATS[form](annotations), nl=False)
    to = find_summary(summary)
    if to is not None:
        append_summary(to, _write_summary(annotations, base))
    ctx.exit(answer_code(not has_errors(annotations)))


def find_base(root: str, environ: Mapping[str, str]) -> str:
    """Return the commit that a change is compared with: the pull request's base; empty where none is here."""
    candidates = [*_list_named_bases(environ).values(), "@{upstream}"]
    found = (find_commit(root, candidate) for candidate in candidates)
    return next(filter(None, found), "")


def _list_named_bases(environ: Mapping[str, str]) -> dict[str, str]:
    """Return variable -> the revision that the pipeline names by it, in the order in which they count."""
    named = {}
    for name in _BASES:
        revision = environ.get(name, "")
        if revision not in ("", _NO_COMMIT):
            named[name] = revision
    branch = environ.get(_BASE_BRANCH, "")
    if branch:
        named[_BASE_BRANCH] = f"origin/{branch}"
    return named


def _check_base(
    root: str,
    environ: Mapping[str, str],
) -> Iterator[Annotation]:
    """Warn of a base that the pipeline names and the clone lacks: less is checked then, which nobody may take for all."""
    named = _list_named_bases(environ)
    if not named or any(find_commit(root, revision) for revision in named.values()):
        return
    names = ", ".join(f"{name} ({revision})" for name, revision in named.items())
    remedy = "the change is not compared with it; fetch the whole history"
    yield Annotation(
        "base",
        "warning",
        f"{names} is not in this clone: {remedy}",
    )


def _describe_faults(error: PolicyError) -> Iterator[Annotation]:
    for complaint in error.complaints:
        message = ": ".join(filter(None, (complaint.key, complaint.message)))
        yield Annotation(
            "policy",
            "error",
            message,
            *parse_place(complaint.place),
        )


def _check_promises(loaded: Loaded) -> Iterator[Annotation]:
    for warning in list_warnings(loaded.policy):
        yield Annotation(
            "policy",
            "warning",
            warning,
            repo.POLICY,
        )


def _check_drift(root: str) -> Iterator[Annotation]:
    for path, what in find_drift(root):
        yield Annotation(
            "drift",
            "error",
            f"{what}; run `tierwise sync`",
            show_path(path),
        )


def _check_commits(
    root: str,
    base: str,
    loaded: Loaded,
) -> Iterator[Annotation]:
    """Yield the messages of the commits since ``base``; that of the last commit alone without one."""
    settings = loaded.policy.checks.commit.model_dump()
    revisions = "HEAD"
    if base:
        revisions = f"{base}..HEAD"
    for checked in check_commits(root, read_commits(root, revisions), settings):
        short = checked.commit.id[:10]
        for fault in checked.verdict.faults:
            yield Annotation(
                "commit-message",
                "error",
                f"{short}: {fault.message}",
            )


def _check_files(
    root: str,
    base: str,
    loaded: Loaded,
    table: Table,
) -> Iterator[Annotation]:
    """Yield what the checks find in the files that differ from ``base``; in every file without one.

    Drift is left to its own part: `checks:` may leave it out, a pipeline does not.
    """
    allowed = guard_table(root, table)
    for name in list_withheld(allowed, "checks.commands"):
        message = f"{name} is not trusted here, so it did not run; a job without secrets sets TIERWISE_TRUST=1"
        yield Annotation(
            "trust",
            "warning",
            message,
            repo.POLICY,
        )
    known = KnownClean(root)
    snapshot = WorkTree(root, since=base, everything=not base)
    results = run_checks(
        snapshot,
        allowed,
        PREFLIGHT,
        root=root,
        known=known,
    )
    known.save()
    for result in results:
        if result.name == REVIEW_DATE:
            yield from _describe_review(result, loaded)
        else:
            yield from _describe_result(result)


def _describe_review(
    result: CheckResult,
    loaded: Loaded,
) -> Iterator[Annotation]:
    """Warn of a review date that has passed; whoever opened the change is not who looks at the policy."""
    place = parse_place(loaded.find_rule("review"))
    for finding in result.findings:
        message = f"{finding.message}; look at `tierwise learn`"
        yield Annotation(
            result.name,
            "warning",
            message,
            *place,
        )


def _describe_result(result: CheckResult) -> Iterator[Annotation]:
    for finding in result.findings:
        place = (
            show_path(finding.path),
            finding.line,
            finding.column,
        )
        yield Annotation(
            result.name,
            "error",
            finding.message,
            *place,
        )
    if not result.findings and (result.stops or result.status == BROKEN):
        _, _, last_line = result.output.strip().rpartition("\n")
        yield Annotation(
            result.name,
            "error",
            result.note or last_line or result.status,
        )


def _check_policy_change(
    root: str,
    base: str,
    new: Table,
    tried: Iterable[Annotation],
) -> Iterator[Annotation]:
    """Yield what a change of the policy does to each kind of work; nothing where the base has none, or none that can be read.

    ``tried``: what it would have done on recorded outcomes.
    """
    if not base:
        return
    try:
        before = read_git(
            root,
            "show",
            f"{base}:./{repo.POLICY}",
        )
        old = compile_table(parse_policy(before))
    except TierwiseError:
        return
    yield from compare_policies(old, new, _choose_by_kind(old), _choose_by_kind(new))
    if old["policy"] != new["policy"]:
        yield from tried


def _try_policy(
    outcomes: Path,
    table: Table,
) -> Iterator[Annotation]:
    """Yield what a changed policy would have cost and missed, all kinds of work together."""
    found = backtest_file(outcomes, table)
    for whole in found[-1:]:  # the last one is of all kinds
        yield Annotation(
            "backtest",
            "note",
            describe_backtest(whole),
            repo.POLICY,
        )


def _choose_by_kind(table: Table) -> Choose:
    choose = make_chooser(table)
    return lambda kind: choose(kind, "")


def _write_summary(
    annotations: list[Annotation],
    base: str,
) -> list[str]:
    lines = [
        "### tierwise ci",
        "",
        f"Compared with `{base or 'nothing: every file'}`.",
        "",
    ]
    if not annotations:
        return [*lines, "All is well."]
    lines += ["| level | check | file | what |", "|---|---|---|---|"]
    for one in annotations:
        lines.append(write_row([one.level, one.check, one.path, one.message]))
    return lines
