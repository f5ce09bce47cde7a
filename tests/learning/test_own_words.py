"""The router learns a person's own words, only where they help on tasks that it has not seen."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest
from tests.support.hook import compiled, rows, spawn_event, written

from tierwise.classify.signals import Signals, read_signals
from tierwise.domain.table import load_default
from tierwise.learning.own_words import (
    FEWEST_TASKS,
    Check,
    Labelled,
    check_words,
    fit_words,
    forget_words,
    keep_words,
)
from tierwise.routing.decide import decide
from tierwise.routing.own_words import NAME, correct_kinds, correct_signals, list_fixed

TABLE = load_default()
FIXED = list_fixed(TABLE)
PLACES = ("invoice", "customer", "parser", "window", "export", "calendar", "search", "login")
OWN = "Zurechtzupfen der {} zum zweiten Mal, Teil {}"  # this person's word for a refactoring


def label(text: str, kind: str) -> Labelled:
    signals = read_signals(text)
    return Labelled(signals.kinds, signals.evidence.features, kind)


def own_tasks(count: int, kind: str = "refactor") -> list[Labelled]:
    return [label(OWN.format(PLACES[n % len(PLACES)], n), kind) for n in range(count)]


def test_a_word_of_one_s_own_is_learned_and_helps_on_tasks_not_seen() -> None:
    check = check_words(own_tasks(40), FIXED)
    assert check.passes
    assert check.right_after > check.right_before


@pytest.mark.slow
def test_labels_that_now_and_then_differ_by_chance_do_not_pass_the_check() -> None:
    passed = 0
    asked = ("Write the docs of the {}", "Add tests for the {}", "Rename the fields of the {}")
    for seed in range(4):
        chance = random.Random(seed)
        tasks = []
        for number in range(36):
            task = label(asked[number % 3].format(PLACES[number % 8]), "")
            kind = chance.choice([one for one, _ in task.kinds])
            if chance.random() < 0.7:
                kind = task.kinds[0][0]
            tasks.append(replace(task, label=kind))
        passed += check_words(tasks, FIXED).passes
    assert passed <= 1


def test_few_labels_teach_nothing() -> None:
    assert not check_words(own_tasks(FEWEST_TASKS - 1), FIXED).passes
    assert not Check(tasks=50, right_before=20, right_after=23, gained=3, lost=0).passes
    assert Check(tasks=50, right_before=20, right_after=25, gained=5, lost=0).passes


def test_protected_kinds_keep_their_probability_to_the_last_digit() -> None:
    weights = fit_words(own_tasks(40), FIXED)
    task = own_tasks(1)[0]
    before, after = dict(task.kinds), dict(correct_kinds(task.kinds, task.evidence, weights, FIXED))
    assert {kind: before[kind] for kind in FIXED if kind in before} == {
        kind: after[kind] for kind in FIXED if kind in after
    }
    assert sum(after.values()) == pytest.approx(sum(before.values()), abs=0.01)
    assert after["refactor"] > before["refactor"]


def test_no_weight_moves_work_off_a_floor(repository: Path) -> None:
    task = "Change the password hashing of the login to argon2"
    signals = read_signals(task)
    protected = decide(signals, TABLE)
    everything = {feature: {"docs": 9.0} for feature in signals.evidence.features}
    keep_words(str(repository), everything, Check(40, 0, 40, 40, 0))
    correct_signals(signals, str(repository), TABLE)
    again = decide(signals, TABLE)
    assert (again.tier, again.floor) == (protected.tier, protected.floor)


def test_it_is_kept_used_and_forgotten(repository: Path) -> None:
    root = str(repository)
    keep_words(root, fit_words(own_tasks(40), FIXED), Check(40, 0, 40, 40, 0))
    assert read_kind(root) == "refactor"
    assert forget_words(root)
    assert read_kind(root) != "refactor"
    assert not forget_words(root)


def test_a_damaged_file_changes_nothing(repository: Path) -> None:
    keep_words(str(repository), {}, Check(0, 0, 0, 0, 0))
    path = repository / ".tierwise" / "local" / NAME
    before = read_kind(str(repository))
    path.write_text('{"weights": [1]}')
    assert read_kind(str(repository)) == before


def read_kind(root: str) -> str:
    signals: Signals = read_signals(OWN.format("warehouse", 99))
    correct_signals(signals, root, TABLE)
    return decide(signals, TABLE).kind


def test_the_hook_reads_by_it_at_once(repository: Path) -> None:
    compiled(repository, "routes:\n  refactor: mid\n")
    text = OWN.format("warehouse", 99)
    fields = {"subagent_type": "general-purpose", "description": "work", "prompt": text}
    written(spawn_event(repository, 1, **fields))
    assert rows(repository)[-1]["kind"] != "refactor"
    keep_words(str(repository), fit_words(own_tasks(40), FIXED), Check(40, 0, 40, 40, 0))
    written(spawn_event(repository, 2, **fields))
    assert rows(repository)[-1]["kind"] == "refactor"
