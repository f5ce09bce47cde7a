"""How well a retry in other words is told from another item of the same template, without the texts.

    python bench/retries.py [FOLDER ...]

On the labelled prompts of ``tests/data/prompts``: edited retries that are found, by the edit and by the prompt's
length, and other items of a template that are taken for retries, with the title and without it.  With folders that
hold ``projects/``: the pairs of recorded spawns, at most an hour apart in one session, that count, for a person to
judge; nothing is kept.
"""

from __future__ import annotations

import itertools
import json
import re
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tierwise.learning.retries import RETRY_WITHIN, seconds_between
from tierwise.likeness import NEAR_IDENTICAL, compare_likeness, describe_likeness
from tierwise.transcripts.roots import find_transcripts
from tierwise.transcripts.spawns import read_spawns

PROMPTS = Path(__file__).resolve().parent.parent / "tests" / "data" / "prompts"
SHORT, LONG = 20, 80
"""Words below which a prompt is short, and from which it is long."""

EDITS = {
    "one sentence before": "Try again, but this time run the tests before you finish.\n\n{}",
    "one sentence after": "{}\n\nThe last attempt stopped half way; start from the beginning.",
    "a report of the failure before": (
        "The last attempt did not work: two tests are red, and the command exits with code 1 where it should "
        "print a warning. Do not change the tests. Read the error first, then do this:\n\n{}"
    ),
    "a rule after": "{}\n\nIMPORTANT: do not touch any other file, and show the output of the checks.",
}
TITLES = ("{}", "Retry: {}", "{} (attempt 2)", "{} again")
TITLE = 16
"""Characters of a likeness that are its title."""

_NUMBERED = re.compile(r"\b((?:task|phase|part|batch|item|issue|plan) )([1-9])\b", re.IGNORECASE)
_SENTENCE = re.compile(r"(?<=[.!?])\s+")


@dataclass(frozen=True)
class Asked:
    """What a spawn is told."""

    source: str
    description: str
    prompt: str


def read_prompts() -> list[Asked]:
    """Read the labelled spawns, each text once."""
    found = {}
    for path in sorted(PROMPTS.glob("spawns*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            row = json.loads(line)
            if row.get("description"):
                asked = Asked(row["source"], row["description"], row["task"])
                found[asked.description, asked.prompt] = asked
    return list(found.values())


def make_retries(asked: Asked) -> Iterator[tuple[str, Asked]]:
    """Yield edited retries of a task, each with the name of the edit."""
    titles = itertools.cycle(TITLES)
    for name, frame in EDITS.items():
        title = next(titles).format(asked.description)
        yield name, Asked(asked.source, title, frame.format(asked.prompt))
    sentences = _SENTENCE.split(asked.prompt)
    if len(sentences) > 2:
        middle = len(sentences) // 2
        shorter = " ".join(sentences[:middle] + sentences[middle + 1 :])
        yield "a sentence left out", Asked(asked.source, asked.description, shorter)


def renumber(asked: Asked) -> Asked | None:
    """Make the next item of a template that numbers its items; None for another text."""

    def step(found: re.Match[str]) -> str:
        following = int(found[2]) % 9 + 1
        return f"{found[1]}{following}"

    prompt, count = _NUMBERED.subn(step, asked.prompt)
    if not count:
        return None
    return Asked(asked.source, _NUMBERED.sub(step, asked.description), prompt)


class Judge:
    """Tells retries as the ledger's reader does, with one clone's key."""

    def __init__(self, root: str) -> None:
        self._root = root

    def compare(self, one: Asked, other: Asked) -> tuple[bool, bool]:
        """Return whether the second counts as a retry of the first, and whether its sketch alone would say so."""
        first, second = self._describe(one), self._describe(other)
        untitled = first[TITLE:], second[TITLE:]
        is_alike = compare_likeness(*untitled) >= NEAR_IDENTICAL
        return compare_likeness(first, second) >= NEAR_IDENTICAL, is_alike

    def _describe(self, asked: Asked) -> str:
        return describe_likeness(self._root, asked.description, asked.prompt)


def measure_recall(judge: Judge, prompts: list[Asked]) -> None:
    """Print how many edited retries are found."""
    found: defaultdict[str, list[bool]] = defaultdict(list)
    for asked in prompts:
        words = len(asked.prompt.split())
        size = "20 to 79 words"
        if words < SHORT:
            size = "under 20 words"
        elif words >= LONG:
            size = "80 words and more"
        for name, retry in make_retries(asked):
            counts, _ = judge.compare(asked, retry)
            for row in (name, size, "all edited retries"):
                found[row].append(counts)
    for name, hits in found.items():
        print(f"  {name}: {sum(hits) / len(hits):.0%} of {len(hits)}")


def measure_siblings(judge: Judge, prompts: list[Asked]) -> None:
    """Print how many other items of a template count as retries, and how many would without the title."""
    numbered = [(asked, other) for asked in prompts if (other := renumber(asked))]
    same_title = [
        (
            Asked(one.source, "Implement the task", one.prompt),
            Asked(other.source, "Implement the task", other.prompt),
        )
        for one, other in numbered
    ]
    neighbours = list(itertools.pairwise(sorted(prompts, key=lambda one: (one.source, one.prompt))))
    untitled = [
        (
            Asked(one.source, "Do the task", one.prompt),
            Asked(other.source, "Do the task", other.prompt),
        )
        for one, other in neighbours
        if one.description != other.description
    ]
    for name, pairs in {
        "the next number of the same text": numbered,
        "the same under one title for all": same_title,
        "neighbours in order of their text, under one title for all": untitled,
    }.items():
        verdicts = [judge.compare(*pair) for pair in pairs]
        counted = sum(counts for counts, _ in verdicts)
        alike = sum(is_alike for _, is_alike in verdicts)
        print(f"  {name}: {counted} of {len(pairs)} count; by the sketch alone {alike} would")


def list_recorded(judge: Judge, folders: list[str]) -> None:
    """Print the recorded pairs that count, and of how many they are."""
    pairs = 0
    for transcript in find_transcripts(folders):
        spawns = read_spawns(Path(transcript.path))
        for one, other in itertools.combinations(spawns, 2):
            if abs(seconds_between(one.started, other.started)) > RETRY_WITHIN:
                continue
            pairs += 1
            asked = [Asked("", spawn.description, spawn.prompt) for spawn in (one, other)]
            counts, _ = judge.compare(*asked)
            if counts:
                print(
                    f"  {one.started} {one.description!r} | {other.started} {other.description!r}"
                )
    print(f"  of {pairs} pairs within an hour")


def measure_time(root: str, prompts: list[Asked]) -> None:
    """Print the processor time of one description, in milliseconds."""
    taken = []
    for asked in prompts:
        begun = time.process_time()
        describe_likeness(root, asked.description, asked.prompt)
        taken.append((time.process_time() - begun) * 1000)
    print(f"  median {statistics.median(taken):.2f} ms, worst {max(taken):.2f} ms")


def main() -> None:
    """Print the three tables."""
    prompts = read_prompts()
    with tempfile.TemporaryDirectory() as root:
        judge = Judge(root)
        print(f"edited retries of {len(prompts)} prompts that are found:")
        measure_recall(judge, prompts)
        print("other items that are taken for retries:")
        measure_siblings(judge, prompts)
        print("processor time in the hook:")
        measure_time(root, prompts)
        if len(sys.argv) > 1:
            print("recorded pairs that count:")
            list_recorded(judge, sys.argv[1:])


if __name__ == "__main__":
    main()
