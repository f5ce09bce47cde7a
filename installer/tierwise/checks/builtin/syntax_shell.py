"""Shell scripts, read by the shell they name with `-n`: nothing is executed."""

from tierwise.checks.builtin.shebang import interpreter
from tierwise.checks.spawn import complaints, find

# Those whose `-n` reads and does not run; other programs know that letter for something else (perl and ruby run).
_SHELLS = ("", "sh", "bash", "dash", "ash", "ksh", "ksh93", "mksh", "zsh")


def fault(path: str, data: bytes, settings: "dict[str, object]") -> "tuple[str, int, int] | None":
    """Why no shell here reads ``data``, or None; None as well where no shell is installed, or another program runs it.

    bash comes last as the most permissive reader, once more with `extglob`, which scripts switch on only when
    they run.  What every reader refuses is a fault under any of them.
    """
    named = interpreter(data)
    if named not in _SHELLS or (named == "zsh" and not find(named)):
        return None
    readers = [[shell] for shell in dict.fromkeys([named or "bash", "bash"]) if find(shell)]
    if find("bash"):
        readers.append(["bash", "-O", "extglob"])
    elif not readers and find("sh"):
        readers.append(["sh"])
    first = b""
    for reader in readers:
        code, words = complaints(
            [*reader, "-n", "-s"] if reader[0] == "bash" else [*reader, "-n"], data
        )
        if code == 0:
            return None
        first = first or words
    return _place(first) if readers else None


def _place(words: bytes) -> "tuple[str, int, int]":
    """Message and line of `bash: line 3: syntax error …` or `sh: 3: Syntax error: …`."""
    text = words.decode("utf-8", "replace").strip().split("\n")[0]
    parts = text.split(": ")
    for index, part in enumerate(parts[1:3], 1):
        digits = part.removeprefix("line ")
        if digits.isdigit():
            return "shell: " + ": ".join(parts[index + 1 :]), int(digits), 0
    return f"shell: {text}", 0, 0
