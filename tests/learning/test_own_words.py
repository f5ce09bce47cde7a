"""The router learns a person's own words, only where they help on tasks that it has not seen."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest
from tests.support.hook import ask, compiled, event, rows, spawn_event, written

from tierwise.cascade.context import load_context
from tierwise.cascade.plan import RunRequest, decide_task
from tierwise.classify.signals import Signals, read_signals
from tierwise.domain.table import load_default
from tierwise.errors import TierwiseError
from tierwise.learning.own_words import (
    FEWEST_TASKS,
    SHARED_BY_TASKS,
    Check,
    Labelled,
    check_words,
    fit_words,
    forget_shared,
    forget_words,
    keep_common_words,
    keep_words,
    share_words,
)
from tierwise.routing.decide import decide
from tierwise.routing.own_words import (
    NAME,
    SHARED,
    correct_kinds,
    correct_signals,
    list_fixed,
    load_words,
)

TABLE = load_default()
FIXED = list_fixed(TABLE)
PLACES = ("invoice", "customer", "parser", "window", "export", "calendar", "search", "login")
OWN = "Zurechtzupfen der {} zum zweiten Mal, Teil {}"  # this person's word for a refactoring


def label(text: str, kind: str) -> Labelled:
    signals = read_signals(text)
    return Labelled(signals.kinds, signals.evidence.features, kind)


def own_tasks(count: int, kind: str = "refactor") -> list[Labelled]:
    return [label(OWN.format(PLACES[n % len(PLACES)], n), kind) for n in range(count)]


@pytest.mark.slow
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


@pytest.mark.slow
def test_few_labels_teach_nothing() -> None:
    assert not check_words(own_tasks(FEWEST_TASKS - 1), FIXED).passes
    assert not Check(tasks=50, right_before=20, right_after=23, gained=3, lost=0).passes
    assert Check(tasks=50, right_before=20, right_after=25, gained=5, lost=0).passes


@pytest.mark.slow
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


@pytest.mark.slow
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


@pytest.mark.slow
def test_the_hook_reads_by_it_at_once(repository: Path) -> None:
    compiled(repository, "routes:\n  refactor: mid\n")
    text = OWN.format("warehouse", 99)
    fields = {"subagent_type": "general-purpose", "description": "work", "prompt": text}
    written(spawn_event(repository, 1, **fields))
    assert rows(repository)[-1]["kind"] != "refactor"
    keep_words(str(repository), fit_words(own_tasks(40), FIXED), Check(40, 0, 40, 40, 0))
    written(spawn_event(repository, 2, **fields))
    assert rows(repository)[-1]["kind"] == "refactor"


@pytest.mark.slow
def test_what_is_shared_is_read_and_taken_back(repository: Path) -> None:
    root = str(repository)
    keep_words(root, {"zurec": {"docs": 1.0}}, Check(40, 0, 40, 40, 0))
    shared = share_words(root, fit_words(keep_common_words(own_tasks(40)), FIXED))
    assert shared
    assert load_words(root) == [{"weights": shared}]  # the own one was learned from the same labels
    assert read_kind(root) == "refactor"
    assert forget_shared(root)
    assert read_kind(root) != "refactor"
    assert not forget_shared(root)


@pytest.mark.slow
def test_own_words_come_on_top_of_those_that_are_shared(repository: Path) -> None:
    root = str(repository)
    share_words(root, fit_words(keep_common_words(own_tasks(40)), FIXED))
    own = fit_words(own_tasks(40, "docs"), FIXED)
    stronger = {feature: {"docs": 4.0, "refactor": -4.0} for feature in own}
    keep_words(root, stronger, Check(40, 0, 40, 40, 0))
    assert len(load_words(root)) == 2
    assert read_kind(root) == "docs"


def test_sharing_again_adds_to_what_is_shared(repository: Path) -> None:
    root = str(repository)
    share_words(root, {"a": {"docs": 1.0}})
    assert share_words(root, {"a": {"docs": 0.5, "tests": 1.0}, "b": {"docs": 2.0}}) == {
        "a": {"docs": 1.5, "tests": 1.0},
        "b": {"docs": 2.0},
    }


@pytest.mark.slow
def test_more_words_than_a_hook_reads_lose_the_weakest(repository: Path) -> None:
    root = str(repository)
    kinds = ("docs", "tests", "refactor")
    many = {f"wört{n}": dict.fromkeys(kinds, n / 1000) for n in range(1, 9001)}
    share_words(root, many)
    keep_words(root, many, Check(40, 0, 40, 40, 0))
    shared, own = (read["weights"] for read in load_words(root) if isinstance(read, dict))
    for kept in (shared, own):
        assert "wört9000" in kept
        assert "wört1" not in kept


def test_a_word_of_few_tasks_is_not_shared() -> None:
    tasks = own_tasks(30)
    secret = replace(tasks[0], evidence=("hunter2", *tasks[0].evidence))
    kept = keep_common_words([secret, *tasks[1:]])
    assert "hunter2" not in kept[0].evidence
    twice = [replace(task, evidence=("rare",)) for task in tasks[: SHARED_BY_TASKS - 1]]
    assert {task.evidence for task in keep_common_words(twice)} == {()}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{",
        '{"weights": 3}',
        '{"weights": {"zurec": 1}}',
        '{"weights": {"zurec": {"docs": "x"}}}',
        f'{{"weights": {{"zurec": {{"docs": {10**400}}}}}}}',
        '{"weights": {}, "other": ' + "[" * 100_000,
        '<<<<<<< ours\n{"weights": {}}\n',
    ],
)
def test_a_damaged_shared_file_changes_nothing_and_is_not_written_over(
    text: str, repository: Path
) -> None:
    before = read_kind(str(repository))
    path = repository / SHARED
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    assert read_kind(str(repository)) == before
    with pytest.raises(
        TierwiseError, match=r"words\.json: the words that are shared cannot be read"
    ):
        share_words(str(repository), {"a": {"docs": 1.0}})
    assert path.read_text() == text  # what others taught may be in it


def test_a_stranger_s_shared_words_move_no_floor(repository: Path) -> None:
    """Whoever commits the file chooses among kinds of work, as a policy's word does, and no more."""
    task = "Change the password hashing of the login to argon2"
    signals = read_signals(task)
    protected = decide(signals, TABLE)
    kinds = ("docs", "formatting", *FIXED)
    hostile = {feature: dict.fromkeys(kinds, 1e308) for feature in signals.evidence.features}
    share_words(str(repository), hostile)
    correct_signals(signals, str(repository), TABLE)
    again = decide(signals, TABLE)
    assert (again.tier, again.floor) == (protected.tier, protected.floor)


@pytest.mark.slow
def test_a_turn_and_a_run_are_read_by_it_too(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compiled(repository, "session: {routing: on}\n")
    monkeypatch.chdir(repository)
    share_words(str(repository), fit_words(own_tasks(40), FIXED))
    text = OWN.format("warehouse", 99)
    assert decide_task(load_context(), RunRequest(task=text)).kind == "refactor"
    said = {"turn_id": "t", "prompt": text, "model": "claude-opus-5-5"}
    ask(event("TurnStart", repository, **said))
    ask(event("TurnComplete", repository, turn_id="t", steps=[], tools=[]))
    (row,) = rows(repository, "turn")
    assert row["kind"] == "refactor"
