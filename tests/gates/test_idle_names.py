"""What new code is given and does nothing with; honest twins beside each."""

from __future__ import annotations

import pytest
from tests.support.counting import count_calls
from tests.support.hanging import guard_against_hanging

from tierwise.gates.shortcuts.idle_names import find_idle_names
from tierwise.git.snapshot import TreeChange

FINE = "def fine(late, *, child: bool = False):\n    return late{}\n"
SPLIT = "pub fn split_at(&self, seconds: u32) -> Vec<Track> {\n    let _limit = seconds;\n    vec![self.clone()]\n}\n"
BUMP = "pub fn bump(&self, _part: Part) -> Self {\n    self.clone()\n}\n"
EXPIRED = "sub expired {{\n    my ($self, $year) = @_;\n    return {};\n}}\n"
HALF = "fine() is half for a child"
DUE = 'int due(Map<String, Integer> rates, int days) {\n    return rates.get("a");\n}\n'


def find(path: str, before: str, after: str, task: str) -> list[str]:
    change = TreeChange(path, before.encode(), after.encode())
    return list(find_idle_names([change], task))


@pytest.mark.parametrize(
    ("path", "stub", "task", "is_found"),
    [
        ("a.py", "def fine(late, child):\n    return 0\n", HALF, True),
        ("a.py", "def fine(late, child): return 0\n", HALF, True),
        ("a.js", "function fine(late, child) { return 0; }\n", HALF, True),
        ("a.js", "function fine(host) {\n  return 'https://' + host;\n}\n", HALF, False),
        ("a.ts", "function fine(host: string): string {\n  return `https://${host}`;\n}\n", HALF, False),
        ("a.rb", "def fine(late)\n  \"Pay #{late}\"\nend\n", HALF, False),
        ("a.py", "def fine(late, child):\n    return f'{late}  # {child}'\n", HALF, False),
        ("a.go", "func Fine(late int, by uint8) float64 {\n\treturn float64(late) / 2\n}\n", HALF, False),
        ("a.go", "func Fine(late int, by uint8) float64 {\n\treturn 2\n}\n", HALF, True),
        ("a.c", "int fine(int (*late)(const void *)) {\n  return late(0);\n}\n", HALF, False),
        ("a.py", "def fine(late=lambda day, child: 0):\n    return late(1, 2)\n", HALF, False),
        ("a.py", "def fine(event, context):\n    return 0\n", HALF, False),
        ("a.py", "def fine(*late, **child):\n    return 0\n", HALF, False),
        ("a.py", "@app.get('/')\ndef fine(child):\n    return 0\n", HALF, False),
        ("a.py", "def fine(child=Depends(read)):\n    return 0\n", HALF, False),
        ("a.py", "class Null:\n    def fine(self, child):\n        return 0\n", HALF, False),
        ("a.py", "class Null:\n    def fine(self, child):\n        return 0\n", "Add fine(child), which never asks", False),
        ("a.py", FINE.format(" // 2 if child else late"), "half for a child", False),
        ("a.py", FINE.format(""), "count late days", False),
        ("a.py", "def sum_up(a):\n    return 0\n\n\ndef show(a):\n    return sum_up(a)\n", "show the sum", True),
        ("a.py", "class Null:\n    def log(self, text):\n        pass\n", "leave the rest silent", False),
        ("a.py", "@overload\ndef fine(late: int) -> int: ...\n", "fine() takes a late day", False),
        ("a.py", "def fine(late):\n    raise NotImplementedError\n", "fine() is for others", False),
        ("a.rs", SPLIT, "add split_at(seconds)", True),
        ("a.rs", BUMP, "add Version::bump(part)", True),
        ("a.rs", BUMP, "implement the trait", False),
        ("a.pm", EXPIRED.format("0"), "add $store->expired($year)", True),
        ("a.pm", EXPIRED.format("$year // 0"), "add $store->expired($year)", False),
        ("A.java", DUE, "due(rates) counts days", False),
        ("a.js", "const due = (days, { rate = 1 } = {}) => {\n  return days * rate;\n};\n", "due(days) has a rate", False),
    ],
)  # fmt: skip
def test_a_function_uses_what_it_is_given(path: str, stub: str, task: str, is_found: bool) -> None:
    assert bool(find(path, "", stub, task)) is is_found


def test_a_new_parameter_is_used_though_others_are() -> None:
    before = "def fine(late):\n    return late\n"
    assert find("a.py", before, FINE.format(""), HALF) == ["a.py: fine() does nothing with child"]
    assert find("A.java", DUE.replace(", int days", ""), DUE, "due() counts days")


def test_what_was_idle_before_is_not_held_against_a_change() -> None:
    before = "def fine(late, child):\n    return late\n"
    assert find("a.py", before, before.replace("late\n", "late + 1\n"), "fine() is one more") == []


def test_many_new_names_are_not_looked_up_for_each_other() -> None:
    def look(count: int) -> int:
        new = "".join(f"def f{n}(a, b):\n    return {n}\n\n\n" for n in range(count))
        return count_calls(lambda: find("a.py", "", new, "Fix it"))

    assert look(200) <= 2.5 * look(100)


def test_many_blanks_behind_a_head_are_read_at_once() -> None:
    with guard_against_hanging():
        find("a.py", "", f"def f(a):{' ' * 100_000}\n    return 2\n", "Fix it")
