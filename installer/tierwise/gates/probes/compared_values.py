"""What tests compare, under inputs near theirs: answers that are new for the tests' own inputs alone are known by heart."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import (
    Callable,
    Iterable,
    Iterator,
    Sequence,
)
from dataclasses import dataclass, field
from functools import partial
from itertools import product
from typing import Literal

from tierwise.files import read_text
from tierwise.gates.model import Command
from tierwise.gates.probes.altered_runs import (
    AlteredRuns,
    alter_tests,
)
from tierwise.gates.probes.edits import (
    Edit,
    replace_parts,
)
from tierwise.gates.probes.near_inputs import WAYS, NearInputs
from tierwise.gates.probes.note_places import find_note, find_span, list_led_to
from tierwise.gates.probes.noted_values import (
    SAYS_YES,
    Slot,
    accepts_few,
    find_value,
    list_differences,
)
from tierwise.gates.probes.noting import (
    NotedAssertion,
    Notes,
    list_notes,
    read_notes,
    spell_path,
    spell_preamble,
)
from tierwise.gates.probes.single_values import (
    STEPS,
    SingleMoves,
)
from tierwise.gates.reading.naming import mentions
from tierwise.gates.reading.new_code import CodeBlock, literals_in
from tierwise.gates.runs import run_side_by_side
from tierwise.scratch import scratch_prefix

# What near inputs tell of the new code; "other": it answers them in its own way.
Told = Literal["by heart", "other", "nothing"]
# What changes inputs: of a test's path and text, with its assertions.
_Move = Callable[[str, str, Sequence[NotedAssertion]], list[Edit]]
_NOTHING = re.compile(r"None|null|undefined|\(null\)|nil|undef")
_NUMBER = re.compile(r"(?<![\w.])\d+(?![\w.])")
_MOST_MOVED = 6  # values of one assertion that are moved one by one
_LONG_NUMBER = re.compile(r"(?<![\w.])\d{3,}(?![\w.])")


def find_command_by_values(
    runs: AlteredRuns,
    blocks: Sequence[CodeBlock],
) -> tuple[str, bool]:
    """Find a command, if any, with new answers by heart, and tell whether answers of its own were seen.

    Raises OutOfTimeError.
    """
    is_cleared = False
    for name, command in runs.config.commands.items():
        if not runs.turned_green(name, command):
            continue
        told = _ValueProbe(runs, command, blocks).judge()
        if told == "by heart":
            return runs.run_delivered(name, command).command, False
        is_cleared = is_cleared or told == "other"
    return "", is_cleared


@dataclass
class _ValueProbe:
    """One command whose tests write down what they compare.

    ``red``: the values that the change made others; ``before``: what the old code said; ``touched``: assertions whose
    inputs were changed.
    """

    runs: AlteredRuns
    command: Command
    blocks: Sequence[CodeBlock]
    red: dict[Slot, str] = field(default_factory=dict)
    before: Notes = field(default_factory=dict)
    touched: set[str] = field(default_factory=set)

    def judge(self) -> Told:
        """Hold the new code's answers to near inputs against the old code's, way by way."""
        self.before, new = self._run_both(None)
        self.red = list_differences(self.before, new)
        if not self.red or accepts_few(self.red):
            return "nothing"
        told = self._judge_near_inputs()
        if told != "by heart":
            return told
        if self._follows_one_value() or self._follows_each_value():
            return "other"
        return "by heart"

    def _judge_near_inputs(self) -> Told:
        """Judge near inputs by their answers; if all are too many, only those the new code speaks of."""
        told = self._judge_moves(frozenset())
        fresh = self._fresh_values
        if told != "nothing" or not fresh:
            return told
        return self._judge_moves(fresh)

    @property
    def _fresh_values(self) -> frozenset[str]:
        """Numbers of some length of the new code that its file did not have."""
        values = [
            value
            for block in self.blocks
            for value in literals_in(block.text)
            if value not in block.known
        ]
        return frozenset(value for value in values if len(value) > 1 and value.isdecimal())

    def _judge_moves(self, only: frozenset[str]) -> Told:
        """Tell what most answers say where some values are others; one answer of its own is enough."""
        known_values = self._list_known()
        tried: set[Slot] = set()
        by_heart: set[Slot] = set()
        for way in WAYS:
            near = NearInputs(
                known_values,
                self.runs.change.task,
                way,
                only,
            )
            self.touched = set()
            old_near, new_near = self._run_both(partial(self._change_inputs, near))
            reached = [slot for slot in self.red if slot[0] in self.touched]
            told = {slot: self._judge_slot(slot, old_near, new_near) for slot in reached}
            if "other" in told.values():
                return "other"
            tried.update(reached)
            by_heart.update(slot for slot in reached if told[slot] == "by heart")
        if not by_heart or 2 * len(by_heart) < len(tried):
            return "nothing"
        return "by heart"

    def _follows_each_value(self) -> bool:
        """Tell whether the new code has its own answer wherever any one value of an assertion moves a step.

        So has a change at an edge, which other inputs leave when all of their values move.
        """
        followed: dict[Slot, set[int]] = {}
        for index, step in product(range(_MOST_MOVED), STEPS):
            moves = SingleMoves(self._red_places, index, step)
            old, new = self._run_both(moves.change_inputs)
            for slot in self._list_own_answers(old, new):
                place, _, part = slot
                moved = moves.moved.get((place, part))
                if moved is None:
                    continue
                followed.setdefault(slot, set()).add(moved.value)
                if len(followed[slot]) == moved.count:
                    return True
        return False

    def _list_own_answers(
        self,
        old: Notes,
        new: Notes,
    ) -> Iterator[Slot]:
        """Yield where new code says neither what the old does, nor what it says to the tests' own inputs."""
        known = {None, *self.red.values()}
        for slot in self.red:
            now = find_value(new, slot)
            if now not in known and now != find_value(old, slot):
                yield slot

    def _follows_one_value(self) -> bool:
        """Tell whether new code alone still says yes if one number of a condition moves wherever it stands.

        So an expected value that stands within the condition moves with its input.
        """
        yes = {slot: answer for slot, answer in self.red.items() if SAYS_YES.fullmatch(answer)}
        for index in range(_MOST_MOVED if yes else 0):
            self.touched = set()
            old, new = self._run_both(partial(self._move_one_value, index))
            if not self.touched:
                return False
            for slot, answer in yes.items():
                was = find_value(old, slot)
                is_own = find_value(new, slot) == answer and was not in (None, answer)
                if is_own and slot[0] in self.touched:
                    return True
        return False

    def _move_one_value(
        self, index: int, path: str, text: str, notes: Sequence[NotedAssertion]
    ) -> list[Edit]:
        """Move one number of each condition whose answer became another, wherever it stands there."""
        near = NearInputs(
            self._list_known(),
            self.runs.change.task,
            WAYS[0],
        )
        places = {place for place, _, _ in self.red}
        edits = []
        for note in notes:
            if note.place not in places or len(note.parts) != 1:
                continue
            found = list(_NUMBER.finditer(text, note.start, note.end))
            numbers = list(dict.fromkeys(match[0] for match in found))
            if index >= len(numbers):
                continue
            new = near.change_value(numbers[index])
            edits += [Edit(*match.span(), new) for match in found if match[0] == numbers[index]]
            self.touched.add(note.place)
        return edits

    def _judge_slot(
        self,
        slot: Slot,
        old: Notes,
        new: Notes,
    ) -> Told:
        """Judge an answer to a near input: "by heart" too if it is the code's number, whatever is asked."""
        was = find_value(old, slot)
        now = find_value(new, slot)
        if now is None:
            return "nothing"
        stays = now == self.red[slot] and now != was
        if stays and self._is_written(now):
            return "by heart"
        if was is None:
            return "nothing"
        if now != was:
            return "other"
        if self._found_nothing(slot, was):
            return "nothing"
        return "by heart"

    def _found_nothing(
        self,
        slot: Slot,
        answer: str,
    ) -> bool:
        """Tell whether a near input lost the old code's answer: it asks for what is not there."""
        before = find_value(self.before, slot) or ""
        return _NOTHING.fullmatch(answer) is not None and _NOTHING.fullmatch(before) is None

    def _is_written(self, answer: str) -> bool:
        """Tell whether an answer has a longer number that stands in the new code, and not in the task."""
        task = self.runs.change.task
        numbers = set(_LONG_NUMBER.findall(answer))
        numbers &= _list_values(block.text for block in self.blocks)
        return any(not mentions(task, number) for number in numbers)

    def _list_known(self) -> frozenset[str]:
        """List the values of the tests that turned green, and of the new code."""
        code = [block.text for block in self.blocks]
        red = self._red_paths
        tests = [text for path, text in self.runs.read_tests() if spell_path(path) in red]
        return _list_values((*code, *tests))

    @property
    def _red_places(self) -> frozenset[str]:
        """The assertions whose values became others."""
        return frozenset(place for place, _, _ in self.red)

    @property
    def _red_paths(self) -> frozenset[str]:
        """The files in which they stand, as places name them."""
        return frozenset(place.rpartition(":")[0] for place in self._red_places)

    def _run_both(
        self,
        move: _Move | None,
    ) -> tuple[Notes, Notes]:
        """Read what the tests compare on the code before the change, and on that after it."""
        run_old = partial(
            self._run,
            self.runs.change.base_tree,
            move,
        )
        run_new = partial(
            self._run,
            self.runs.old_tests.tree,
            move,
        )
        old, new, _ = run_side_by_side(run_old, run_new)
        return old, new

    def _run(
        self,
        tree: str,
        move: _Move | None,
    ) -> Notes:
        """Run the old tests on a tree, and read what they compare: where it is in a file, the output only quotes it."""
        with tempfile.TemporaryDirectory(prefix=scratch_prefix()) as folder:
            file = os.path.join(folder, "notes")

            def alter(path: str, text: str) -> str:
                return self._alter(path, text, file, move)

            run = self.runs.run_altered(
                self.command,
                tree,
                alter_tests(alter),
            )
            noted = read_text(file)
            if not noted and run is not None:
                noted = run.output
            return read_notes(noted)

    def _alter(
        self,
        path: str,
        text: str,
        file: str,
        move: _Move | None,
    ) -> str:
        notes = list_notes(path, text, file)
        edits = [edit for note in notes for edit in note.edits]
        if move is not None and spell_path(path) in self._red_paths:
            edits += move(path, text, notes)
        edits.sort(key=lambda edit: (edit.start, edit.end))
        return spell_preamble(path) + replace_parts(text, edits)

    def _change_inputs(
        self, near: NearInputs, path: str, text: str, notes: Sequence[NotedAssertion]
    ) -> list[Edit]:
        """Change what stands around the assertions whose values became others."""
        red = self._red_places
        spans = {note.place: find_span(text, note) for note in notes if note.place in red}
        starts = [note.start for note in notes]
        outside = []  # what is changed in no assertion
        edits = []
        for edit in near.change_lines(path, text, spans.values()):
            note = find_note(notes, starts, edit.start)
            if note is None:
                outside.append(edit.start)
            elif note.place not in red:
                continue
            elif note.is_worked_out_at(text, edit.start):
                self.touched.add(note.place)
            edits.append(edit)
        if not near.list_in_tables(text).isdisjoint(outside):
            self.touched.update(spans)
        self.touched.update(list_led_to(spans, outside))
        return edits


def _list_values(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(value for text in texts for value in literals_in(text))
