"""Running the checks of one stage over one snapshot.  Standard library only; the hook imports this."""

import os
import time

from tierwise.checks.registry import BUILTINS, PRE_COMMIT, Builtin, active
from tierwise.checks.result import BROKEN, FAILED, PASSED, SKIPPED, UNFINISHED, Result
from tierwise.domain.change import Change, Finding, Snapshot
from tierwise.errors import OutsideError, TierwiseError
from tierwise.repo import POLICY

TYPE_CHECKING = False  # `typing` costs a hook 10 ms
if TYPE_CHECKING:
    from collections.abc import Callable

    Drift = Callable[[str], list[tuple[str, str]]]

BUDGET = 300.0  # seconds for a whole run, where the policy says nothing
READ_LIMIT = 5 << 20  # bytes; larger files are for the check of sizes, not to be parsed in a hook


def run_checks(
    snapshot: Snapshot,
    table: "dict[str, object] | None",
    stage: str,
    *,
    root: str = "",
    drift: "Drift | None" = None,
    plan: "str | None" = None,
) -> "list[Result]":
    """The result of every check that is on in ``stage``, built-in ones first.

    ``table`` is the compiled policy, or None for the built-in checks' own settings.  ``root`` is where the
    policy lies.  ``drift`` (root -> [(path, what is wrong)]) is the door's way to the sync room.
    """
    table = table or {}
    settings = table.get("checks")
    settings = dict(settings) if isinstance(settings, dict) else {}
    settings.update(
        root=root or snapshot.root, stage=stage, drift=drift, review=table.get("review")
    )
    if plan is not None:
        settings["plan"] = plan
    deadline = time.monotonic() + float(settings.get("budget") or BUDGET)
    skip = skipped_by_hand()
    commands = settings.get("commands") or {}
    results = {}
    checks = []
    for check in active(settings, stage):
        results[check.name] = Result(check.name, fix=check.fix)
        if check.name in skip or "all" in skip:
            results[check.name].status = SKIPPED
        else:
            checks.append(check)
    changes = _wanted(snapshot.changes, settings.get("exclude"))
    _check_contents(
        snapshot, changes, [c for c in checks if c.scope == "content"], settings, results, deadline
    )
    for check in checks:
        if check.scope != "content":
            _check_whole(snapshot, changes, check, settings, results[check.name])
    found = list(results.values())
    if commands:
        from tierwise.checks.commands import run_commands

        found += run_commands(snapshot, commands, stage, skip, deadline)
    return found


def skipped_by_hand() -> "set[str]":
    """The names in ``TIERWISE_SKIP``, separated by commas; ``all`` means every check."""
    return {name.strip() for name in os.environ.get("TIERWISE_SKIP", "").split(",") if name.strip()}


def _wanted(changes: "list[Change]", exclude: object) -> "list[Change]":
    if not exclude:
        return changes
    from tierwise.globs import any_matches

    return [change for change in changes if not any_matches(change.path, exclude)]  # type: ignore[arg-type]


def _settings_of(check: Builtin, settings: "dict[str, object]") -> "dict[str, object]":
    own = settings.get(check.name.replace("-", "_"))
    return {**settings, **own} if isinstance(own, dict) else settings


def _check_contents(  # one pass over the files, however many checks there are
    snapshot: Snapshot,
    changes: "list[Change]",
    checks: "list[Builtin]",
    settings: "dict[str, object]",
    results: "dict[str, Result]",
    deadline: float,
) -> None:
    files = [change for change in changes if change.is_file]
    if not files or not checks:
        return
    sizes = snapshot.sizes(files)
    files = [change for change, size in zip(files, sizes, strict=True) if 0 < size <= READ_LIMIT]
    loaded = [
        (check.load(), _settings_of(check, settings), results[check.name]) for check in checks
    ]
    done = 0
    for change, data in snapshot.contents(files):
        if time.monotonic() > deadline:
            for _, _, result in loaded:
                result.status = UNFINISHED
                result.note = (
                    f"out of time: {len(files) - done} of {len(files)} files were not checked"
                )
            return
        done += 1
        if b"\0" in data[:8000]:
            continue  # git's own test for a binary file
        for function, own, result in loaded:
            start = time.perf_counter()
            try:
                found = function(change, data, own) if not _excluded(change, settings, own) else []
                _keep(snapshot, change, found, result)
            except Exception as error:
                _break(result, change.path, error)
            result.seconds += time.perf_counter() - start


def _check_whole(
    snapshot: Snapshot,
    changes: "list[Change]",
    check: Builtin,
    settings: "dict[str, object]",
    result: Result,
) -> None:
    own = _settings_of(check, settings)
    start = time.perf_counter()
    try:
        if check.scope == "project":
            found = check.load()(str(settings["root"]), own)
        else:
            wanted = [change for change in changes if not _excluded(change, settings, own)]
            found = check.load()(snapshot, wanted, own)
        for finding in found:
            result.findings.append(finding)
            result.status = FAILED
    except OutsideError as error:
        _break(result, "", error)
    except TierwiseError as error:
        # A policy that cannot be read, a plan that is not there: a fault in what is checked.
        result.findings.append(
            Finding(error.place or POLICY, f"{error.message}. {error.remedy}".strip())
        )
        result.status = FAILED
    except Exception as error:
        _break(result, "", error)
    result.seconds += time.perf_counter() - start


def _excluded(change: Change, settings: "dict[str, object]", own: "dict[str, object]") -> bool:
    if own is settings or not own.get("exclude"):
        return False
    from tierwise.globs import any_matches

    return any_matches(change.path, own["exclude"])  # type: ignore[arg-type]


def _keep(snapshot: Snapshot, change: Change, found: "list[Finding]", result: Result) -> None:
    """Record what this change brought in; what was committed before is not its fault."""
    old = None
    for finding in found:
        if finding.evidence:
            if change.moved:
                continue
            if old is None:
                old = snapshot.old_content(change)
            if finding.evidence in old:
                continue
        result.findings.append(finding)
        result.status = FAILED


def _break(result: Result, path: str, error: Exception) -> None:
    result.note = f"{path + ': ' if path else ''}{type(error).__name__}: {error}"
    if result.status == PASSED:
        result.status = BROKEN


def unknown_names(skip: "set[str]", table: "dict[str, object] | None") -> "list[str]":
    """What ``TIERWISE_SKIP`` names and no check is called: most likely a slip of the pen."""
    settings = (table or {}).get("checks")
    commands = settings.get("commands") if isinstance(settings, dict) else None
    return sorted(skip - set(BUILTINS) - set(commands or ()) - {"all", "commit-msg", PRE_COMMIT})
