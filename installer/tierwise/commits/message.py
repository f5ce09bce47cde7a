"""The commit-msg hook, and the verdict on one message that hook, range and batch share.

Standard library only: the whole hook costs at most three times its interpreter's start.
Order: read, clean up as git will, judge; only what fails is looked at twice (git's configuration, the repository's
state, the report).
"""

import os
import re
import sys

from tierwise.commits import parse as commit_parse
from tierwise.commits.clean import (
    clean,
    is_settled,
    line_numbers,
)
from tierwise.commits.parse import BIDI, Fault
from tierwise.commits.policy import read_settings
from tierwise.commits.verdict import MessageVerdict

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tierwise.commits.policy import Settings

# Values that ask for nothing beyond the spec's clauses.
_UNSET: "tuple[object, ...]" = (None, [], 0, "any", "optional")
_JUDGED_APART = (
    "preset",
    "full_stop",
)  # a preset's name and `full_stop: true` ask for nothing either
# Without any of these in a message, lower-cased, there is no near-miss to look for (see near.py).
_SIGNS = re.compile(
    r"breaking|^(?:<{7}|\|{7}|>{7}) |^---$|^diff -|[- ]by: |-id: |cc: "
    r"|(?:refs?|closes|fixes|resolves|see-also|issue): "
    rf"|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f{BIDI}]",
    re.IGNORECASE | re.MULTILINE,
)
_SHOWN = 20  # warnings; a pasted log would give one a line
_LOOKED_AT = 2000  # lines in which near-misses are looked for: what is longer is a pasted log
# git writes this hint only for an editor; the words are also there when GIT_EDITOR=: is the author's own setting.
_HINT = b" Please enter the commit message for your changes."


def check(text: str, settings: "Settings") -> MessageVerdict:
    """Return the verdict on a message as it is stored: comment lines are text here, and git's state is not asked."""
    if settings.get("preset") == "commitlint":
        return _check_commitlint(text, settings)
    return _check_spec(text, settings)


def exempted(
    verdict: MessageVerdict,
    text: str,
    why: str,
    settings: "Settings",
) -> MessageVerdict:
    """Return the verdict on a message whose subject is git's own; of an ``amend!`` the new message below it is checked."""
    passed = MessageVerdict(verdict.lines)
    passed.exempt = why
    rest = text.partition("\n\n")[2]
    if text.startswith("amend! ") and rest.strip():
        passed.faults = check(rest, settings).faults
        for fault in passed.faults:
            fault.line += text.count(
                "\n",
                0,
                len(text) - len(rest),
            )
    return passed


def _check_spec(text: str, settings: "Settings") -> MessageVerdict:
    lead = len(text) - len(text.lstrip("\r\n"))
    skipped = text.count("\n", 0, lead)
    lines = commit_parse.split_lines(text[lead:].rstrip("\r\n"))
    verdict = MessageVerdict(lines)
    if not text.strip():
        verdict.faults.append(
            Fault(
                "message-empty",
                line=1,
                column=1,
                message="the message is empty",
                clause=1,
            )
        )
        return verdict
    header = commit_parse.read_header(lines[0])
    if isinstance(header, Fault):
        verdict.faults.append(header)
    verdict.faults += _check_second_line(lines)
    if isinstance(header, commit_parse.Header):
        verdict.header = header
        if _has_style(settings):
            from tierwise.commits.rules import style_faults

            verdict.faults += style_faults(
                header,
                verdict.body,
                lines,
                settings,
            )
    # What gives a reason to look for near-misses line by line.
    is_spaced = verdict.header is not None and verdict.header.description[:1].isspace()
    if is_spaced or _SIGNS.search(text):
        from tierwise.commits.near import near_misses

        verdict.warnings = near_misses(
            lines[:_LOOKED_AT],
            verdict.header,
        )
    if skipped:
        verdict.lines = [""] * skipped + lines
        for fault in verdict.faults + verdict.warnings:
            fault.line += skipped
    return verdict


def _check_second_line(lines: "list[str]") -> "list[Fault]":
    if len(lines) == 1 or not lines[1].strip():
        return []
    return [
        Fault(
            "body-leading-blank",
            line=2,
            column=1,
            message="the line below the description is not blank; the body begins one blank line after it",
            clause=6,
            width=len(lines[1]),
        )
    ]


def _has_style(settings: "Settings") -> bool:
    """Return whether the settings ask for anything beyond the spec's clauses."""
    if settings.get("full_stop") is False:
        return True
    values = [value for key, value in settings.items() if key not in _JUDGED_APART]
    return any(value not in _UNSET for value in values)


def _check_commitlint(
    text: str,
    settings: "Settings",
) -> MessageVerdict:
    from tierwise.commits import rules as commit_rules

    lines = commit_parse.split_lines(text.rstrip("\r\n"))
    verdict = MessageVerdict(lines)
    faults, warnings, parts = commit_rules.check_commitlint(
        text,
        settings,
    )
    verdict.faults = faults
    verdict.warnings = warnings
    if parts is None:
        if text.strip():
            verdict.exempt = "commitlint ignores it"
        return verdict
    if parts.type is not None and parts.subject is not None:
        prefix = (parts.header or "").removesuffix(parts.subject)
        verdict.header = commit_parse.Header(
            parts.type,
            parts.scope,
            prefix.endswith("!: "),
            parts.subject,
        )
    return verdict


def main(arguments: "list[str]") -> int:
    """Run ``tierwise-hook commit-msg FILE``: 0 when the message passes or git itself will stop, 1 when it is refused."""
    if len(arguments) != 1:
        print(
            "usage: tierwise-hook commit-msg FILE",
            file=sys.stderr,
        )
        return 2
    try:
        with open(arguments[0], "rb") as handle:
            raw = handle.read()
    except OSError as error:
        print(
            f"tierwise: {arguments[0]}: {error.strerror}",
            file=sys.stderr,
        )
        return 2
    skipped = os.environ.get("TIERWISE_SKIP", "").replace(",", " ").split()
    if "all" in skipped or "commit-msg" in skipped:
        sys.stderr.write("tierwise: skipped as asked: commit-msg\n")
        return 0
    try:
        return _judge_message(arguments[0], raw)
    except Exception as error:  # our own fault must never cost the user a commit
        print(
            f"tierwise: the commit message was not checked ({type(error).__name__}: {error})",
            file=sys.stderr,
        )
        return 0


def _judge_message(path: str, raw: bytes) -> int:
    settings, stale = read_settings()
    if stale:
        _clean_errors()
        sys.stderr.write(f"tierwise: {stale}\n")
    # git exports GIT_EDITOR=: to its hooks when no editor runs, and then keeps comment lines.
    editor = os.environ.get("GIT_EDITOR", "") != ":" or _HINT in raw
    if is_settled(raw):
        verdict = check(raw.decode("ascii"), settings)
        if not verdict.faults:
            _print_warnings(verdict)
            return 0
    _clean_errors()
    return _judge_cleaned(path, raw, editor, settings)


def _judge_cleaned(
    path: str,
    raw: bytes,
    editor: bool,
    settings: "Settings",
) -> int:
    """Judge what git will store of a message; ``editor``: whether a person writes it in one."""
    from tierwise.commits import git as commit_git

    rules = commit_git.read_rules(raw, editor)
    stored = clean(raw, rules.mode, rules.comment, rules.verbose)
    if commit_git.will_stop(stored, rules):
        return 0
    text, doubt = commit_git.decode(stored, rules.encoding)
    verdict = check(text, settings)
    if doubt:
        verdict.warnings.append(doubt)
    if not verdict.faults:
        _print_warnings(
            verdict,
            line_numbers(raw, stored, _last_shown(verdict)),
        )
        return 0
    from tierwise.commits import refusal as commit_refusal

    why = commit_refusal.written_by_git(verdict, path)
    if why:
        verdict = exempted(verdict, text, why, settings)
    numbers = line_numbers(raw, stored, _last_shown(verdict))
    _print_warnings(verdict, numbers)
    if not verdict.faults:
        return 0

    def passes(line: str) -> bool:
        return not check(line, settings).faults

    sys.stderr.write(
        commit_refusal.report(
            verdict,
            numbers,
            path,
            raw,
            stored,
            editor,
            settings,
            passes,
        )
    )
    return 1


def _clean_errors() -> None:
    """Show no terminal escape of a message or policy; a message that passes does not load this."""
    from tierwise.shown import CleanStream

    if not isinstance(sys.stderr, CleanStream):
        sys.stderr = CleanStream(sys.stderr)


def _last_shown(verdict: MessageVerdict) -> int:
    """Return the last line of the message that a report may speak of."""
    faults = verdict.faults[:_SHOWN] + verdict.warnings[:_SHOWN]
    if not faults:
        return 0
    last = max(fault.line for fault in faults)
    return min(max(_SHOWN, last), len(verdict.lines))


def _print_warnings(
    verdict: MessageVerdict,
    numbers: "list[int] | None" = None,
) -> None:
    for fault in verdict.warnings[:_SHOWN]:
        line = fault.line
        if numbers and line <= len(numbers):
            line = numbers[line - 1]
        place = f"line {line}, column {fault.column}"
        sys.stderr.write(f"tierwise: commit message, {place}: {fault.message} [{fault.source}]\n")
    more = len(verdict.warnings) - _SHOWN
    if more > 0:
        sys.stderr.write(f"tierwise: commit message: {more} warnings more\n")
