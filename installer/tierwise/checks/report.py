"""What the checks found, for a person and for a program.  Imported only when there is something to say."""

from __future__ import annotations

from tierwise.checks.result import BROKEN, SKIPPED, CheckResult
from tierwise.domain.change import Finding, show_path
from tierwise.domain.check_names import PRE_COMMIT

_SHOWN = 20  # findings of one check; a person needs no more to see what is wrong
_LINES = 60  # of a command's output: its end, where tools put their summary


def is_well(results: list[CheckResult]) -> bool:
    """Return whether every check ran and found nothing.  Only a commit is let through where a check is broken."""
    faulty = [result for result in results if result.stops or result.status == BROKEN]
    return not faulty


def format_text(results: list[CheckResult], stage: str) -> str:
    """Return one block for each check that is not well, empty when all are."""
    blocks = [_format_block(result, stage) for result in results]
    return "\n".join(block for block in blocks if block)


def make_json(
    results: list[CheckResult],
    stage: str,
) -> dict[str, object]:
    """Return the whole run as plain JSON values; the shape is in docs/checks.md."""
    return {
        "ok": is_well(results),
        "stage": stage,
        "accepted": count_accepted(results),
        "checks": [_make_result_json(result, stage) for result in results],
    }


def count_accepted(results: list[CheckResult]) -> int:
    """Return how many findings the baseline kept from failing."""
    return sum(result.accepted for result in results)


def format_skip_command(name: str, stage: str) -> str:
    """Return the command that leaves this one check out, once."""
    command = f"tierwise {stage}"
    if stage == PRE_COMMIT:
        command = "git commit …"
    return f"TIERWISE_SKIP={name} {command}"


def format_place(finding: Finding) -> str:
    """Return ``path``, ``path:line`` or ``path:line:column``."""
    numbers = filter(None, (finding.line, finding.column))
    return ":".join([show_path(finding.path), *map(str, numbers)])


def format_skipped(results: list[CheckResult]) -> str:
    """Return one line that says what was left out by hand, or nothing."""
    names = [result.name for result in results if result.status == SKIPPED]
    if not names:
        return ""
    return f"tierwise: skipped as asked: {', '.join(names)}\n"


def _make_result_json(
    result: CheckResult,
    stage: str,
) -> dict[str, object]:
    fix = skip = None
    if result.stops:
        fix = result.fix or None
        skip = format_skip_command(result.name, stage)
    return {
        "name": result.name,
        "status": result.status,
        "findings": [
            {
                "path": show_path(finding.path),
                "line": finding.line or None,
                "column": finding.column or None,
                "message": finding.message,
            }
            for finding in result.findings
        ],
        "accepted": result.accepted,
        "note": result.note or None,
        "output": result.output or None,
        "fix": fix,
        "skip": skip,
        "milliseconds": round(result.seconds * 1000, 1),
    }


def _format_block(result: CheckResult, stage: str) -> str:
    if result.status == BROKEN:
        return f"tierwise: {result.name} could not run and was passed over: {result.note}\n"
    if not result.stops:
        return ""
    lines = [f"tierwise: {result.name}: {result.note or result.status}"]
    for finding in result.findings[:_SHOWN]:
        lines.append(f"  {format_place(finding)}: {finding.message}")
    if len(result.findings) > _SHOWN:
        lines.append(f"  … and {len(result.findings) - _SHOWN} more")
    lines += _format_output(result.output)
    if result.fix:
        lines.append(f"  fix:       {result.fix}")
    skip = format_skip_command(result.name, stage)
    if stage == PRE_COMMIT:
        skip = f"{skip} (every check: git commit --no-verify)"
    lines.append(f"  skip once: {skip}")
    return "\n".join(lines) + "\n"


def _format_output(output: str) -> list[str]:
    """Return the end of what a command printed."""
    if not output.strip():
        return []
    printed = output.rstrip("\n").split("\n")
    lines = [f"  {line}" for line in printed[-_LINES:]]
    if len(printed) > _LINES:
        lines.insert(
            0,
            f"  … {len(printed) - _LINES} lines before",
        )
    return lines
