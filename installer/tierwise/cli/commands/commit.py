"""``tierwise commit``: check and next-version."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tierwise import repo
from tierwise.cli.options import (
    INPUT_STREAM,
    Named,
    answer_code,
    json_option,
)
from tierwise.cli.show import print_error_line, print_json
from tierwise.commits.history import (
    Checked,
    check_commits,
    read_commits,
)
from tierwise.commits.message import check
from tierwise.commits.next_version import next_version, show
from tierwise.commits.policy import read_settings
from tierwise.errors import TierwiseError

if TYPE_CHECKING:
    from tierwise.commits.policy import Settings


@click.group(name="commit")
def command() -> None:
    """Check commit messages; derive the next version."""


@command.command(name="check", short_help="Check the messages of commits, a file or a batch.")
@click.argument("revisions", metavar="[RANGE]", type=Named("range"), required=False)
@click.option(
    "--file",
    "file",
    metavar="FILE",
    type=INPUT_STREAM,
    help="Check the message in a file as it is stored (- is standard input).",
)
@click.option(
    "--batch",
    metavar="FILE.jsonl",
    type=INPUT_STREAM,
    help='Check one {"message"} a line; print one verdict a line.',
)
@click.option(
    "--preset", type=click.Choice(["spec", "commitlint"]), help="Instead of the policy's settings."
)
@json_option
@click.pass_context
def check_command(
    ctx: click.Context,
    revisions: str | None,
    file: str | None,
    batch: str | None,
    preset: str | None,
    as_json: bool,
) -> None:
    """Check the messages of a range of commits: exit 1 when one of them does not pass.

    RANGE is as git log takes it (origin/main..HEAD); a single revision means that commit.  Without it: the commits
    that the upstream branch does not have, else HEAD.  Merges, reverts and fixups pass when the repository shows
    that git wrote them.

    Messages of --file and --batch are taken as stored: no clean-up, no comment lines stripped.
    """
    if sum((revisions is not None, file is not None, batch is not None)) > 1:
        raise click.UsageError("Give one of RANGE, --file and --batch.")
    settings: Settings = {"preset": preset} if preset else _load_settings()
    if batch is not None:
        ctx.exit(_check_batch(batch, settings))
    elif file is not None:
        ctx.exit(_check_file(file, settings, as_json))
    else:
        root = repo.require_root()
        checked = check_commits(
            root,
            read_commits(root, revisions or ""),
            settings,
        )
        ctx.exit(_print_report(checked, as_json))


@command.command(name="next-version", short_help="Print the version that the commits ask for.")
@click.option("--from", "start", metavar="TAG", default="", help="The version tag to start from.")
@click.option(
    "--tags", "pattern", metavar="GLOB", default="", help="The tags that count, such as 'pkg@*'."
)
@json_option
def next_version_command(
    start: str,
    pattern: str,
    as_json: bool,
) -> None:
    """Print the version that the commits since the last version tag ask for.

    Breaking changes raise the major version, feat the minor, fix the patch.  Below 1.0.0 a breaking change raises
    the minor version.  Without a version tag: 0.1.0.  Nothing to release: the current version again.

    Exit code 2, and why, where the version cannot be known: a shallow clone, only pre-releases, tags of another form,
    a squashed revert.
    """
    if start and pattern:
        raise click.UsageError("Give one of --from and --tags.")
    bump = next_version(repo.require_root(), start, pattern)
    if as_json:
        print_json(bump.as_dict())
        return
    for doubt in bump.doubts:
        print_error_line(f"warning: {doubt}")
    click.echo(show(bump.next))


def _load_settings() -> Settings:
    """Return those of tierwise.yaml as it stands; where there is none, of a compiled policy.

    Raises TierwiseError where the policy is broken.
    """
    root = repo.find_root()
    if root is None or not Path(root, repo.POLICY).exists():
        return read_settings()[0]
    from tierwise.policy.load import load_policy

    return load_policy(root).policy.checks.commit.model_dump()


def _check_batch(path: str, settings: Settings) -> int:
    """Print one verdict a line on standard output; 1 when one is not valid."""
    every_valid = True
    for message in _read_messages(path):
        verdict = check(message, settings)
        every_valid = every_valid and not verdict.faults
        click.echo(json.dumps(verdict.as_dict()))
    return answer_code(every_valid)


def _read_messages(path: str) -> Iterator[str]:
    with click.open_file(path, "rb") as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                message = json.loads(line)["message"]
            except (ValueError, KeyError, TypeError):
                message = None
            if not isinstance(message, str):
                raise TierwiseError(
                    'this line is no JSON object with a text under "message"',
                    place=f"{path}:{number}",
                    remedy='Write one {"message": "feat: …"} a line.',
                )
            yield message


def _check_file(
    path: str,
    settings: Settings,
    as_json: bool,
) -> int:
    with click.open_file(path, "rb") as handle:
        text = handle.read().decode("utf-8", "surrogateescape")
    verdict = check(text, settings)
    if as_json:
        print_json(
            {**verdict.as_dict(), "warnings": [fault.as_dict() for fault in verdict.warnings]}
        )
    else:
        for fault in verdict.faults:
            click.echo(
                f"{path}:{fault.line}:{fault.column}: {fault.as_dict()['message']} [{fault.rule}]"
            )
        for fault in verdict.warnings:
            print_error_line(
                f"{path}:{fault.line}:{fault.column}: warning: {fault.message} [{fault.rule}]"
            )
    return answer_code(not verdict.faults)


def _print_report(checked: list[Checked], as_json: bool) -> int:
    refused = [entry for entry in checked if entry.verdict.faults]
    if as_json:
        print_json({"valid": not refused, "commits": [entry.as_dict() for entry in checked]})
        return answer_code(not refused)
    for entry in checked:
        for warning in entry.verdict.warnings:
            print_error_line(
                f"warning: {entry.commit.id[:12]}:{warning.line}: {warning.message} [{warning.rule}]"
            )
    for entry in refused:
        click.echo(f"{entry.commit.id[:12]} {entry.commit.subject[:100]}")
        for fault in entry.verdict.faults:
            click.echo(
                f"  {fault.line}:{fault.column}: {fault.as_dict()['message']} [{fault.rule}]"
            )
    if refused:
        click.echo(
            f"{len(refused)} of {len(checked)} commit messages do not pass; fix them with git rebase -i",
            err=True,
        )
    return answer_code(not refused)
