"""The other tools of the policy: is the client here, can it read its roles, has it been told to trust the project."""

from __future__ import annotations

import os
from collections.abc import Iterator

from tierwise.doctor.finding import Diagnosis, ok, warn
from tierwise.doctor.place import Place, main_work_tree
from tierwise.doctor.tool_overrides import check_tool_overrides
from tierwise.domain.coding_tools import (
    CLAUDE,
    label_of,
    program_of,
)
from tierwise.errors import TierwiseError
from tierwise.files import read_text
from tierwise.loose import value_at
from tierwise.policy.load import load_policy
from tierwise.programs import find_program
from tierwise.targets.codex import CodexTarget
from tierwise.targets.registry import find_faulty_roles
from tierwise.targets.toml_format import TOML
from tierwise.transcripts.codex import find_codex_home

_TRUSTED = "trusted"


def check_other_tools(place: Place) -> Iterator[Diagnosis]:
    """Tell what is known here of each tool but Claude Code that the policy generates files for."""
    try:
        policy = load_policy(place.root).policy
    except TierwiseError:  # another check says what is wrong with the policy
        return
    for target in policy.targets:
        if target == CLAUDE:
            continue
        program = _find_client(place, target)
        yield _describe_client(target, program)
        for path, fault in find_faulty_roles(target, place.root):
            remedy = f"Fix the file: {label_of(target)} does not start a role that it cannot read."
            yield warn(target, f"{path}: {fault}", remedy)
        yield from check_tool_overrides(place, policy, target)
        is_codex = target == CodexTarget.name
        if is_codex and (program or find_codex_home(place.environ).is_dir()):
            yield from _check_codex_trust(place)


def _find_client(place: Place, target: str) -> str | None:
    program = program_of(target)
    if not program:
        return None
    path = place.environ.get("PATH", os.defpath)
    return find_program(program, place.root, path)


def _describe_client(target: str, found: str | None) -> Diagnosis:
    label, program = label_of(target), program_of(target)
    if not program:
        return ok(
            target,
            f"{label} is an editor's extension: whether it is here is not looked for",
        )
    if found is None:
        return ok(
            target,
            f"`{program}` is not on PATH; the files are there for whoever has it",
        )
    return ok(target, f"{label}: {found}")


def _check_codex_trust(place: Place) -> Iterator[Diagnosis]:
    """Codex runs no hook of a project before its user has said in Codex that the project is trusted."""
    path = str(find_codex_home(place.environ) / "config.toml")
    try:
        settings = TOML.load(read_text(path).encode())
    except ValueError:  # the search for overrides says so
        return
    if _read_trust(settings, place.root) == _TRUSTED:
        yield ok(
            CodexTarget.name,
            "Codex trusts this project; it asks once about a changed hook",
        )
        return
    remedy = "Start `codex` here once and say that you trust the project and its hooks."
    what = (
        "Codex has not been told to trust this project: its spawns run on their roles' models alone"
    )
    yield warn(CodexTarget.name, what, remedy)


def _read_trust(settings: object, root: str) -> object:
    """Codex's word on a project; a linked work tree has that of the main one (measured on 0.171.0)."""
    for name in (root, os.path.realpath(root), main_work_tree(root)):
        project = value_at(settings, "projects", name)
        if isinstance(project, dict):
            return project.get("trust_level")
    return None
