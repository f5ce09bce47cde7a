"""The gate ``syntax``: every changed file that parsed before, or is new, must parse."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile

from tierwise.checks.builtin.syntax import find_errors
from tierwise.checks.model import CheckContext
from tierwise.domain.change import REGULAR, Change
from tierwise.gates.model import Gate, Tree, Verdict

_JAVASCRIPT = (".js", ".mjs", ".cjs")
# What a template language leaves in a file that is YAML or shell only once it is rendered.
_TEMPLATE = (b"{{", b"{%")


def syntax_gate() -> Gate:
    """Python, JSON, YAML, TOML and shell as the check of that name, JavaScript where ``node`` is."""
    return Gate("syntax", _check)


def fault_in(path: str, data: bytes) -> str | None:
    """What is wrong with a file's syntax, or None where nothing is or the language is not known."""
    if path.endswith(_JAVASCRIPT):
        return _javascript(path, data)
    nothing = "0" * 40
    change = Change(path, "M", REGULAR, nothing, REGULAR, nothing)
    for finding in find_errors(change, data, CheckContext()):
        return f"line {finding.line}: {finding.message}" if finding.line else finding.message
    return None


def _check(tree: Tree, seconds: float) -> Verdict:
    faults = []
    looked = 0
    for change in tree.changes:
        if change.after is None or change.is_link:
            continue
        looked += 1
        fault = fault_in(change.path, change.after)
        if fault and not _was_broken(change.old_path or change.path, change.before, change.after):
            faults.append(f"{change.path}: {fault}")
    return Verdict(not faults, "\n".join(faults) or f"{looked} files looked at")


def _was_broken(path: str, before: bytes | None, after: bytes) -> bool:
    """A template or a dialect that never parsed is not the attempt's fault."""
    if before is None:
        return not path.endswith(".py") and any(mark in after for mark in _TEMPLATE)
    return fault_in(path, before) is not None


def _javascript(path: str, data: bytes) -> str | None:
    if shutil.which("node") is None:
        return None
    # As a module: a script that uses no `import` parses the same, but for words reserved in strict mode.
    suffixes = (
        [".cjs"]
        if path.endswith(".cjs")
        else [".mjs"]
        if path.endswith(".mjs")
        else [".mjs", ".cjs"]
    )
    fault = None
    for suffix in suffixes:
        with tempfile.TemporaryDirectory(prefix="tierwise-syntax-") as folder:
            name = os.path.join(folder, "file" + suffix)
            with open(name, "wb") as handle:
                handle.write(data)
            done = subprocess.run(
                ["node", "--check", name], capture_output=True, stdin=subprocess.DEVNULL
            )
        if done.returncode == 0:
            return None
        lines = done.stderr.decode("utf-8", "replace").replace(name, "").strip().splitlines()
        fault = fault or next((line.strip() for line in lines if "Error" in line), "does not parse")
    return fault
