"""``tierwise ci``."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from tierwise import repo
from tierwise.checks.result import BROKEN, Result
from tierwise.checks.run import run_checks
from tierwise.checks.worktree import WorkTree
from tierwise.ci.annotation import Annotation, has_errors, parse_place
from tierwise.ci.formats import FORMATS
from tierwise.ci.policy_change import compare_policies
from tierwise.cli.backtest import make_chooser
from tierwise.cli.drift import find_drift
from tierwise.cli.stage_run import policy_table
from tierwise.commits.history import check_commits, read_commits
from tierwise.domain.change import show_path
from tierwise.domain.check_names import PREFLIGHT
from tierwise.errors import NO, OK, USAGE, TierwiseError
from tierwise.git.plumbing import read_git, read_git_line
from tierwise.policy.compile import compile_table
from tierwise.policy.complaints import PolicyError
from tierwise.policy.load import Loaded, load_policy, parse_policy
from tierwise.policy.on_target import find_gaps
from tierwise.trust.guard import list_withheld

_BASES = ("TIERWISE_BASE", "CI_MERGE_REQUEST_DIFF_BASE_SHA")
_NO_COMMIT = "0" * 40
_SUMMARY = "GITHUB_STEP_SUMMARY"
_DRIFT = "drift"


@click.command(name="ci")
@click.option(
    "--since",
    metavar="COMMIT",
    default="",
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
    type=click.Path(dir_okay=False, path_type=Path),
    help=f"Append a summary in Markdown to this file; by default the one that {_SUMMARY} names.",
)
@click.pass_context
def command(ctx: click.Context, since: str, form: str, summary: Path | None) -> None:
    """Check a change in a pipeline: drift, policy, commit messages, checks.

    Exit code 0 when all is well, 1 for an error among the annotations, 2 for a policy or call that is wrong, 4 when
    something outside failed.  No model is called.
    """
    root = repo.require_root()
    base = since or find_base(root, os.environ)
    try:
        loaded = load_policy(root)
    except PolicyError as error:
        click.echo(FORMATS[form](list(_describe_faults(error))), nl=False)
        ctx.exit(USAGE)
    annotations = [*_check_policy(loaded), *_check_drift(root), *_check_change(root, base)]
    annotations += _check_policy_change(root, base, loaded)
    click.echo(FORMATS[form](annotations), nl=False)
    named = summary or (Path(os.environ[_SUMMARY]) if os.environ.get(_SUMMARY) else None)
    if named is not None:
        _append_summary(named, annotations, base)
    ctx.exit(NO if has_errors(annotations) else OK)


def find_base(root: str, environ: os._Environ[str] | dict[str, str]) -> str:
    """The commit that a change is compared with: the pull request's base; empty where nothing names one that is here."""
    named = [environ.get(name, "") for name in _BASES]
    branch = environ.get("GITHUB_BASE_REF", "")
    candidates = [*named, f"origin/{branch}" if branch else "", "@{upstream}"]
    for candidate in candidates:
        is_usable = candidate and candidate != _NO_COMMIT and not candidate.startswith("-")
        if is_usable:
            commit = f"{candidate}^{{commit}}"
            found = read_git_line(root, "rev-parse", "--verify", "--quiet", commit)
            if found:
                return found
    return ""


def _describe_faults(error: PolicyError) -> Iterator[Annotation]:
    for complaint in error.complaints:
        key = f"{complaint.key}: " if complaint.key else ""
        yield Annotation("policy", "error", key + complaint.message, *parse_place(complaint.place))


def _check_policy(loaded: Loaded) -> Iterator[Annotation]:
    review = loaded.policy.review
    if review is not None and review.isoformat() < time.strftime("%Y-%m-%d"):
        place = parse_place(loaded.find_rule("review"))
        message = f"the policy was to be reviewed by {review}; look at `tierwise learn`"
        yield Annotation("review-date", "warning", message, *place)
    for gap in find_gaps(loaded.policy):
        yield Annotation("targets", "warning", gap, repo.POLICY)


def _check_drift(root: str) -> Iterator[Annotation]:
    for path, what in find_drift(root):
        yield Annotation(_DRIFT, "error", f"{what}; run `tierwise sync`", show_path(path))


def _check_change(root: str, base: str) -> Iterator[Annotation]:
    """The commits since ``base``, and the checks on what they change; the last commit alone without one."""
    settings = load_policy(root).policy.checks.commit.model_dump()
    for checked in check_commits(
        root, read_commits(root, f"{base}..HEAD" if base else "HEAD"), settings
    ):
        for fault in checked.verdict.faults:
            short = checked.commit.id[:10]
            yield Annotation("commit-message", "error", f"{short}: {fault.message}")
    table: dict[str, Any] = policy_table(root) or {}
    for name in list_withheld(table, "checks.commands"):
        message = f"{name} is not trusted here, so it did not run; a job without secrets sets TIERWISE_TRUST=1"
        yield Annotation("trust", "warning", message, repo.POLICY)
    snapshot = WorkTree(root, since=base, everything=not base)
    for result in run_checks(snapshot, table, PREFLIGHT, root=root, drift=find_drift, plan=None):
        if result.name != _DRIFT:
            yield from _describe_result(result)


def _describe_result(result: Result) -> Iterator[Annotation]:
    for finding in result.findings:
        place = (show_path(finding.path), finding.line, finding.column)
        yield Annotation(result.name, "error", finding.message, *place)
    if not result.findings and (result.stops or result.status == BROKEN):
        said = result.note or result.output.strip().rpartition("\n")[2] or result.status
        yield Annotation(result.name, "error", said)


def _check_policy_change(root: str, base: str, loaded: Loaded) -> Iterator[Annotation]:
    """What a change of the policy does to each kind of work; nothing where the base has none, or none that can be read."""
    if not base:
        return
    try:
        before = read_git(root, "show", f"{base}:./{repo.POLICY}")
        old = compile_table(parse_policy(before))
    except TierwiseError:
        return
    new = compile_table(loaded)
    chosen = make_chooser(old), make_chooser(new)
    choose_before, choose_after = (lambda kind, choose=one: choose(kind, "") for one in chosen)
    yield from compare_policies(old, new, choose_before, choose_after)


def _append_summary(path: Path, annotations: list[Annotation], base: str) -> None:
    rows = [
        f"| {one.level} | {one.check} | {one.path} | {_escape_cell(one.message)} |"
        for one in annotations
    ]
    head = ["### tierwise ci", "", f"Compared with `{base or 'nothing: every file'}`.", ""]
    table = ["| level | check | file | what |", "|---|---|---|---|", *rows]
    lines = [*head, *(table if rows else ["All is well."]), ""]
    with path.open("a", encoding="utf-8") as handle:
        handle.write("\n".join(lines) + "\n")


def _escape_cell(text: str) -> str:
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;").replace("\n", " ")
