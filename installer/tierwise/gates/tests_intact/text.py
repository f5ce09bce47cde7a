"""Tests of other languages, read as text: comments blanked, strings kept as titles, blocks by their brackets."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tierwise.gates.tests_intact.brackets import closing
from tierwise.gates.tests_intact.model import NOTHING, TestCase
from tierwise.gates.tests_intact.text_asserts import expected, strengths
from tierwise.gates.watching import EMPTY_CATCH

_STARTS = re.compile(
    r"(?P<js>(?<![\w.$])(?P<word>it|test|specify|xit|xtest|fit|xspecify)(?P<mods>(?:\.\w+)*)"
    r"(?P<rows>\([^()]*\))?\s*\(\s*(?P<title>\"[^\"\n]*\"|'[^'\n]*'|`[^`]*`|(?P<made>[A-Za-z_$][\w$.]*)(?=\s*,)))"
    r"|(?P<go>\bfunc\s+(?P<go_name>(?:Test|Fuzz|Benchmark)\w*)\s*\()"
    r"|(?P<rust>#\[(?:\w+::)?test[^\]]*\](?P<rust_marks>(?:\s*#\[[^\]]*\])*)\s*(?:pub\s+)?(?:async\s+)?fn\s+(?P<rust_name>\w+))"
    r"|(?P<java>@(?:Test|ParameterizedTest|Fact|Theory)\b[^{;]*?\b(?P<java_name>\w+)\s*\([^)]*\)[^{;]*(?=\{))"
    r"|(?P<ruby>^\s*(?P<ruby_word>it|xit|test|def)\s+(?P<ruby_title>\"[^\"\n]*\"|'[^'\n]*'|test_\w+))",
    re.M,
)
_SUITE_OFF = re.compile(
    r"^\s*x(?:describe|context)\s+[^(\s]|\b(?:x(?:describe|context)|(?:describe|context|suite)\.(?:skip|todo))\s*\(",
    re.M,
)
_ONLY = re.compile(r"\b(?:describe|context|it|test|suite)\.only\s*\(|\bf(?:it|describe)\s*\(")
_SKIP = re.compile(
    r"\bt\.Skip(?:f|Now)?\(|@(?:Disabled\w*|Ignore|EnabledIf\w*|EnabledOn\w*)\b|#\[(?:ignore|should_panic)|\bthis\.skip\(|\bpending\b\s*\(|^\s*(?:skip|pending)\b|"
    r",\s*:?(?:skip|pending)\b|"
    r"\.(?:skip|todo|fails|failing|skipIf|fixme)\b|Assume\.assume|\[(?:Ignore|Skip)",
    re.M,
)
# Who skips a test; an iterator, or a reader, that skips something is another matter.
_SKIPPER = re.compile(
    r"\b(?:t|test|it|ctx|context|this|self|suite|describe|specify)\.(?:skip|todo|fails|failing|skipIf|fixme)\b"
)
# Ways to end, or to fail unseen, before all is asserted: assumptions, a failure that is caught and forgotten.
_WAY_OUT = re.compile(
    rf"\bassume(?:True|False|That|Not\w+)\s*\(|{EMPTY_CATCH}"
    r"|\.catch\(\s*\(?\w*\)?\s*=>\s*\{\s*\}\s*\)"
    r"|\brescue nil\b"
)
_FUNCTION = re.compile(
    r"\b(?:func|function|fn|def)\s+(\w+)\s*(?:<[^>]*>)?\(|\bconst\s+(\w+)\s*=\s*(?:async\s*)?\([^()]*\)\s*=>"
)
_WORDS = re.compile(r"(?<![\w.])([A-Za-z_$][\w$]*)\s*\(|\.([A-Za-z_$][\w$]*)\s*\(")
_VOCABULARY = frozenset(
    (
        *(
            "expect",
            "it",
            "test",
            "describe",
            "assert",
            "require",
            "beforeEach",
            "afterEach",
            "Run",
            "skip",
        ),
        *(
            "toBe",
            "toEqual",
            "toStrictEqual",
            "toThrow",
            "toContain",
            "Errorf",
            "Fatalf",
            "Error",
            "Fatal",
            "Equal",
        ),
        *(
            "NoError",
            "assert_eq",
            "func",
            "function",
            "fn",
            "if",
            "for",
            "while",
            "switch",
            "return",
            "catch",
        ),
    )
)


def read_tests(path: str, content: str) -> list[TestCase]:
    """The tests of one file.  Heuristic: blocks built by macros or loops are not seen."""
    code = blank_comments(content, hash_comments=path.endswith((".rb", ".ex", ".exs", ".sh")))
    suites = [(match.start(), _find_suite_end(code, match)) for match in _SUITE_OFF.finditer(code)]
    only = _ONLY.search(code) is not None
    tests = []
    blocks = list(_list_blocks(code))
    functions = _list_functions(code, [(match.start(), end) for match, _, end in blocks])
    for match, start, end in blocks:
        body = _cut_unreached(code[start:end])
        body += "".join(functions.get(name, "") for name in re.findall(r"\b(\w+)\(", body))
        alone = _is_only(match)
        off = any(first <= match.start() < last for first, last in suites)
        tests.append(
            _read_test(
                path,
                code,
                match,
                body,
                skipped=off or (only and not alone and not _in_only(code, match)),
            )
        )
    return tests


def _find_suite_end(code: str, opening: re.Match[str]) -> int:
    """Where a suite ends that is off; in Ruby, which has no brackets, at the end of the file."""
    if not opening[0].endswith("("):
        return len(code)
    return _block_end(code, opening.end())


def blank_comments(content: str, *, hash_comments: bool = False) -> str:
    """The text with comments replaced by spaces, line breaks and strings kept."""
    pattern = r"\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`"
    pattern += r"|#[^\n]*" if hash_comments else r"|//[^\n]*|/\*.*?(?:\*/|\Z)"
    return re.sub(
        pattern,
        lambda match: match[0] if match[0][0] in "\"'`" else re.sub(r"[^\n]", " ", match[0]),
        content,
        flags=re.S,
    )


def _list_blocks(code: str) -> Iterator[tuple[re.Match[str], int, int]]:
    matches = list(_STARTS.finditer(code))
    for position, match in enumerate(matches):
        following = matches[position + 1].start() if position + 1 < len(matches) else len(code)
        if match["ruby"]:
            yield match, match.end(), following
        else:
            opening = (
                match.start("word") + code[match.start("word") : match.end()].rindex("(")
                if match["js"]
                else 0
            )
            end = _block_end(code, opening + 1) if match["js"] else _braces_end(code, match.end())
            yield match, match.end(), end


def _list_functions(code: str, tests: list[tuple[int, int]]) -> dict[str, str]:
    """The file's own functions outside its tests, by name: an assertion may live there."""
    found = {}
    for match in _FUNCTION.finditer(code):
        if not any(start <= match.start() < end for start, end in tests):
            opening = code.find("{", match.end())
            if opening >= 0:
                found[match[1] or match[2]] = code[opening : _braces_end(code, match.end())]
    return found


def _cut_unreached(body: str) -> str:
    """A test's text up to a bare ``return`` that nothing guards."""
    depth = 0
    for match in re.finditer(r"[{}]|^[ \t]*return[ \t]*;?[ \t]*$", body, re.M):
        if match[0] in "{}":
            depth += 1 if match[0] == "{" else -1
        elif depth == 1:
            return body[: match.start()]
    return body


def _block_end(code: str, position: int) -> int:
    """Where the round bracket that was opened before ``position`` closes."""
    return closing(code, position, "(", ")")


def _braces_end(code: str, position: int) -> int:
    opening = code.find("{", position)
    return len(code) if opening < 0 else closing(code, opening + 1, "{", "}")


def _read_test(path: str, code: str, match: re.Match[str], body: str, *, skipped: bool) -> TestCase:
    name = (
        match["go_name"]
        or match["rust_name"]
        or match["java_name"]
        or match["ruby_title"]
        or match["title"]
        or ""
    )
    marks = (match["mods"] or "") + (match["rust_marks"] or "") + (match["java"] or "")
    word = match["word"] or match["ruby_word"] or ""
    demands = tuple(strengths(body))
    before = code[max(0, match.start() - 200) : match.start()].rsplit("}", 1)[-1].rsplit(";", 1)[-1]
    return TestCase(
        path=path,
        name=name.strip("\"'`"),
        line=code.count("\n", 0, match.start()) + 1,
        demands=demands,
        cases=_count_cases(body) * _count_rows(match["rows"]),
        skipped=skipped
        or word in ("xit", "xtest", "xspecify")
        or _SKIP.search(marks) is not None
        or (match["java"] is not None and _SKIP.search(before) is not None)
        or _skips_first(body),
        open_cases=_is_made(match, name),
        ways_out=len(_WAY_OUT.findall(body)),
        calls=frozenset(first or second for first, second in _WORDS.findall(body)) - _VOCABULARY,
        expects=dict(expected(body)),
        trivial=sum(1 for demand in demands if demand == NOTHING),
    )


def _is_made(match: re.Match[str], name: str) -> bool:
    """Whether a loop makes tests of a table: their names are not written out."""
    return match["made"] is not None or "#{" in name or "${" in name


def _skips_first(body: str) -> bool:
    """A skip call that no condition guards."""
    return any(
        _is_skip(line) and not re.search(r"\bif\b", line) and "short" not in line.lower()
        for line in body.splitlines()[:4]
        if line.strip()
    ) and not re.search(r"\bif\b[^\n]*\{\s*\n?[^\n]*\bt\.Skip", body)


def _is_skip(line: str) -> bool:
    found = _SKIP.search(line)
    if found is None:
        return False
    return not found[0].startswith(".") or _SKIPPER.search(line) is not None


def _count_cases(body: str) -> int:
    """Rows of a Go-style table in the test: lines that are one braced literal."""
    return max(1, len(re.findall(r"^\s*\{.*\},?\s*$", body, re.M)))


def _count_rows(table: str | None) -> int:
    """Rows of a JavaScript `test.each([…])`."""
    return max(1, len(re.findall(r"^\s*[\[{].*[\]}],?\s*$", table, re.M))) if table else 1


def _is_only(match: re.Match[str]) -> bool:
    return ".only" in (match["mods"] or "") or match["word"] == "fit"


def _in_only(code: str, match: re.Match[str]) -> bool:
    suites = re.finditer(r"\b(?:describe|context|suite)\.only\s*\(|\bfdescribe\s*\(", code)
    return any(suite.start() < match.start() < _block_end(code, suite.end()) for suite in suites)
