"""How a test writes down values in place of comparing them, in each language."""

from __future__ import annotations

SEPARATOR = "<|>"
MARK = "tierwise-note"
BEGIN = f"{MARK}{SEPARATOR}"
# What C prints a value with; only with a limit to its length a text may be missing.
_FORMATS = (
    '_Generic(({0}), char *: "%.9999s", const char *: "%.9999s", void *: "%p", float: "%.9g", double: "%.9g", long: "%ld", '
    'unsigned long: "%lu", long long: "%lld", unsigned long long: "%llu", unsigned: "%u", default: "%d")'
)
_DUMP = (
    "do { require Data::Dumper; local ($Data::Dumper::Indent, $Data::Dumper::Terse, "
    f"$Data::Dumper::Sortkeys) = (0, 1, 1); print STDERR join '{SEPARATOR}', \"\\n{MARK}\", "
)
_TO_FILE = 'std::fs::OpenOptions::new().create(true).append(true).open("{0}").unwrap()'
_TO_JSON = (
    '.map((v) => JSON.stringify(v, (k, w) => ["number", "bigint", "undefined"].includes(typeof w)'
    f' ? String(w) : w)), ""].join("{SEPARATOR}"))'
)

_Words = tuple[str, list[str], str]

_SCRIPTS = (
    ".js",
    ".jsx",
    ".mjs",
    ".cjs",
    ".ts",
    ".tsx",
    ".mts",
    ".cts",
)


def find_words(
    path: str,
    place: str,
    test: str,
    said: list[str],
    file: str,
) -> _Words:
    """Find what stands before the values, between them and after them, in the file's language."""
    count = len(said)
    head = f"{BEGIN}{place}{SEPARATOR}"
    if path.endswith(".py"):
        values = f"%r{SEPARATOR}" * count
        form = f"{head}{values}\\n"
        return f'open({file!r}, "a").write("{form}" % (', [", "] * (count - 1), ",))"
    if path.endswith(".rs"):
        return _find_words_of_rust(head, count, file)
    if path.endswith(".go"):
        values = f"%#v{SEPARATOR}" * count
        form = f"{head}{values}"
        begin = f'func() bool {{ {test}.Errorf("{form}", '
        return begin, [", "] * (count - 1), "); return false }()"
    return _find_printed_words(path, place, said)


def _find_printed_words(
    path: str,
    place: str,
    said: list[str],
) -> _Words:
    """Find the same for languages whose runners show what tests print."""
    count = len(said)
    head = f"{BEGIN}{place}{SEPARATOR}"
    if path.endswith(_SCRIPTS):
        begin = f'console.log(["{MARK}", "{place}", ...['
        return begin, [", "] * (count - 1), f"]{_TO_JSON}"
    if path.endswith((".t", ".pl")):
        begin = f"{_DUMP}'{place}', (map {{ Data::Dumper::Dumper($_) }} scalar("
        return begin, ["), scalar("] * (count - 1), ')), "\\n" }'
    if path.endswith((".java", ".kt")):
        glue = f') + "{SEPARATOR}" + ('
        begin = f'System.out.println("{head}" + ('
        return begin, [glue] * (count - 1), f') + "{SEPARATOR}")'
    begins = [f"fprintf(stderr, {_FORMATS.format(value)}, " for value in said]
    glue = f'), fprintf(stderr, "{SEPARATOR}"), '
    begin = f'(fprintf(stderr, "{head}"), {begins[0]}'
    return begin, [glue + one for one in begins[1:]], f'), fprintf(stderr, "{SEPARATOR}\\n"))'


def _find_words_of_rust(
    head: str,
    count: int,
    file: str,
) -> _Words:
    """Find the same for Rust, comparing the two as well, so that each has the type of the other."""
    names = ", ".join("ab"[:count])
    values = f"{{:?}}{SEPARATOR}" * count
    form = f"{head}{values}"
    same = ""
    if count > 1:
        same = "let _ = *a == *b; "
    note = f'writeln!({_TO_FILE.format(file)}, "{form}", {names}).unwrap()'
    after = f")) {{ ({names}) => {{ {same}use std::io::Write as _; {note}; }} }}"
    return "match (&(", ["), &("] * (count - 1), after
