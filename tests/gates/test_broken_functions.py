"""Functions of a change found and broken, in every language that tests are run in."""

from __future__ import annotations

import pytest

from tierwise.gates.new_tests.broken_functions import read_functions
from tierwise.gates.reading.function_bodies import list_functions
from tierwise.git.snapshot import TreeChange

NOBODY = "what nothing is equal to"
ERROR = f'throw new Error("{NOBODY}");'


@pytest.mark.parametrize(
    ("path", "code", "ways"),
    [
        (
            "a.py",
            "def total():\n    return 3\n",
            [
                "def total():\n    return\n    return 3\n",
                "def total():\n    return object()\n    return 3\n",
                f'def total():\n    raise RuntimeError("{NOBODY}")\n    return 3\n',
            ],
        ),
        ("a.py", "async def total(): return 3\n", ["async def total(): return; return 3\n"]),
        ("a.js", "function total(a = {}) { a(); }\n", ["function total(a = {}) { return;  a(); }\n"]),
        (
            "a.mjs",
            "const total = async (a) => a + 3;\n",
            [
                "const total = async (a) => true ? (undefined) : a + 3;\n",
                "const total = async (a) => true ? ({}) : a + 3;\n",
                f"const total = async (a) => true ? ((() => {{ {ERROR} }})()) : a + 3;\n",
            ],
        ),
        ("a.ts", "function total(): number { a(); }\n", ["function total(): number { return undefined as never;  a(); }\n"]),
        ("A.pm", "sub total { 3 }\n", ["sub total { return;  3 }\n"]),
        ("a.rb", "def total\n  3\nend\n", ["def total\n  return nil\n  3\nend\n"]),
        ("a.sh", "total() { echo 3; }\n", ["total() { return 0;  echo 3; }\n"]),
        (
            "a.c",
            "static int total(int a)\n{\n}\nint main(void) { }\nint other(int a);\n",
            [
                "static int total(int a)\n{ return (int){0}; \n}\nint main(void) { }\nint other(int a);\n",
                "static int total(int a)\n{ return 1; \n}\nint main(void) { }\nint other(int a);\n",
            ],
        ),
        ("a.c", "char *total(void) {\n}\n", ["char *total(void) { return (char *){0}; \n}\n"]),
        (
            "a.go",
            "func (t *T) Total(a int) (int, error) {\n}\n",
            [
                "func (t *T) Total(a int) (int, error) { if true { return *new(int), *new(error) }; \n}\n",
                "func (t *T) Total(a int) (int, error) { if true { return 1, *new(error) }; \n}\n",
            ],
        ),
        ("a.go", "func Total() (n int, err error) {\n}\n", ["func Total() (n int, err error) { if true { return }; \n}\n"]),
        (
            "src/a.rs",
            "pub fn total<T: Ord>(a: [T; 3]) -> Option<u32> {\n}\n",
            [
                "pub fn total<T: Ord>(a: [T; 3]) -> Option<u32> { if true { return Default::default(); } \n}\n",
                "pub fn total<T: Ord>(a: [T; 3]) -> Option<u32> { if true { return Some(1); } \n}\n",
                f'pub fn total<T: Ord>(a: [T; 3]) -> Option<u32> {{ if true {{ panic!("{NOBODY}"); }} \n}}\n',
            ],
        ),
        ("src/a.rs", "fn total() -> Table {\n}\n", [f'fn total() -> Table {{ if true {{ panic!("{NOBODY}"); }} \n}}\n']),
        (
            "A.java",
            "class A {\n    A(int a) { }\n    static List<A> total() {\n    }\n}\n",
            ["class A {\n    A(int a) { }\n    static List<A> total() { if (true) return java.util.List.of(); \n    }\n}\n"],
        ),
        ("A.java", "record A(int a) {\n}\n", []),
        ("a.py", "class A:\n    def __init__(self):\n        pass\n", []),
        ("tests/test_a.py", "def total():\n    return 3\n", []),
    ],
)  # fmt: skip
def test_functions_are_broken_in_each_way(path: str, code: str, ways: list[str]) -> None:
    broken = read_functions([TreeChange(path, None, code.encode())])
    variants = list(broken.list_variants())
    told = [(variant.files[path] or b"").decode() for variant in variants]
    assert told[: len(ways)] == ways
    assert bool(told) is bool(ways)


def test_only_what_is_new_or_rewritten_is_broken() -> None:
    before = b"def one():\n    return 1\n\n\ndef two():\n    return 2\n"
    after = b"def one():\n    return 1\n\n\ndef two():\n    return 3\n"
    moved = TreeChange("b.py", None, b"def one():\n    return 1\n")
    broken = read_functions([TreeChange("a.py", before, after), moved])
    assert broken.names == ["two"]


def test_errors_alone_are_told_apart_from_values() -> None:
    broken = read_functions([TreeChange("a.py", None, b"def one():\n    return 1\n")])
    assert [variant.is_error for variant in broken.list_variants()] == [False, False, True]
    only_errors = TreeChange("A.java", None, b"class A {\n    A total() {\n    }\n}\n")
    variants = read_functions([only_errors]).list_variants()
    assert [variant.is_error for variant in variants] == [False, False]


def test_tests_beside_the_code_of_rust_are_no_functions() -> None:
    code = b"fn total() -> u8 {\n}\n#[cfg(test)]\nmod tests {\n    fn sum() -> u8 {\n    }\n}\n"
    assert [function.name for function in list_functions("src/a.rs", code)] == ["total"]
