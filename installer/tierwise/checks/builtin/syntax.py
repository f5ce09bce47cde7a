"""Which language a file is in, and the module that reads its syntax.  Each is imported when first needed."""

from tierwise.checks.builtin.shebang import interpreter
from tierwise.domain.change import Change, Finding

_BY_SUFFIX = {
    ".py": "python",
    ".pyi": "python",
    ".json": "json",
    ".jsonc": "json",
    ".jsonl": "json",
    ".ndjson": "json",
    ".geojson": "json",
    ".webmanifest": "json",
    ".ipynb": "json",
    ".code-workspace": "json",
    ".code-snippets": "json",
    ".yaml": "yaml",
    ".yml": "yaml",
    ".toml": "toml",
    ".sh": "shell",
    ".bash": "shell",
    ".ksh": "shell",
}
_BY_NAME = {
    ".babelrc": "json",
    ".swcrc": "json",
    ".clang-format": "yaml",
    "Pipfile": "toml",
    "Cargo.lock": "toml",
    "pdm.lock": "toml",
    "poetry.lock": "toml",
    "uv.lock": "toml",
}
_BY_INTERPRETER = {
    "sh": "shell",
    "bash": "shell",
    "dash": "shell",
    "ksh": "shell",
    "python": "python",
}


def check(change: Change, data: bytes, settings: "dict[str, object]") -> "list[Finding]":
    """The first syntax error of a Python, JSON, YAML, TOML or shell file; nothing for other files."""
    name = language(change.path, data)
    if name is None or not data.strip():
        # An empty file is what the author made of it: valid Python, YAML, TOML and shell.
        return []
    if name == "python":
        from tierwise.checks.builtin.syntax_python import fault
    elif name == "json":
        from tierwise.checks.builtin.syntax_json import fault
    elif name == "yaml":
        from tierwise.checks.builtin.syntax_yaml import fault
    elif name == "toml":
        from tierwise.checks.builtin.syntax_toml import fault
    else:
        from tierwise.checks.builtin.syntax_shell import fault
    found = fault(change.path, data, settings)
    return [] if found is None else [Finding(change.path, *found)]


def language(path: str, data: bytes) -> "str | None":
    """``python``, ``json``, ``yaml``, ``toml`` or ``shell`` by name or ``#!`` line, else None."""
    name = path.rpartition("/")[2]
    stem, dot, suffix = name.rpartition(".")
    if stem and dot:
        return _BY_SUFFIX.get("." + suffix.lower()) or _BY_NAME.get(name)
    if name in _BY_NAME:
        return _BY_NAME[name]
    return (
        _BY_INTERPRETER.get(interpreter(data).rstrip("0123456789.")) if data[:2] == b"#!" else None
    )
