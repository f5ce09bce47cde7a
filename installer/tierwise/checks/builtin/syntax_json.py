"""JSON, JSON with comments where the tools that read the file allow them, and JSON lines."""

from tierwise import fastjson

_WITH_COMMENTS = (
    "tsconfig",
    "jsconfig",
    "devcontainer",
    ".eslintrc",
    ".babelrc",
    ".swcrc",
    ".jshintrc",
    ".jscsrc",
    "tslint",
    "api-extractor",
    "language-configuration",
    "turbo",
    "nx",
    "deno",
    "wrangler",
    "biome",
    "typedoc",
    "pyrightconfig",
    "launch",
    "tasks",
    "keybindings",
    "renovate",
    ".markdownlint",
    ".oxlintrc",
)
_FOLDERS = (".vscode/", ".devcontainer/", ".zed/")
_SUFFIXES = (".jsonc", ".code-workspace", ".code-snippets", ".hujson")


def fault(path: str, data: bytes, settings: "dict[str, object]") -> "tuple[str, int, int] | None":
    """Why ``data`` is not the JSON that a file of this name holds, or None."""
    if path.endswith((".jsonl", ".ndjson")):
        for number, line in enumerate(data.split(b"\n"), 1):
            if line.strip() and (found := _fault(line)):
                return found[0], number, found[2]
        return None
    return _fault(strip_comments(data) if allows_comments(path) else data)


def allows_comments(path: str) -> bool:
    """Whether the programs that read a file of this name take comments and trailing commas."""
    folder, _, name = path.rpartition("/")
    return (
        name.endswith(_SUFFIXES)
        or any(f"{folder}/".endswith(known) or f"/{known}" in f"/{folder}/" for known in _FOLDERS)
        or any(
            name.startswith((f"{known}.", f"{known}-")) or name == known for known in _WITH_COMMENTS
        )
    )


def strip_comments(data: bytes) -> bytes:
    """``data`` with comments and trailing commas blanked out; every other byte stays where it is."""
    out = bytearray(data)
    at, end = 0, len(data)
    comma = -1  # the last comma that nothing but blanks and comments has followed
    while at < end:
        byte = data[at : at + 1]
        if byte == b'"':
            at = _string_end(data, at)
            comma = -1
            continue
        if data[at : at + 2] in (b"//", b"/*"):
            closing = b"\n" if data[at + 1 : at + 2] == b"/" else b"*/"
            stop = data.find(closing, at + 2)
            stop = end if stop < 0 else stop + (len(closing) if closing == b"*/" else 0)
            out[at:stop] = b"".join(b"\n" if part == 10 else b" " for part in data[at:stop])
            at = stop
            continue
        if byte == b",":
            comma = at
        elif byte in b"]}" and comma >= 0:
            out[comma] = 32
            comma = -1
        elif not byte.isspace():
            comma = -1
        at += 1
    return bytes(out)


def _string_end(data: bytes, at: int) -> int:
    at += 1
    while at < len(data):
        quote = data.find(b'"', at)
        if quote < 0:
            return len(data)
        slashes = len(data[at:quote]) - len(data[at:quote].rstrip(b"\\"))
        at = quote + 1
        if slashes % 2 == 0:
            break
    return at


def _fault(data: bytes) -> "tuple[str, int, int] | None":
    try:
        fastjson.loads(data)
        if b"NaN" not in data and b"Infinity" not in data:
            return None
    except (ValueError, RecursionError):
        pass
    return _explain(data)


def _explain(data: bytes) -> "tuple[str, int, int] | None":
    """The standard library's words and position; it also reads UTF-16 and refuses NaN when told to."""
    import json

    def refuse(name: str) -> float:
        raise ValueError(f"{name} is not JSON")

    try:
        json.loads(data.removeprefix(b"\xef\xbb\xbf"), parse_constant=refuse, strict=False)
    except json.JSONDecodeError as error:
        return f"JSON: {error.msg}", error.lineno, error.colno
    except UnicodeDecodeError as error:
        return "JSON: not UTF-8 text", data.count(b"\n", 0, error.start) + 1, 0
    except ValueError as error:
        return f"JSON: {error}", 0, 0
    except RecursionError:
        return "JSON: nested too deep", 0, 0
    return None
