"""Whether the task asked for a finding: it must name the finding's test, file or key, with the verb."""

from __future__ import annotations

import os
import re

from tierwise.gates.reading.naming import mentions, resolve_pronouns
from tierwise.gates.tests_intact.model import Weakening

# What a task says where it wants such a finding.  Nothing else is ever excused by the task's words.
_VERBS = {
    "snapshot": re.compile(
        r"\b(updat|regenerat|rewrit|refresh|accept|re-?record)\w*\b"
        r"|\b(?:chang|correct|adapt|adjust)\w*\b(?:(?!\bso\b|\bto\b|\bmatch|\buntil\b).){0,80}\b(?:golden|snapshots?)\b"
        r"|\bwrit(?:e|ten)\b.{0,40}\b(?:anew|again)\b"
        r"|\b(?:snapshots?|golden|goldens|cassettes?)\b.{0,60}"
        r"\b(?:follows?|too|as well|along|ha(?:s|ve) to change|(?:correct|change) (?:it|them))\b",
        re.I,
    ),
    "deleted": re.compile(r"\b(remov|delet|drop|retir)\w*\b", re.I),
    "weakened": re.compile(r"\b(relax|loosen|simplif|remov|drop|replac)\w*\b", re.I),
    "expected": re.compile(
        r"\b(correct|updat|adapt|adjust|chang|rewrit|expect|switch|set)\w*\b", re.I
    ),
    "skipped": re.compile(r"\b(skip|xfail|disabl|quarantin|ignor|mark)\w*\b", re.I),
    "config": re.compile(
        r"\b(lower|relax|loosen|ignor|disabl|exclud|deselect|skip|allow|turn|drop|remov|omit|mov|migrat)\w*\b"
        r"|\bleav(?:e|es|ing)\b.*\bout\b|\bonly on demand\b|\bopt-in\b",
        re.I,
    ),
    "threshold": re.compile(r"\b(lower|relax|loosen|rais|reduc|set|chang|increas)\w*\b", re.I),
}
# Files that a task names by their kind.
_SNAPSHOTS = re.compile(
    r"\b(snapshots?|golden( files?)?|goldens|cassettes?)\b",
    re.I,
)
_SPEAKS_OF_TESTS = re.compile(
    r"\btests?\b|\bexpect\w*|\bassert\w*",
    re.I,
)
# "Golden file and tests follow" is one thing that is asked.
_SENTENCE_ENDS = re.compile(r"[.;!?\n]+(?:\s|$)")
_TOO_COMMON = frozenset(
    (
        "test",
        "tests",
        "main",
        "init",
        "index",
        "conftest",
        "__init__",
        "mod",
        "lib",
    )
)
_LEAST_LENGTH = 3


def is_asked_for(finding: Weakening, task: str) -> bool:
    """Tell whether one clause of the task has the verb and names what the finding is about."""
    verb = _VERBS.get(finding.rule)
    if verb is None:
        return False
    clauses = resolve_pronouns(task)
    if finding.rule == "snapshot":
        clauses += _SENTENCE_ENDS.split(task)
    return any(verb.search(clause) and _names_finding(clause, finding) for clause in clauses)


def _names_finding(clause: str, finding: Weakening) -> bool:
    if finding.rule == "snapshot" and _SNAPSHOTS.search(clause):
        return True
    return _names_file(clause, finding.path) or _names_test(clause, finding)


def _names_file(clause: str, path: str) -> bool:
    base = os.path.basename(path)
    stem = base.split(".", 1)[0]
    return mentions(clause, path) or mentions(clause, base) or _is_name_of(stem, clause)


def _names_test(clause: str, finding: Weakening) -> bool:
    """Tell whether a clause names a test; what it tests stands for it only where the clause speaks of tests."""
    if _SPEAKS_OF_TESTS.search(clause):
        names = {*finding.names, *finding.subjects}
    else:
        names = set(finding.names).difference(finding.subjects)
    return any(_is_name_of(name, clause) for name in names)


def _is_name_of(name: str, clause: str) -> bool:
    if len(name) < _LEAST_LENGTH or name.lower() in _TOO_COMMON:
        return False
    bare = re.sub(r"^[Tt]est_?", "", name)
    spoken = bare.replace("_", " ")
    if mentions(clause, name):
        return True
    return len(bare) > _LEAST_LENGTH and "_" in bare and mentions(clause, spoken)
