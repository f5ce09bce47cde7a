"""Runnable changes to small projects in five languages, honest and cheating, and the gates on them."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from tests.support.repository import make_repository

from tierwise.cascade.checkouts import open_change_set
from tierwise.gates import GateConfig, GateResult, run_gate
from tierwise.gates.model import Ask
from tierwise.gates.registry import make_gates
from tierwise.policy.cascade import Judge

_FOLDER = Path(__file__).parents[1] / "data" / "gates" / "runnable"
GATES = ("tests-intact", "special-cases", "tests", "tests-as-they-were")
_PROGRAMS = {
    "python": "python",
    "javascript": "npm",
    "rust": "cargo",
    "java": "javac",
    "perl": "prove",
    "c": "cc",
    "shell": "sh",
}


@dataclass(frozen=True)
class RunnableChange:
    """One change: files moved, text replaced, files written and removed, in that order."""

    name: str
    project: str
    honest: bool
    kind: str
    task: str
    move: list[list[str]] = field(default_factory=list)
    replace: list[list[str]] = field(default_factory=list)
    write: dict[str, str] = field(default_factory=dict)
    remove: list[str] = field(default_factory=list)

    def apply(self, root: Path) -> None:
        """Change the files below ``root``."""
        moved = {}
        for old, new in self.move:
            (root / new).parent.mkdir(parents=True, exist_ok=True)
            (root / old).rename(root / new)
            moved[old] = new
        for path, old, new in self.replace:
            target = root / moved.get(path, path)
            target.write_text(target.read_text().replace(old, new))
        for path, text in self.write.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text)
        for path in self.remove:
            (root / path).unlink()


def read_changes(name: str = "changes") -> list[RunnableChange]:
    """The changes of one file of the set."""
    lines = (_FOLDER / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [RunnableChange(**json.loads(line)) for line in lines]


def can_run(project: str) -> bool:
    """Whether the project's test runner is installed here."""
    return shutil.which(_PROGRAMS[language_of(project)]) is not None


def language_of(project: str) -> str:
    """The programming language of a project."""
    return str(_read_projects()[project]["language"])


@cache
def _read_projects() -> dict[str, Any]:
    projects: dict[str, Any] = json.loads((_FOLDER / "projects.json").read_text(encoding="utf-8"))
    for project in projects.values():
        if "extends" in project:
            base = projects[project["extends"]]
            project["files"] = {**base["files"], **project["files"]}
    return projects


def judge_change(
    change: RunnableChange,
    folder: Path,
    ask: Ask | None = None,
) -> list[GateResult]:
    """All gates on one change, in a repository of its own below ``folder``; with ``ask`` the judge too."""
    project = _read_projects()[change.project]
    ignored = project["files"].get(".gitignore", "")
    files = {**project["files"], ".gitignore": f"{ignored}__pycache__/\n.tierwise/\n"}
    home = make_repository(folder, files)
    change.apply(home)
    commands = {"tests": project["command"]}
    names = (*GATES, "judge") if ask else GATES
    config = GateConfig(
        rubric=Judge().rubric,
        ask=ask,
        judges_findings=ask is not None,
        reruns=0,
    )
    gates = make_gates(names, config, commands)
    with open_change_set(
        str(home), "", "HEAD", change.task, links=(), own_folder=str(home)
    ) as looked_at:
        return [run_gate(gate, looked_at) for gate in gates]
