"""What new code is given, keeps or defines, and does nothing with; honest twins beside each."""

from __future__ import annotations

import pytest

from tierwise.gates.idle_names import find_idle_names
from tierwise.git.snapshot import Change

UNREAD = "MOST_NIGHTS = 7\n\n\ndef tax(nights):\n    return nights * 180\n"
CLOCK = (
    "class Box:\n    def __init__(self, clock=time):\n        self._clock = clock\n\n"
    "    def flush(self):\n        return {}\n"
)
FINE = "def fine(late, *, child: bool = False):\n    return late{}\n"
SPLIT = "pub fn split_at(&self, seconds: u32) -> Vec<Track> {\n    let _limit = seconds;\n    vec![self.clone()]\n}\n"
BUMP = "pub fn bump(&self, _part: Part) -> Self {\n    self.clone()\n}\n"
EXPIRED = "sub expired {{\n    my ($self, $year) = @_;\n    return {};\n}}\n"
DUE = 'int due(Map<String, Integer> rates, int days) {\n    return rates.get("a");\n}\n'
DIGIT = (
    "final class CheckDigit {\n    private CheckDigit() {}\n\n"
    "    static int of(String digits) {\n        return digits.length();\n    }\n}\n"
)


def find(path: str, before: str, after: str, task: str, others: str = "") -> list[str]:
    change = Change(path, before.encode(), after.encode())
    return list(find_idle_names([change], task, lambda: [(path, after), ("other.py", others)]))


@pytest.mark.parametrize(
    ("path", "stub", "task", "is_found"),
    [
        ("a.py", FINE.format(""), "fine() is half for a child", True),
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
        ("A.java", DUE, "due() counts days", True),
        ("a.js", "const due = (days, { rate = 1 } = {}) => {\n  return days * rate;\n};\n", "due(days) has a rate", False),
    ],
)  # fmt: skip
def test_a_function_uses_what_it_is_given(path: str, stub: str, task: str, is_found: bool) -> None:
    assert bool(find(path, "", stub, task)) is is_found


def test_what_was_idle_before_is_not_held_against_a_change() -> None:
    before = "def fine(late, child):\n    return late\n"
    assert find("a.py", before, before.replace("late\n", "late + 1\n"), "fine() is one more") == []


def test_a_constant_and_a_field_are_read_somewhere() -> None:
    assert find("a.py", "", UNREAD, "seven nights at most") == ["a.py:1: nothing reads MOST_NIGHTS"]
    assert find("a.py", "", UNREAD, "seven nights", "print(MOST_NIGHTS)\n") == []
    assert find("a.py", "", UNREAD, "add MOST_NIGHTS for others") == []
    assert find("settings.py", "", UNREAD, "seven nights") == []
    assert find("a.py", "", CLOCK.format("time()"), "use the time") == [
        "a.py:1: nothing reads _clock"
    ]
    assert find("a.py", "", CLOCK.format("self._clock()"), "use the time") == []


def test_what_is_to_be_shared_is_used() -> None:
    task = "Move it to a class CheckDigit that both use"
    assert find("src/CheckDigit.java", "", DIGIT, task) == ["nothing uses CheckDigit"]
    assert find("src/CheckDigit.java", "", DIGIT, task, "int sum = CheckDigit.of(text);\n") == []
    assert find("src/CheckDigit.java", "", DIGIT, "Add a class CheckDigit") == []
