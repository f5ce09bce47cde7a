"""What the checks found, for a person and for a program.  Imported only when there is something to say."""

from tierwise.checks.registry import PRE_COMMIT
from tierwise.checks.result import BROKEN, SKIPPED, Result
from tierwise.domain.change import Finding, show

_SHOWN = 20  # findings of one check; a person needs no more to see what is wrong
_LINES = 60  # of a command's output: its end, where tools put their summary


def is_well(results: "list[Result]") -> bool:
    """Whether every check ran and found nothing.  Only a commit is let through where a check is broken."""
    return not any(result.stops or result.status == BROKEN for result in results)


def as_text(results: "list[Result]", stage: str) -> str:
    """One block for each check that is not well, empty when all are."""
    return "\n".join(
        _block(result, stage) for result in results if result.stops or result.status == BROKEN
    )


def as_json(results: "list[Result]", stage: str) -> "dict[str, object]":
    """The whole run as plain JSON values; the shape is in docs/checks.md."""
    return {
        "ok": is_well(results),
        "stage": stage,
        "checks": [
            {
                "name": result.name,
                "status": result.status,
                "findings": [
                    {
                        "path": show(finding.path),
                        "line": finding.line or None,
                        "column": finding.column or None,
                        "message": finding.message,
                    }
                    for finding in result.findings
                ],
                "note": result.note or None,
                "output": result.output or None,
                "fix": result.fix or None if result.stops else None,
                "skip": skip_command(result.name, stage) if result.stops else None,
                "milliseconds": round(result.seconds * 1000, 1),
            }
            for result in results
        ],
    }


def skip_command(name: str, stage: str) -> str:
    """The command that leaves this one check out, once."""
    command = "git commit …" if stage == PRE_COMMIT else f"tierwise {stage}"
    return f"TIERWISE_SKIP={name} {command}"


def place(finding: Finding) -> str:
    """``path``, ``path:line`` or ``path:line:column``."""
    numbers = [str(number) for number in (finding.line, finding.column) if number]
    return ":".join([show(finding.path), *numbers])


def _block(result: Result, stage: str) -> str:
    if result.status == BROKEN:
        return f"tierwise: {result.name} could not run and was passed over: {result.note}\n"
    lines = [f"tierwise: {result.name}: {result.note or result.status}"]
    lines += [f"  {place(finding)}: {finding.message}" for finding in result.findings[:_SHOWN]]
    if len(result.findings) > _SHOWN:
        lines.append(f"  … and {len(result.findings) - _SHOWN} more")
    printed = result.output.rstrip("\n").split("\n") if result.output.strip() else []
    if len(printed) > _LINES:
        lines.append(f"  … {len(printed) - _LINES} lines before")
    lines += [f"  {line}" for line in printed[-_LINES:]]
    if result.fix:
        lines.append(f"  fix:       {result.fix}")
    everything = " (every check: git commit --no-verify)" if stage == PRE_COMMIT else ""
    lines.append(f"  skip once: {skip_command(result.name, stage)}{everything}")
    return "\n".join(lines) + "\n"


def skipped_line(results: "list[Result]") -> str:
    """One line that says what was left out by hand, or nothing."""
    names = [result.name for result in results if result.status == SKIPPED]
    return f"tierwise: skipped as asked: {', '.join(names)}\n" if names else ""
