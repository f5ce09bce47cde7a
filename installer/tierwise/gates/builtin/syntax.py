"""The gate ``syntax``: every changed file that parsed before, or is new, must parse."""

from __future__ import annotations

import os
import subprocess
import tempfile

from tierwise.checks.builtin.syntax import find_errors
from tierwise.checks.model import CheckContext
from tierwise.domain.change import REGULAR, Change
from tierwise.gates.model import ChangeSet, GateConfig, Verdict
from tierwise.gates.registry import gate
from tierwise.programs import find_program
from tierwise.scratch import scratch_prefix

_JAVASCRIPT = (".js", ".mjs", ".cjs")
# What a template language leaves in a file that is YAML or shell only once it is rendered.
_TEMPLATE = (b"{{", b"{%")


@gate("syntax", inspects="change", survives_cli_gates=True)
def check_syntax(
    change: ChangeSet,
    config: GateConfig,
) -> Verdict:
    """Pass when every changed file that parsed before, or is new, parses.

    Python, JSON, YAML, TOML and shell as the check of that name, JavaScript where ``node`` is.
    """
    faults = []
    looked = 0
    for entry in change.changes:
        if entry.after is None or entry.is_link:
            continue
        looked += 1
        fault = find_fault(entry.path, entry.after)
        if fault and not _was_broken(entry.path_before, entry.before, entry.after):
            faults.append(f"{entry.path}: {fault}")
    return Verdict(
        not faults,
        "\n".join(faults) or f"{looked} files looked at",
    )


def find_fault(path: str, data: bytes) -> str | None:
    """Find what is wrong with a file's syntax; None where nothing is or the language is not known."""
    if path.endswith(_JAVASCRIPT):
        return _check_javascript(path, data)
    nothing = "0" * 40
    change = Change(
        path,
        "M",
        REGULAR,
        nothing,
        REGULAR,
        nothing,
    )
    for finding in find_errors(change, data, CheckContext()):
        return f"line {finding.line}: {finding.message}" if finding.line else finding.message
    return None


def _was_broken(
    path: str,
    before: bytes | None,
    after: bytes,
) -> bool:
    """Tell whether a file never parsed, as a template or a dialect: that is not the attempt's fault."""
    if before is None:
        return not path.endswith(".py") and any(mark in after for mark in _TEMPLATE)
    return find_fault(path, before) is not None


def _check_javascript(path: str, data: bytes) -> str | None:
    node = find_program("node", outside=os.curdir)
    if node is None:
        return None
    # As a module: a script that uses no `import` parses the same, but for words reserved in strict mode.
    suffixes = [".mjs", ".cjs"]
    for suffix in (".mjs", ".cjs"):
        if path.endswith(suffix):
            suffixes = [suffix]
    fault = None
    for suffix in suffixes:
        with tempfile.TemporaryDirectory(prefix=scratch_prefix()) as folder:
            name = os.path.join(folder, "file" + suffix)
            with open(name, "wb") as handle:
                handle.write(data)
            done = subprocess.run(
                [node, "--check", name], capture_output=True, stdin=subprocess.DEVNULL
            )
        if done.returncode == 0:
            return None
        lines = done.stderr.decode("utf-8", "replace").replace(name, "").strip().splitlines()
        fault = fault or next((line.strip() for line in lines if "Error" in line), "does not parse")
    return fault
