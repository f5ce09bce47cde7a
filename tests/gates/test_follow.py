"""What an old test takes over from the changed one, level by level."""

from __future__ import annotations

import pytest
from tests.support.counting import count_calls

from tierwise.gates.following.follow import ChangedTest
from tierwise.gates.following.levels import LEVELS
from tierwise.gates.following.moved_tests import mask_renamed
from tierwise.gates.following.product import read_product
from tierwise.gates.reading.definitions import list_definitions
from tierwise.git.snapshot import TreeChange

SHOP = "def total(items):\n    return sum(items)\n\n\ndef label(item):\n    return str(total([item]))\n"
TEST = "def test_total():\n    assert total([1, 2]) == 3\n\n\ndef test_other():\n    assert other(1) == 1\n"


def first_level(old: str, new: str, before: str, after: str, task: str) -> str:
    """The first level at which the old line is the new one; empty where it never is."""
    product = read_product([TreeChange("shop.py", before.encode(), after.encode())], task)
    test = ChangedTest("tests/test_shop.py", old.encode(), new.encode(), product)
    for level in LEVELS:
        followed, _ = test.follow(level)
        if followed == new.encode():
            return level
    return ""


@pytest.mark.parametrize(
    ("old", "new", "code", "task", "level"),
    [
        # a rename, and the test that is named after it
        ("total([1, 2])", "sum_up([1, 2])", ("def total(", "def sum_up("), "Rename total to sum_up", "named"),
        ("def test_total", "def test_sum_up", ("def total(", "def sum_up("), "Rename total to sum_up", "named"),
        # another signature, with a value more
        ("total([1, 2])", "total([1, 2], 0)", ("total(items)", "total(items, start)"), "total takes a start", "named"),
        # a value that the task states; one that it does not state, of a function that it wants otherwise
        ("== 3", "== 30", ("sum(items)", "10 * sum(items)"), "total should be 30 for 1 and 2", "named"),
        ("== 3", "== 30", ("sum(items)", "10 * sum(items)"), "total should count in tenths", "asked"),
        # another form with the same values
        ("assert total([1, 2]) == 3", "assert total([1, 2]).value == 3", ("sum(items)", "Sum(sum(items))"),
         "total should return a Sum", "shaped"),
        # not of what the task speaks of; no assertion; behaviour that is to stay
        ("== 1", "== 2", ("sum(items)", "10 * sum(items)"), "total should count in tenths", ""),
        ("assert total([1, 2]) == 3", "total([1, 2])", ("sum(items)", "10 * sum(items)"), "total should round", ""),
        ("== 3", "== 30", ("sum(items)", "10 * sum(items)"), "Simplify total", ""),
        ("== 3", "== 30", ("sum(items)", "10 * sum(items)"), "Fix the shop", ""),
        # a value new in its code that the task states; one that it does not
        ("== 3", "== 30", ("sum(items)", "60 * sum(items)"), "The factor is 60 now", "asked"),
        ("== 3", "== 30", ("sum(items)", "61 * sum(items)"), "The factor is 60 now", ""),
        # a rule in words of everyday, of code of which the task does not speak
        ("== 1", "== 2", ("sum(items)", "10 * sum(items)"), "total should be 1 more", ""),
        # a field with another name
        ("total([1, 2])", "total([1, 2]).pieces", ("sum(items)", "items.pieces"), "Rename items.count to pieces", ""),
        # an assertion that is commented out
        ("    assert total([1, 2]) == 3", "    # assert total([1, 2]) == 3", ("sum(items)", "10 * sum(items)"),
         "total should count in tenths", ""),
        # a stand-in beside it
        ("    assert total([1, 2]) == 3", "    total = lambda items: 3\n    assert total([1, 2]) == 3",
         ("sum(items)", "10 * sum(items)"), "total should count in tenths", ""),
    ],
)  # fmt: skip
def test_a_line_is_taken_over_from_a_level_on(
    old: str, new: str, code: tuple[str, str], task: str, level: str
) -> None:
    assert old in TEST
    assert first_level(TEST, TEST.replace(old, new), SHOP, SHOP.replace(*code), task) == level


def test_what_calls_a_function_that_is_to_change_may_change_too() -> None:
    old = 'def test_label():\n    assert label(1) == "1"\n'
    after = SHOP.replace("sum(items)", "10 * sum(items)")
    new = old.replace('"1"', '"10"')
    assert first_level(old, new, SHOP, after, "total should count in tenths") == "asked"


@pytest.mark.parametrize(
    ("path", "text", "names"),
    [
        ("a.py", "class Aa:\n    def run(self, x): pass\n\nLIMIT = 3\n", ["Aa", "run", "LIMIT"]),
        ("a.js", "export class Qu {\n  async next() {\n    if (x) {\n    }\n  }\n}\nexport const ff = 1;\n",
         ["Qu", "next", "ff"]),
        ("a.c", "int count(const char *text) {\n    int n = 0;\n    return n;\n}\nchar *trim(char *s);\n", ["count", "trim"]),
        ("a.sh", "size() {\n    echo 1\n}\n", ["size"]),
        ("a.rs", "pub fn f() {}\n#[cfg(test)]\nmod tests {\n    fn g() {}\n}\n", []),
        ("a.rs", "pub struct Length;\npub fn parse(t: &str) -> i32 { 1 }\n", ["Length", "parse"]),
        ("A.java", "public final class Cart {\n    public static int total(int[] a) {\n", ["Cart", "total"]),
        ("A.java", "final class Price {\n    static int of(int a) {\n", ["Price", "of"]),
        ("a.pl", "sub total {\n    my ($items) = @_;\n}\n", ["total"]),
    ],
)  # fmt: skip
def test_definitions_in_several_languages(path: str, text: str, names: list[str]) -> None:
    assert [found.name for found in list_definitions(path, text.encode())] == names


def test_lines_that_are_alike_follow_each_for_itself() -> None:
    old = "x = total([1])\nx = total([1])\ny = 1\n"
    new = "x = sum_up([1])\nx = sum_up([1])\n"
    after = SHOP.replace("total", "sum_up")
    product = read_product([TreeChange("shop.py", SHOP.encode(), after.encode())], "Rename total")
    test = ChangedTest("tests/test_shop.py", old.encode(), new.encode(), product)
    assert test.follow("named")[0].decode() == f"{new}y = 1\n"


FIELD = "struct list { int count; };\nint size(struct list *list);\n"


@pytest.mark.parametrize(
    ("old", "new", "code", "task", "level"),
    [
        ("list.count", "list.pieces", ("count", "pieces"), "Rename the field", "named"),
        ("list.count", "list.others", ("count", "pieces"), "Rename the field", ""),
        ("{1}", "{1, .start = 1}", ("int count", "int count; int start"), "Add a start", "named"),
        ("3", "RIGHT", ("int count", "enum { RIGHT } side"), "Make it RIGHT or LEFT", "named"),
        ("3", "RIGHT", ("int count", "enum { RIGHT } side"), "Make it LEFT", ""),
        ("{1}", 'new Map([["count", 1]])', ("int count", "Map count"), "Return a Map", ""),
        ("size({1})", "size(Map(1))", ("int count", "Map count"), "Return a Map", "named"),
    ],
)
def test_words_of_the_code_are_followed(
    old: str, new: str, code: tuple[str, str], task: str, level: str
) -> None:
    test = "void test(void) {\n    check(list.count == 3);\n    check(size({1}) == 1);\n}\n"
    assert first_level(test, test.replace(old, new), FIELD, FIELD.replace(*code), task) == level


def test_lines_about_what_is_gone_may_go() -> None:
    before = 'def price(kilos):\n    return {"base": 1, "heavy": 12}\n'
    after = before.replace(', "heavy": 12', "")
    old = 'def test_heavy():\n    assert price(20)["heavy"] == 12\n\n\ndef test_base():\n    assert price(1)["base"] == 1\n'
    new = old[old.index("def test_base") :]
    assert first_level(old, new, before, after, "Remove the surcharge for heavy parcels") == "named"
    assert first_level(old, new, before, after, "Fix the surcharge for heavy parcels") == ""
    assert first_level(old, new, before, before, "Remove the surcharge for heavy parcels") == ""


def test_a_part_of_a_name_that_the_task_quotes_as_code_names_it() -> None:
    changes = [TreeChange("version.sh", b"bump_version() {\n    echo 1\n}\n", b"")]
    old, new = b'equal 1 "$(bump_version)"\nequal 2 2\n', b"equal 2 2\n"
    for task, follows in (("Remove `release bump`", True), ("Remove the bumps", False)):
        test = ChangedTest("tests/test.sh", old, new, read_product(changes, task))
        assert (test.follow("named")[0] == new) is follows


def test_what_a_header_no_longer_declares_is_gone() -> None:
    changes = [
        TreeChange("almanac.h", b"int day(int date);\n", b""),
        TreeChange("date.c", b"int day(int date) {\n}\n", b"static int day(int date) {\n}\n"),
    ]
    product = read_product(changes, "day should not be public")
    old, new = b"    CHECK(day(3) == 3);\n    CHECK(1);\n", b"    CHECK(1);\n"
    assert ChangedTest("tests/test_date.c", old, new, product).follow("named")[0] == new


@pytest.mark.parametrize(
    ("old", "new", "task", "is_open"),
    [
        ('label(1) == "1"', 'label(1) == "one"', "The shop should speak English", True),
        ('label(1) == "1"', "label(1)", "total should count in tenths", False),
        ("    assert other(1) == 1\n", "", "The shop should speak English", False),
        (
            '    assert label(1) == "1"',
            '    # assert label(1) == "1"',
            "The shop should speak English",
            False,
        ),
    ],
)
def test_what_no_name_explains_is_an_open_question_where_no_assertion_goes(
    old: str, new: str, task: str, is_open: bool
) -> None:
    before = 'def test_label():\n    assert label(1) == "1"\n    assert other(1) == 1\n'
    assert old in before
    product = read_product([TreeChange("shop.py", SHOP.encode(), SHOP.encode() + b"x = 1\n")], task)
    after = before.replace(old, new)
    test = ChangedTest("tests/test_shop.py", before.encode(), after.encode(), product)
    assert test.is_open_question() is is_open


def test_many_words_that_are_gone_are_looked_up_in_the_task_at_once() -> None:
    code = "".join(f"def name{number}():\n    return {number}\n" for number in range(500))
    product = read_product(
        [TreeChange("a.py", code.encode(), b"")], "Drop name7 and what it needs. " * 5
    )
    assert (
        count_calls(lambda: product.lost_words) < 500 * 500
    )  # a pattern for each word: 1,200 calls a word
    assert product.lost_words == {"name7"}


def test_no_test_is_looked_for_in_data() -> None:
    old = b"test:\n  one:\n    fare: 1\n  two: 2\n"
    product = read_product([], "Fix total")
    for path, lines in (("tests/fares.yaml", 2), ("tests/fares.rb", 4)):
        test = ChangedTest(path, old, old.replace(b"fare: 1", b"fare: 3"), product)
        (hunk,) = [hunk for hunk in test.hunks if hunk.block]
        assert len(hunk.block) == lines


def test_lines_that_differ_are_followed_once_for_all_levels() -> None:
    old = "".join(f"assert total([{number}]) == {number}\n" for number in range(20))
    new = "".join(f"check(label({number}), [{number}, 7])\n" for number in range(40))
    product = read_product([TreeChange("shop.py", SHOP.encode(), SHOP.encode())], "Fix total")
    test = ChangedTest("tests/test_shop.py", old.encode(), new.encode(), product)
    first, *others = (count_calls(lambda level=level: test.follow(level)) for level in LEVELS)
    assert sum(others) < first / 2


def test_a_file_of_like_tests_is_split_in_steps_that_grow_with_it() -> None:
    product = read_product([TreeChange("shop.py", SHOP.encode(), SHOP.encode())], "Fix total")
    like = "def test_{}():\n    shop = Shop()\n    assert shop.total({}) == {}\n\n\n"

    def split(count: int) -> int:
        old, new = ("".join(like.format(n, n, end) for n in range(count)) for end in (1, 2))
        test = ChangedTest("tests/test_shop.py", old.encode(), new.encode(), product)
        return count_calls(lambda: test.hunks)

    assert split(200) <= 2.5 * split(100)


@pytest.mark.parametrize(
    ("moved", "follows"), [("assert one() == 1", True), ("assert one() == 2", False)]
)
def test_tests_that_stand_in_a_new_file_go_with_their_imports(moved: str, follows: bool) -> None:
    tests = "\n\ndef test_one():\n    assert one() == 1\n"
    old = f"import pytest\n\nfrom shop import one, two\n{tests}\n\ndef test_two():\n    assert two() == 2\n"
    new = "from shop import two\n\n\ndef test_two():\n    assert two() == 2\n"
    before, after = b"def one():\n    pass\n", b""
    changes = [TreeChange("shop.py", before, after), TreeChange("one.py", after, before)]
    product = read_product(changes, "Move one() and its tests to one.py")
    lines = frozenset(mask_renamed(product, line) for line in ("def test_one():", moved))
    test = ChangedTest("tests/test_shop.py", old.encode(), new.encode(), product, moved=lines)
    assert ("test_one" not in test.follow("named")[0].decode()) is follows


def test_lines_are_about_what_their_whole_test_names() -> None:
    before = b"def save(shifts, path):\n    path.write(shifts.hours)\n"
    change = TreeChange("export.py", before, before.replace(b"hours", b"until"))
    product = read_product([change], "save() should say until when")
    head = "def test_saved(file):\n    save(plan(), file)\n    with open(file) as saved:\n"
    old = f"{head}        assert saved.read() == '8'\n"
    new = old.replace("'8'", "'14:00'")
    test = ChangedTest("tests/test_export.py", old.encode(), new.encode(), product)
    assert test.follow("asked")[0].decode() == new


def test_a_value_that_stands_there_twice_may_be_the_one_that_changes() -> None:
    before = b"YEARS = {'onion': 1, 'leek': 1}\n\n\ndef good(seed):\n    return YEARS[seed]\n"
    after = before.replace(b"'onion': 1", b"'onion': 2")
    product = read_product([TreeChange("seeds.py", before, after)], "two years, not one")
    assert "good" in product.asked


def test_who_looks_into_a_table_of_perl_uses_it() -> None:
    before = b"my %SPECIES = (Leek => 0.25);\n\nsub germination {\n    return $SPECIES{$_[0]};\n}\n"
    after = before.replace(b"0.25", b"0.40")
    product = read_product([TreeChange("V.pm", before, after)], "it loses 40 % a year")
    assert "germination" in product.asked


def test_what_prose_says_is_no_word_of_the_code() -> None:
    code = b"def fare(adults, bikes):\n    return adults + bikes\n"
    changes = [
        TreeChange("fares.py", code, code.replace(b", bikes", b"").replace(b" + bikes", b"")),
        TreeChange("README.md", b"Bikes cost 3\n", b"bikes travel free\n"),
    ]
    assert read_product(changes, "Please throw the bikes out of fare()").lost_words == {"bikes"}


FEES = b"RATES = {'van': 400}\n\n\ndef fee(vehicle):\n    return RATES[vehicle]\n"


@pytest.mark.parametrize(("cents", "follows"), [(450, True), (425, False)])
def test_what_calls_in_other_files_what_is_to_change_may_change_too(
    cents: int, follows: bool
) -> None:
    change = TreeChange("fees.py", FEES, FEES.replace(b"400", str(cents).encode()))
    others = {"takings": "def takings(t):\n    return fee(t)\n"}
    product = read_product([change], "vans pay 4.50 an hour", lambda: others)
    old = "def test_takings():\n    assert takings('van') == 400\n"
    new = old.replace("400", str(cents))
    test = ChangedTest("test_report.py", old.encode(), new.encode(), product)
    assert (test.follow("asked")[0].decode() == new) is follows


@pytest.mark.parametrize(
    ("task", "spoken"),
    [
        ("The pantry counts case from now on", {"without"}),
        ("Fix the pantry", set()),
        ("Rename the pantry", set()),
        ("The shelf counts case from now on", set()),
    ],
)
def test_a_changed_function_of_which_the_task_speaks_by_a_parameter(
    task: str, spoken: set[str]
) -> None:
    before = b"def without(items, pantry):\n    return items.lower()\n"
    change = TreeChange("shop.py", before, before.replace(b".lower()", b""))
    assert read_product([change], task).spoken == spoken


def test_data_that_are_expected_of_what_is_to_change_follow_it() -> None:
    product = read_product([TreeChange("shop.py", SHOP.encode(), SHOP.encode())], "")
    old, new = b"a 1\nb 2\n", b"b 2\na 1\nc 3\n"
    for is_expected in (True, False):
        test = ChangedTest("t/all.txt", old, new, product, is_expected=is_expected)
        assert (test.follow("asked")[0] == new) is is_expected
        assert test.follow("shaped")[0] == old


@pytest.mark.parametrize(("task", "is_left"), [("Drop two()", False), ("Call one() first()", True)])
def test_nothing_is_left_of_a_file_whose_tests_moved_or_went_as_asked(
    task: str, is_left: bool
) -> None:
    tests = (
        "\n\ndef test_one():\n    assert one() == 1\n\n\ndef test_two():\n    assert two() == 2\n"
    )
    old = f"from shop import one, two\n{tests}"
    before = b"def one():\n    return 1\n\n\ndef two():\n    pass\n"
    after = b"def first():\n    return 1\n"
    product = read_product([TreeChange("shop.py", before, after)], task)
    lines = frozenset(
        mask_renamed(product, line) for line in ("def test_a():", "assert first() == 1")
    )
    test = ChangedTest("tests/test_shop.py", old.encode(), b"", product, moved=lines)
    assert bool(test.follow("named")[0].strip()) is is_left


def test_a_new_test_behind_a_changed_line_leaves_the_line_by_itself() -> None:
    code = b"def shelve(jars):\n    return jars\n"
    task = "shelve() should sort the jars by size, the biggest first"
    product = read_product(
        [TreeChange("jars.py", code, code.replace(b"return jars", b"return sorted(jars)"))], task
    )
    old = "def test_shelve():\n    assert shelve([1, 5]) == [1, 5]\n"
    new = (
        old.replace("== [1, 5]", "== [5, 1]")
        + "\n\ndef test_none():\n    assert shelve([]) == []\n"
    )
    test = ChangedTest("tests/test_jars.py", old.encode(), new.encode(), product)
    assert test.follows_rule


OVEN = b"""def weigh(loaves):
    return sum(loaves)


def label(loaves):
    return str(weigh(loaves))


def warm(heat):
    return heat + 1
"""


@pytest.mark.parametrize(
    ("task", "asked"),
    [
        ("label() should count every loaf as 2", {"weigh", "label"}),
        ("The oven has to weigh otherwise: what oven.py weighs is twice as much", {"weigh", "label"}),
        ("warm() should be hotter", {"warm"}),
    ],
    ids=["what it calls", "its file", "another one"],
)  # fmt: skip
def test_what_changes_so_that_something_else_does_is_asked_for_with_it(
    task: str,
    asked: set[str],
) -> None:
    after = OVEN.replace(b"sum(loaves)", b"sum(loaves) * 2")
    product = read_product([TreeChange("oven.py", OVEN, after)], task)
    assert product.asked - {"oven"} == asked


def test_what_only_changed_for_what_is_asked_tells_nothing_of_red_tests() -> None:
    task = "What comes out of oven.py is to be twice as much"
    after = OVEN.replace(b"sum(loaves)", b"sum(loaves) * 2")
    product = read_product([TreeChange("oven.py", OVEN, after)], task)
    old = "def test_label():\n    for line in label(loaves):\n        assert line != loaves\n"
    new = "def test_label():\n    lines = label(loaves)\n    assert lines != loaves\n"
    test = ChangedTest("tests/test_oven.py", old.encode(), new.encode(), product)
    assert test.follow("shaped")[0].decode() == old
    assert test.follow("asked")[0].decode() == new
