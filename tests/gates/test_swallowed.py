"""Errors of old code that new code passes over."""

from __future__ import annotations

import pytest
from tests.support.hanging import guard_against_hanging

from tierwise.gates.swallowed import find_swallowed_errors
from tierwise.git.snapshot import Change

JS = "for (const pair of pairs) {\n  query[name] = decode(pair);\n}\n"
JS_SWALLOWED = JS.replace(
    "  query[name] = decode(pair);\n",
    "  try {\n    query[name] = decode(pair);\n  } catch {\n    // ignored\n  }\n",
)
PYTHON = "def read(row):\n    total = parse(row)\n    return total\n"
PYTHON_SWALLOWED = PYTHON.replace(
    "    total = parse(row)\n",
    "    try:\n        total = parse(row)\n    except Exception:\n        pass\n",
)


def find(path: str, before: str, after: str, task: str) -> list[str]:
    change = Change(path, before.encode(), after.encode())
    return list(find_swallowed_errors([change], task))


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [("lib/query.js", JS, JS_SWALLOWED), ("rows.py", PYTHON, PYTHON_SWALLOWED)],
)
def test_an_empty_handler_around_old_lines_is_found(path: str, before: str, after: str) -> None:
    assert len(find(path, before, after, "It should keep the raw text")) == 1
    assert len(find(path, before, after.replace("\n", "\r\n"), "It should keep the raw text")) == 1
    assert not find(path, before, after, "Rows that cannot be read are skipped")
    assert not find(f"tests/test_{path}", before, after, "It should keep the raw text")
    assert not find(path, after, after, "It should keep the raw text")


@pytest.mark.parametrize(
    "after",
    [
        JS_SWALLOWED.replace("// ignored", "query[name] = pair;"),
        JS_SWALLOWED.replace("decode(pair)", "unescape(pair)"),
    ],
)
def test_a_handler_that_answers_and_one_around_new_lines_are_left_alone(after: str) -> None:
    assert not find("lib/query.js", JS, after, "It should keep the raw text")


@pytest.mark.parametrize(
    ("path", "before", "old", "new"),
    [
        ("lib/query.js", JS_SWALLOWED, "// ignored", "// as it stands"),
        ("lib/query.js", JS_SWALLOWED, "  ", "\t"),
        ("rows.py", PYTHON_SWALLOWED, "        total =", "        check(row)\n        total ="),
    ],
)
def test_what_was_passed_over_before_may_be_less_or_look_otherwise(
    path: str, before: str, old: str, new: str
) -> None:
    changed = before.replace(old, new)
    for was, now in ((before, changed), (changed, before)):
        assert not find(path, was, now, "It should keep the raw text")


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        ("rows.py", PYTHON, PYTHON_SWALLOWED.replace("try:", "try:  # rows may be odd")),
        ("rows.py", PYTHON, PYTHON_SWALLOWED.replace("try:\n", "try:\n        # odd rows\n")),
        ("lib/query.js", JS, JS_SWALLOWED.replace("try {", "try { // pairs may be odd")),
    ],
)
def test_remarks_hide_no_handler(path: str, before: str, after: str) -> None:
    assert len(find(path, before, after, "It should keep the raw text")) == 1


def test_a_second_handler_around_other_lines_is_found() -> None:
    before = f"{JS_SWALLOWED}{JS.replace('decode', 'read')}"
    after = f"{JS_SWALLOWED}{JS_SWALLOWED.replace('decode', 'read')}"
    assert len(find("lib/query.js", before, after, "It should keep the raw text")) == 1


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.js", "try { x\n" * 20000),
        ("a.js", f"try {{ x }} catch {{ {'/' * 100_000}\n y(); }}\n"),
        ("a.py", f"try:\n{chr(10) * 100000}"),
        ("a.js", f'const key = "{"0f1e2d3c4b" * 10_000}";\n'),
    ],
)
def test_hardly_readable_files_take_little_time(path: str, text: str) -> None:
    with guard_against_hanging():
        find(path, "first\n", text, "Fix it")


PARSED = """def parse(row):
    return int(row)


def read(rows):
    return [parse(row) for row in rows]
"""
TOLD = PARSED.replace(
    "    return [parse(row) for row in rows]\n",
    """    found = []
    for row in rows:
        try:
            found.append(parse(row))
        except ValueError as error:
            print(f"bad row: {error}")
    return found
""",
)


def test_errors_that_came_through_and_are_only_told_now() -> None:
    task = "read() should put the number of the row in front of the error"
    assert len(find("rows.py", PARSED, TOLD, task)) == 1
    assert not find("rows.py", PARSED, TOLD, "Bad rows are printed to stderr")
    assert not find("rows.py", TOLD, TOLD, task)
    raised = TOLD.replace("print(f", "raise ValueError(f")
    assert not find("rows.py", PARSED, raised, task)
    told = JS_SWALLOWED.replace("catch {\n    // ignored", "catch (e) {\n    console.error(e);")
    assert len(find("lib/query.js", JS, told, task)) == 1
    assert not find("lib/query.js", JS, told, "such pairs are logged")


@pytest.mark.parametrize(
    ("line", "is_found"),
    [
        ("std::panic::set_hook(Box::new(|_| {}));", True),
        ("panic::catch_unwind(|| check(code)).unwrap_or(Ok(()))", True),
        ("std::panic::set_hook(Box::new(|info| report(info)));", False),
        ("panic::catch_unwind(|| check(code)).map_err(Error::from)?", False),
    ],
)
def test_panics_that_nobody_hears_of(line: str, is_found: bool) -> None:
    before = "pub fn first() {}\n"
    after = f"{before}pub fn second() {{\n    {line}\n}}\n"
    assert bool(find("src/lib.rs", before, after, "Umlauts panic, make it an error")) is is_found
    assert not find("src/lib.rs", after, after, "Umlauts panic, make it an error")


STORE = "class Damaged(Exception): ...\n\ndef read(path):\n    raise StoreDamaged(path)\n"


@pytest.mark.parametrize(
    ("handler", "is_found"),
    [
        ("log.warning('%s', error)\n        rows = []", True),
        ("raise SystemExit(2) from error", False),
        ("print(error, file=sys.stderr)\n        return 2", False),
        ("parser.error(str(error))", False),
        ("rows = {'error': str(error)}, 400", False),
    ],
)
def test_an_error_that_is_to_be_raised_is_caught_nowhere(handler: str, is_found: bool) -> None:
    load = (
        "def load(path):\n    try:\n        rows = read(path)\n    except StoreDamaged as error:\n"
    )
    after = f"{STORE}\n{load}        {handler}\n"
    task = "Never lose half of a file. load() shall raise StoreDamaged."
    assert bool(find("store.py", STORE, after, task)) is is_found
    assert find("store.py", STORE, after, "load() must survive a StoreDamaged") == []


def test_a_task_that_wants_errors_wants_none_passed_over() -> None:
    task = "What is missing or unknown shall never be skipped: read() has to raise."
    assert find("rows.py", PYTHON, PYTHON_SWALLOWED, task) != []


@pytest.mark.parametrize(
    ("task", "is_found"),
    [
        ("read() should skip what it cannot parse. A missing file is still an error.", False),
        ("read() should skip malformed rows, but a missing file should raise.", False),
        ("read() must never crash on a row. It should raise when the file is missing.", False),
        ("Never lose a row. read() should raise Malformed.", True),
        ("If a row is to be skipped, read() should raise.", True),
        ("Check the row and raise when it is to be skipped.", True),
    ],
)
def test_what_a_task_wants_passed_over_may_stand_beside_the_errors_that_it_wants(
    task: str, is_found: bool
) -> None:
    assert bool(find("rows.py", PYTHON, PYTHON_SWALLOWED, task)) is is_found


@pytest.mark.parametrize(
    ("arm", "is_found"),
    [
        ('eprintln!("bad: {e}");\n', True),
        ('eprintln!("bad: {e}");\n            return Err(e);\n', False),
        ("errors.push(e);\n", False),
        ('eprintln!("bad: {e}");\n            failed = true;\n', False),
    ],
)
def test_an_error_of_rust_that_is_only_told_is_found_where_it_is_to_be_returned(
    arm: str, is_found: bool
) -> None:
    before = "fn read(text: &str) -> Vec<u8> {\n    vec![]\n}\n"
    matched = f"    match go(text) {{\n        Err(e) => {{\n            {arm}        }}\n    }}\n"
    after = f"fn read(text: &str) -> R {{\n{matched}}}\n"
    task = "read() should return Result, nothing left out"
    assert bool(find("src/a.rs", before, after, task)) is is_found
    assert not find("src/a.rs", before, after, "read() should go on")


def test_a_panic_that_is_to_go_comes_back_under_no_other_name() -> None:
    before = "fn days(long: u32) -> u32 {\n    assert!(long < 9);\n    long\n}\n"
    after = before.replace(
        "assert!(long < 9)", 'check(long).unwrap_or_else(|error| panic!("{error}"))'
    )
    assert find("src/plan.rs", before, after, "days() returns a Result, no panic any more") != []
    assert find("src/plan.rs", before, after, "days() shall panic with a better text") == []
    gone = before.replace("assert!(long < 9)", "check(long)?")
    assert find("src/plan.rs", before, gone, "days() returns a Result, no panic any more") == []


def test_a_test_of_rust_may_panic() -> None:
    before = "fn days(text: &str) -> u32 {\n    text.parse().unwrap()\n}\n"
    after = (
        before.replace(".unwrap()", ".map_err(Bad)")
        + """
#[cfg(test)]
mod tests {
    #[test]
    fn bad() {
        match days("x") {
            Err(e) => {
                println!("{e}");
            }
            Ok(_) => panic!("expected an error"),
        }
    }
}
"""
    )
    assert find("src/plan.rs", before, after, "days() returns a Result, no panic any more") == []
