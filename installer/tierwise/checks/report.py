"""What the checks found, for a person and for a program.  Imported only when there is something to say."""

from __future__ import annotations

from tierwise.checks.result import BROKEN, SKIPPED, Result
from tierwise.domain.change import Finding, show_path
from tierwise.domain.check_names import PRE_COMMIT

_SHOWN = 20  # findings of one check; a person needs no more to see what is wrong
_LINES = 60  # of a command's output: its end, where tools put their summary


def is_well(results: list[Result]) -> bool:
    """Whether every check ran and found nothing.  Only a commit is let through where a check is broken."""
    return not any(result.stops or result.status == BROKEN for result in results)


def format_text(results: list[Result], stage: str) -> str:
    """Return one block for each check that is not well, empty when all are."""
    blocks = [_format_block(result, stage) for result in results]
    return "\n".join(block for block in blocks if block)


def make_json(results: list[Result], stage: str) -> dict[str, object]:
    """Return the whole run as plain JSON values; the shape is in docs/checks.md."""
    return {
        "ok": is_well(results),
        "stage": stage,
        "accepted": count_accepted(results),
        "checks": [_make_result_json(result, stage) for result in results],
    }


def count_accepted(results: list[Result]) -> int:
    """Return how many findings the baseline kept from failing."""
    return sum(result.accepted for result in results)


def format_skip_command(name: str, stage: str) -> str:
    """Return the command that leaves this one check out, once."""
    command = "git commit …" if stage == PRE_COMMIT else f"tierwise {stage}"
    return f"TIERWISE_SKIP={name} {command}"


def format_place(finding: Finding) -> str:
    """Return ``path``, ``path:line`` or ``path:line:column``."""
    numbers = [str(number) for number in (finding.line, finding.column) if number]
    return ":".join([show_path(finding.path), *numbers])


def format_skipped(results: list[Result]) -> str:
    """Return one line that says what was left out by hand, or nothing."""
    names = [result.name for result in results if result.status == SKIPPED]
    return f"tierwise: skipped as asked: {', '.join(names)}\n" if names else ""


def _make_result_json(result: Result, stage: str) -> dict[str, object]:
    return {
        "name": result.name,
        "status": result.status,
        "findings": [_make_finding_json(finding) for finding in result.findings],
        "accepted": result.accepted,
        "note": result.note or None,
        "output": result.output or None,
        "fix": (result.fix or None) if result.stops else None,
        "skip": format_skip_command(result.name, stage) if result.stops else None,
        "milliseconds": round(result.seconds * 1000, 1),
    }


def _make_finding_json(finding: Finding) -> dict[str, object]:
    return {
        "path": show_path(finding.path),
        "line": finding.line or None,
        "column": finding.column or None,
        "message": finding.message,
    }


def _format_block(result: Result, stage: str) -> str:
    if result.status == BROKEN:
        return f"tierwise: {result.name} could not run and was passed over: {result.note}\n"
    if not result.stops:
        return ""
    lines = [f"tierwise: {result.name}: {result.note or result.status}"]
    for finding in result.findings[:_SHOWN]:
        lines.append(f"  {format_place(finding)}: {finding.message}")
    if len(result.findings) > _SHOWN:
        lines.append(f"  … and {len(result.findings) - _SHOWN} more")
    printed = result.output.rstrip("\n").split("\n") if result.output.strip() else []
    if len(printed) > _LINES:
        lines.append(f"  … {len(printed) - _LINES} lines before")
    lines += [f"  {line}" for line in printed[-_LINES:]]
    if result.fix:
        lines.append(f"  fix:       {result.fix}")
    everything = " (every check: git commit --no-verify)" if stage == PRE_COMMIT else ""
    lines.append(f"  skip once: {format_skip_command(result.name, stage)}{everything}")
    return "\n".join(lines) + "\n"
