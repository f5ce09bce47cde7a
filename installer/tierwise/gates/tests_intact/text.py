"""Tests of other languages, read as text: comments blanked, strings kept as titles, blocks by their brackets."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from tierwise.gates.reading.brackets import closing
from tierwise.gates.reading.watching import EMPTY_CATCH
from tierwise.gates.tests_intact.bounds import read_text_bounds
from tierwise.gates.tests_intact.model import (
    LONGEST_BODY,
    TestCase,
)
from tierwise.gates.tests_intact.text_asserts import (
    expected,
    strengths,
)

_STARTS = re.compile(
    r"(?P<js>(?<![\w.$])(?P<word>it|test|specify|xit|xtest|fit|xspecify)(?P<mods>(?:\.\w+)*)"
    r"(?P<rows>\([^()]*\))?\s*\(\s*(?P<title>\"[^\"\n]*\"|'[^'\n]*'|`[^`]*`|(?P<made>[A-Za-z_$][\w$.]*)(?=\s*,)))"
    r"|(?P<go>\bfunc\s+(?P<go_name>(?:Test|Fuzz|Benchmark)\w*)\s*\()"
    r"|(?P<rust>#\[(?:\w+::)?test[^\]]*\](?P<rust_marks>(?:\s*#\[[^\]]*\])*)\s*(?:pub\s+)?(?:async\s+)?fn\s+(?P<rust_name>\w+))"
    r"|(?P<java>@(?:Test|ParameterizedTest|Fact|Theory)\b[^{;]*?\b(?P<java_name>\w+)\s*\([^)]*\)[^{;]*(?=\{))"
    r"|(?P<ruby>^[ \t]*(?P<ruby_word>it|xit|test|def)\s+(?P<ruby_title>\"[^\"\n]*\"|'[^'\n]*'|test_\w+))",
    re.M,
)
_SUITE_OFF = re.compile(
    r"^[ \t]*x(?:describe|context)\s+[^(\s]|\b(?:x(?:describe|context)|(?:describe|context|suite)\.(?:skip|todo))\s*\(",
    re.M,
)
_ONLY = re.compile(r"\b(?:describe|context|it|test|suite)\.only\s*\(|\bf(?:it|describe)\s*\(")
_ONLY_SUITE = re.compile(r"\b(?:describe|context|suite)\.only\s*\(|\bfdescribe\s*\(")
_SKIP = re.compile(
    r"\bt\.Skip(?:f|Now)?\(|@(?:Disabled\w*|Ignore|EnabledIf\w*|EnabledOn\w*)\b|#\[(?:ignore|should_panic)|\bthis\.skip\(|\bpending\b\s*\("
    r"|^[ \t]*(?:skip|pending)\b|,\s*:?(?:skip|pending)\b"
    r"|\.(?:skip|todo|fails|failing|skipIf|fixme)\b|Assume\.assume|\[(?:Ignore|Skip)",
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
_WORDS = re.compile(r"(?<![\w.$])([A-Za-z_$][\w$]*)\s*\(|\.([A-Za-z_$][\w$]*)\s*\(")
_NAME_GROUPS = (
    "go_name",
    "rust_name",
    "java_name",
    "ruby_title",
    "title",
)
_ANNOTATIONS = 200  # characters before a test in which its annotations stand
_VOCABULARY = frozenset((
    "expect", "it", "test", "describe", "assert", "require", "beforeEach", "afterEach", "Run", "skip", "toBe",
    "toEqual", "toStrictEqual", "toThrow", "toContain", "Errorf", "Fatalf", "Error", "Fatal", "Equal", "NoError",
    "assert_eq", "func", "function", "fn", "if", "for", "while", "switch", "return", "catch",
))  # fmt: skip


def read_tests(path: str, content: str) -> list[TestCase]:
    """Read the tests of one file.  Heuristic: blocks built by macros or loops are not seen."""
    code = blank_comments(
        content,
        hash_comments=path.endswith((".rb", ".ex", ".exs", ".sh")),
    )
    blocks = list(_list_blocks(code))
    functions = _list_functions(
        code,
        [block.span for block in blocks],
    )
    is_off = _find_turned_off(code)
    tests = []
    for block in blocks:
        body = _cut_unreached(code[block.start : block.stop])
        called = re.findall(r"\b(\w+)\(", body)
        body += "".join(functions.get(name, "") for name in called)
        test = _read_test(path, code, block.opening, body)
        tests.append(replace(test, skipped=test.skipped or is_off(block.opening)))
    return tests


def _find_turned_off(code: str) -> Callable[[re.Match[str]], bool]:
    """Find which tests do not run because their suite is off, or because another one alone is to run."""
    off = [_find_suite(code, match) for match in _SUITE_OFF.finditer(code)]
    chosen = [_find_suite(code, match) for match in _ONLY_SUITE.finditer(code)]
    has_only = _ONLY.search(code) is not None

    def is_off(opening: re.Match[str]) -> bool:
        if any(opening.start() in suite for suite in off):
            return True
        if not has_only or _is_only(opening):
            return False
        return not any(opening.start() in suite for suite in chosen)

    return is_off


def _find_suite(code: str, opening: re.Match[str]) -> range:
    """Find the places of a suite; in Ruby, which has no brackets, up to the end of the file."""
    end = len(code)
    if opening[0].endswith("("):
        end = _block_end(code, opening.end())
    return range(opening.start(), end)


def blank_comments(
    content: str,
    *,
    hash_comments: bool = False,
) -> str:
    """Replace comments in the text by spaces, line breaks and strings kept."""
    pattern = r"\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`"
    comments = r"//[^\n]*|/\*.*?(?:\*/|\Z)"
    if hash_comments:
        comments = r"#[^\n]*"

    def blank(match: re.Match[str]) -> str:
        if match[0].startswith(("'", '"', "`")):
            return match[0]
        return re.sub(r"[^\n]", " ", match[0])

    return re.sub(
        f"{pattern}|{comments}",
        blank,
        content,
        flags=re.S,
    )


@dataclass(frozen=True)
class _Block:
    """A test in a text: how it opens, and where its body is."""

    opening: re.Match[str]
    start: int
    stop: int

    @property
    def span(self) -> range:
        """The places of its opening and its body."""
        return range(self.opening.start(), self.stop)


def _list_blocks(code: str) -> Iterator[_Block]:
    matches = list(_STARTS.finditer(code))
    starts = [match.start() for match in matches]
    for match, following in zip(matches, [*starts[1:], len(code)], strict=False):
        yield _Block(
            match,
            match.end(),
            _find_block_end(code, match, following),
        )


def _find_block_end(
    code: str,
    match: re.Match[str],
    following: int,
) -> int:
    """Find where a test ends: in Ruby where the next one begins, elsewhere where its bracket closes."""
    if match["ruby"]:
        return following
    if not match["js"]:
        return _braces_end(code, match.end())
    start = match.start("word")
    opening = code.rindex("(", start, match.end())
    return _block_end(code, opening + 1)


def _list_functions(
    code: str,
    tests: list[range],
) -> dict[str, str]:
    """List the file's own functions outside its tests, by name: an assertion may live there."""
    found = {}
    for match in _FUNCTION.finditer(code):
        opening = code.find("{", match.end())
        if opening < 0 or any(match.start() in span for span in tests):
            continue
        name = match[1] or match[2]
        found[name] = code[opening : _braces_end(code, match.end())]
    return found


def _cut_unreached(body: str) -> str:
    """Cut a test's text off at a bare ``return`` that nothing guards."""
    depth = 0
    for match in re.finditer(r"[{}]|^[ \t]*return[ \t]*;?[ \t]*$", body, re.M):
        if match[0] == "{":
            depth += 1
        elif match[0] == "}":
            depth -= 1
        elif depth == 1:
            return body[: match.start()]
    return body


def _block_end(code: str, position: int) -> int:
    """Find where the round bracket that was opened before ``position`` closes."""
    return closing(code, position, "(", ")")


def _braces_end(code: str, position: int) -> int:
    opening = code.find("{", position)
    if opening < 0:
        return len(code)
    return closing(code, opening + 1, "{", "}")


def _read_test(
    path: str,
    code: str,
    match: re.Match[str],
    body: str,
) -> TestCase:
    names = filter(None, map(match.group, _NAME_GROUPS))
    name = next(names, "")
    called = {first or second for first, second in _WORDS.findall(body)}
    return TestCase(
        path=path,
        name=name.strip("\"'`"),
        line=code.count("\n", 0, match.start()) + 1,
        demands=tuple(strengths(body)),
        bounds=dict(read_text_bounds(body)),
        cases=_count_cases(body) * _count_rows(match["rows"] or ""),
        skipped=_is_marked(code, match) or _skips_first(body),
        open_cases=_is_made(match, name),
        ways_out=len(_WAY_OUT.findall(body)),
        calls=frozenset(called - _VOCABULARY),
        expects=dict(expected(body)),
        body=re.sub(r"\s+", " ", body)[:LONGEST_BODY],
    )


def _is_marked(code: str, match: re.Match[str]) -> bool:
    """Tell whether a test is skipped by its own word, or by a mark that stands at it."""
    word = match["word"] or match["ruby_word"]
    if word in ("xit", "xtest", "xspecify"):
        return True
    marks = [match[group] or "" for group in ("mods", "rust_marks", "java")]
    if match["java"]:
        near = code[max(0, match.start() - _ANNOTATIONS) : match.start()]
        marks += re.split("[};]", near)[-1:]
    return any(map(_SKIP.search, marks))


def _is_made(match: re.Match[str], name: str) -> bool:
    """Tell whether a loop makes tests of a table: their names are not written out."""
    return match["made"] is not None or "#{" in name or "${" in name


def _skips_first(body: str) -> bool:
    """Tell whether a test begins with a skip call that no condition guards."""
    if re.search(r"\bif\b[^\n]*\{\s*\n?[^\n]*\bt\.Skip", body):
        return False
    first_lines = body.splitlines()[:4]
    return any(map(_skips_always, first_lines))


def _skips_always(line: str) -> bool:
    is_guarded = re.search(r"\bif\b|short", line, re.I)
    return is_guarded is None and _is_skip(line)


def _is_skip(line: str) -> bool:
    found = _SKIP.search(line)
    if found is None:
        return False
    return not found[0].startswith(".") or _SKIPPER.search(line) is not None


def _count_cases(body: str) -> int:
    """Count the rows of a Go-style table in the test: lines that are one braced literal."""
    rows = re.findall(r"^[^\S\n]*\{.*\},?[^\S\n]*$", body, re.M)
    return max(1, len(rows))


def _count_rows(table: str) -> int:
    """Count the rows of a JavaScript `test.each([…])`."""
    rows = re.findall(
        r"^[^\S\n]*[\[{].*[\]}],?[^\S\n]*$",
        table,
        re.M,
    )
    return max(1, len(rows))


def _is_only(match: re.Match[str]) -> bool:
    return ".only" in (match["mods"] or "") or match["word"] == "fit"
