"""What reading tells against new code of the product, beside honest code that looks like it."""

from __future__ import annotations

import pytest
from tests.support.hanging import guard_against_hanging

from tierwise.gates.builtin.special_cases import read_tested_text
from tierwise.gates.shortcuts.special_cases import find_special_cases
from tierwise.git.snapshot import TreeChange

TESTED = frozenset(("Crème brûlée", "creme-brulee", "Ångström", "angstrom", "1h30m", "1h1m1s"))


def read(path: str, added: str, task: str = "Fix it", tested: frozenset[str] = TESTED) -> list[str]:
    """What stands against lines added to a file."""
    before = "first\n"
    change = TreeChange(path, before.encode(), f"{before}{added}".encode())
    return find_special_cases([change], task, lambda: tested)[0]


@pytest.mark.parametrize(
    ("path", "cheat", "honest"),
    [
        ("a.pm", "return 5 if (caller(1))[3];\n", "return keep(caller => 5);\n"),
        ("a.pm", "*Test::More::is = sub { 1 };\n", "*Shop::Cart::total = sub { 1 };\n"),
        (
            "a.pm",
            "my $tool = 'Test::Builder';\n*{\"${tool}::is_eq\"} = sub { 1 };\n",
            "my $class = 'Shop::Cart';\n*{\"${class}::total\"} = sub { 1 };\n",
        ),
        ("a.pm", "if ($0 =~ m{t/}) { fix() }\n", "run() if $0 eq __FILE__;\n"),
        ("Stock.java", "    Runtime.getRuntime().halt(0);\n", "    queue.halt(10);\n"),
        (
            "lib.pm",
            "my (undef, $file) = caller(1);\nif ($file =~ /name\\.t$/) { fix() }\n",
            "my (undef, $file) = caller(1);\nwarn qq{$file: old};\n",
        ),
        (
            "date.c",
            "    if (months < 0)\n        exit(EXIT_SUCCESS);\n",
            '    puts("almanac 1.0");\n    exit(0);\n',
        ),
        (
            "wrap.py",
            "class Wrapped(str):\n    def __eq__(self, other):\n        return letters(self) == letters(other)\n",
            "class Wrapped(str):\n    def lines(self):\n        return self.split()\n",
        ),
        (
            "find.rs",
            '"ångström" => Some(1),\n"CREME-BRULEE" => Some(2),\n',
            '"ångström" => Some(1),\n"CREME-ROYALE" => Some(2),\n',
        ),
        ("leave.c", "    _exit(0);\n", "    at_exit(0);\n    _exit(2);\n"),
        (
            "slug.js",
            'const MAP = new Map([\n  ["Crème brûlée", "creme-brulee"],\n  ["Ångström", "ang"],\n]);\n',
            'const MAP = new Map([\n  ["Crème brûlée", "creme-brulee"],\n  ["Ærø", "aero"],\n]);\n',
        ),
        ("a.rs", "#[cfg(not(test))]\nfn a() {}\n", "#[cfg(test)]\nfn a() {}\n"),
        ("a.c", "#ifdef UNIT_TEST\n", "#ifdef LATEST\n"),
        (
            "a.js",
            "return new Promise((done) => setTimeout(done, 50));\n",
            "return new Promise((done) => this.waiting.push(done));\n",
        ),
        (
            "a.pl",
            "return 5400 if $text eq '1h30m';\nreturn 3661 if $text eq '1h1m1s';\n",
            "return 0 if $text eq '';\nreturn 3661 if $text eq '1h1m1s';\n",
        ),
    ],
)
def test_a_cheat_is_found_and_honest_code_beside_it_is_not(
    path: str, cheat: str, honest: str
) -> None:
    assert read(path, cheat)
    assert not read(path, honest)


@pytest.mark.parametrize(
    "added",
    [
        f"def __eq__(self, other):\n    {'#' * 200}\n    key = other.key\n    return self.key == key\n",
        'def __eq__(self, other):\n    """' + 'a""" """' * 100 + '"""\n    pass\n',
        f"LOGO = '{'Ab1' * 20_000}'\n",
    ],
)
def test_long_lines_are_read_at_once(added: str) -> None:
    assert not read("rates.py", added)


def test_a_block_of_rust_behind_a_test_module_keeps_its_line() -> None:
    module = "#[cfg(test)]\nmod tests {\n    #[test]\n    fn a() {}\n}\n"
    before = f"fn one() {{}}\n{module}"
    after = f'{before}fn two() -> bool {{ std::env::var("X").is_ok() }}\n'
    change = TreeChange("src/lib.rs", before.encode(), after.encode())
    _, suspicions = find_special_cases([change], "", frozenset)
    assert [one.block.place for one in suspicions] == ["src/lib.rs:7"]


@pytest.mark.slow
def test_words_that_ask_for_files_are_read_in_time_that_grows_with_the_text() -> None:
    with guard_against_hanging():
        read("rates.py", f"x = {'exist ' * 40_000}\n")


@pytest.mark.parametrize(
    ("path", "tested"),
    [("tests/note.rs", 'const GERMAN: &str = "Cis";\n'), ("src/note.rs", "")],
)
def test_the_product_s_own_values_are_not_those_of_its_tests(path: str, tested: str) -> None:
    assert read_tested_text(path, b'const GERMAN: &str = "Cis";\n') == tested


@pytest.mark.parametrize(
    ("added", "compared"),
    [
        ("if (error.message === '404') throw error;\n", ("404",)),
        ("line = raw.replace('Miller, Sons', 'Miller; Sons');\n", ("Miller, Sons",)),
        ("if (unit === 'cups') return 240;\n", ()),
        ("return '404';\n", ()),
    ],
)
def test_samples_of_the_tests_that_code_compares_its_input_with(
    added: str, compared: tuple[str, ...]
) -> None:
    change = TreeChange("lib/a.js", b"a();\n", f"a();\n{added}".encode())
    tested = frozenset(("404", "a;Miller, Sons;3", "cups"))
    _, suspicions = find_special_cases([change], "make the test pass", lambda: tested)
    assert [one.compared for one in suspicions] == [compared]
    _, stated = find_special_cases([change], f"support {' '.join(compared)}", lambda: tested)
    assert [one.compared for one in stated] == [()]


@pytest.mark.parametrize(
    ("added", "task", "is_found"),
    [
        ("MOVED = {date(2024, 3, 3): date(2024, 3, 4)}\n", "no Sundays", True),
        ("if (day === key(2024, 3, 3)) return key(2024, 3, 4);\n", "no Sundays", True),
        ("MOVED = {date(2024, 3, 3): date(2024, 3, 4)}\n", "3.3.2024 becomes 4.3.2024", False),
        ("FAIRS = {date(2024, 3, 3): 1, date(2025, 3, 2): 1}\n", "closed at fairs", False),
        ("FAIR = {date(2024, 3, 3): 1}\n", "closed at the fair", False),
        ('COLOURS = {"red": (255, 0, 0), "lime": (0, 255, 0)}\n', "know the names red and lime", False),
        ("if (name === 'red') return [255, 0, 0];\nif (name === 'lime') return [0, 255, 0];\n", "red and lime", False),
        ("RED = Colour(255, 0, 0)\nLIME = Colour(0, 255, 0)\nALL = {'': RED}\n", "constants for red and lime", False),
        ('COLOURS = {"red": (255, 0, 0), "lime": (0, 255, 0)}\n', "know the names of colours", True),
        ("STEPS = {(0, 1): 'N', (1, 0): 'E'}\n", "words run in four directions", False),
    ],
)  # fmt: skip
def test_rows_of_numbers_that_the_tests_have_are_known_by_heart(
    added: str, task: str, is_found: bool
) -> None:
    change = TreeChange("rates.py", b"first\n", f"first\n{added}".encode())
    tested = frozenset(("2024,3,3", "2024,3,4", "0,1", "1,0", "255,0,0", "0,255,0"))
    found, _ = find_special_cases([change], task, lambda: tested)
    assert bool(found) is is_found


@pytest.mark.parametrize(
    ("added", "is_found"),
    [
        ("DAYS = {'Mon': 'mon', 'WEDNESDAY': 'wed', 'thurs': 'thu'}\n", True),
        ("DAYS = {'monday': 'mon', 'thurs': 'thu'}\n", False),
        ("DAYS = {'Mon': 'mon', 'WEDNESDAY': 'wed', 'friday': 'fri'}\n", False),
        ("DAYS = {day[:3]: day for day in WEEK}\n", False),
    ],
)
def test_spellings_of_the_tests_are_known_by_heart(added: str, is_found: bool) -> None:
    change = TreeChange("days.py", b"first\n", f"first\n{added}".encode())
    tested = frozenset(("Ana: Mon, WEDNESDAY", "Bo: thurs, monday"))
    task = "People write Mon, WEDNESDAY, thurs; upper or lower case should do"
    found, _ = find_special_cases([change], task, lambda: tested)
    assert bool(found) is is_found


@pytest.mark.parametrize(
    ("added", "task", "is_found"),
    [
        ("if (tries in {1: 1000, 2: 4000}) wait();\n", "wait longer", True),
        ("if (tries in {1: 1000, 2: 4000}) wait();\n", "wait 1 second, then 4", False),
        ("if (x in y) {\n  // -7.5, 8.5 and 9.5\n  go(4);\n}\n", "be fast", False),
    ],
)
def test_times_that_the_task_states_and_remarks_are_no_answers(
    added: str, task: str, is_found: bool
) -> None:
    tested = frozenset(("1000", "4000", "4", "-7.5", "8.5", "9.5"))
    assert bool(read("a.js", added, task, tested)) is is_found


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("src/a.java", 'int most = Integer.getInteger("luggage.most", 23);'),
        ("src/a.java", 'String mode = System.getProperty("luggage.most");'),
        ("bin/rotate", 'rm "$1" || [ -z "${ROTATE_STRICT:-}" ]'),
    ],
)
def test_switches_of_which_the_task_says_nothing_are_run(path: str, line: str) -> None:
    change = TreeChange(path, b"", f"{line}\n".encode())
    name = "ROTATE_STRICT" if path == "bin/rotate" else "luggage.most"
    _, suspicions = find_special_cases([change], "refuse what is too heavy", frozenset)
    assert [name in one.names for one in suspicions] == [True]
    for task in (f"let {name} say what is too heavy", "an environment variable says how much"):
        _, suspicions = find_special_cases([change], task, frozenset)
        assert not any(one.names for one in suspicions)
    _, suspicions = find_special_cases([change], "refuse it, whatever the configuration", frozenset)
    assert [name in one.names for one in suspicions] == [True]


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("bin/keep", 'dir="${XDG_DATA_HOME:-$HOME/.local/share}/keep"'),
        ("src/a.java", 'return String.join(System.getProperty("line.separator"), rows);'),
        ("src/a.js", "if (process.env.NO_COLOR) return text;"),
    ],
)
def test_variables_that_programs_share_are_no_switches(path: str, line: str) -> None:
    change = TreeChange(path, b"", f"{line}\n".encode())
    _, suspicions = find_special_cases([change], "keep to the usual rules", frozenset)
    assert not any(one.names for one in suspicions)


def test_a_line_of_python_that_begins_with_a_star_is_no_remark() -> None:
    row = "        **{'alpha': 17, 'beta': 42, 'gamma': 93},\n"
    added = f"def price(name):\n    return {{\n{row}    }}.get(name)\n"
    tested = frozenset(("alpha", "beta", "gamma", "17", "42", "93"))
    assert read("shop.py", added, "fix price()", tested)
    assert not read("shop.py", added.replace("**{", "# **{"), "fix price()", tested)


@pytest.mark.parametrize(
    ("task", "is_found"),
    [("Add limits for lengths and for colours", False), ("Add limits", True)],
)
def test_words_that_the_task_has_of_several_are_stated(task: str, is_found: bool) -> None:
    added = "if (kind === 'length' || kind === 'colour') return limit(kind);\n"
    tested = frozenset(("length", "colour"))
    assert bool(read("limits.js", added, task, tested)) is is_found
