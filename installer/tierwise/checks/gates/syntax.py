"""The gate ``syntax``: every changed file that parsed before, or is new, must parse."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Callable

import yaml

from tierwise.checks.gates.model import Gate, Tree, Verdict

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

# Formats with comments that share JSON's suffix.
_JSON_WITH_COMMENTS = re.compile(r"(^|/)([tj]sconfig[^/]*\.json|\.vscode/|\.devcontainer|\.eslintrc|\.swcrc)")
_TEMPLATE = re.compile(rb"\{\{|\{%")


def syntax_gate() -> Gate:
    """Python, JSON, YAML, TOML; shell and JavaScript where ``sh``/``bash`` and ``node`` are."""
    return Gate("syntax", _check)


def fault_in(path: str, data: bytes) -> str | None:
    """What is wrong with a file's syntax, or None where nothing is or the format is not known."""
    reader = _reader(path, data)
    try:
        return reader(data) if reader else None
    except RecursionError:
        return "nested too deep to parse"


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
        return bool(_TEMPLATE.search(after)) and not path.endswith(".py")
    return fault_in(path, before) is not None


def _reader(path: str, data: bytes) -> Callable[[bytes], str | None] | None:
    suffix = os.path.splitext(path)[1].lower()
    if suffix in (".py", ".pyi"):
        return _python
    if suffix == ".json" and not _JSON_WITH_COMMENTS.search(path):
        return _json
    if suffix in (".yaml", ".yml"):
        return _yaml
    if suffix == ".toml":
        return _toml
    if suffix in (".js", ".mjs", ".cjs"):
        return lambda data: _by_program(["node", "--check"], data, suffix if suffix != ".js" else ".mjs")
    if suffix in (".sh", ".bash") or re.match(rb"#!\s*\S*/(env\s+)?(ba)?sh\b", data):
        shell = "bash" if suffix == ".bash" or b"bash" in data.split(b"\n", 1)[0] else "sh"
        return lambda data: _by_program([shell, "-n"], data, ".sh")
    return None


def _python(data: bytes) -> str | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(data)
    except SyntaxError as error:
        return f"line {error.lineno}: {error.msg}"
    except ValueError as error:
        return str(error)
    return None


def _json(data: bytes) -> str | None:
    try:
        json.loads(data)
    except ValueError as error:
        return str(error)
    return None


def _yaml(data: bytes) -> str | None:
    try:
        for _ in yaml.compose_all(data, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
            pass
    except yaml.YAMLError as error:
        return " ".join(str(error).split())
    return None


def _toml(data: bytes) -> str | None:
    try:
        tomllib.loads(data.decode())
    except ValueError as error:
        return str(error)
    return None


def _by_program(command: list[str], data: bytes, suffix: str) -> str | None:
    if shutil.which(command[0]) is None:
        return None
    with tempfile.TemporaryDirectory(prefix="tierwise-syntax-") as folder:
        path = os.path.join(folder, "file" + suffix)
        with open(path, "wb") as handle:
            handle.write(data)
        done = subprocess.run([*command, path], capture_output=True, stdin=subprocess.DEVNULL)
    if done.returncode == 0:
        return None
    lines = done.stderr.decode("utf-8", "replace").replace(path, "").strip().splitlines()
    return next((line.strip() for line in lines if "rror" in line), lines[0] if lines else "does not parse")
