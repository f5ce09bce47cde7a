"""Aider: architect, editor and weak model in `.aider.conf.yml`, spliced line by line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from tierwise.domain.record import Entry
from tierwise.policy.load import Loaded
from tierwise.policy.on_target import serve_choice
from tierwise.policy.section import Assignment
from tierwise.targets.formats import YAML_LINES
from tierwise.targets.roles import config_file, restore_lines
from tierwise.targets.target import RepoReader, WantedFile

_PATH = ".aider.conf.yml"
_KEYS = ("architect", "model", "editor-model", "weak-model", "reasoning-effort")


class AiderTarget:
    """The architect is the top tier, the editor the default one, the weak model the cheapest."""

    name: ClassVar[str] = "aider"
    owns: ClassVar[tuple[str, ...]] = (f"./{_PATH}",)
    spliced: ClassVar[tuple[str, ...]] = owns
    limits: ClassVar[tuple[str, ...]] = (
        "Aider has no roles: three models, and an effort for the architect only.",
    )

    def files(self, policy: Loaded, repo: RepoReader) -> Iterator[WantedFile]:
        """The settings with our lines in them."""
        ladder = list(policy.policy.tiers)
        tiers = (ladder[-1], policy.policy.default, ladder[0])
        served = [serve_choice(policy.policy, self.name, Assignment(tier=tier)) for tier in tiers]
        architect, editor, weak = served
        if architect is None or editor is None or weak is None:
            return
        lines: dict[str, str | None] = {
            "architect": "true",
            "model": YAML_LINES.quote(architect.model),
            "editor-model": YAML_LINES.quote(editor.model),
            "weak-model": YAML_LINES.quote(weak.model),
            "reasoning-effort": architect.effort,
        }
        yield config_file(YAML_LINES, _PATH, lines, repo)

    def take_out(self, path: str, current: bytes, entry: Entry) -> bytes | None:
        """The settings with the lines that stood there before."""
        return restore_lines(YAML_LINES, current, entry, _KEYS.__contains__)
