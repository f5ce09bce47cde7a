"""Continue: one file of models below `.continue/models`, with the roles that each tier has there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from tierwise.domain.record import Entry
from tierwise.policy.load import Loaded
from tierwise.policy.on_target import ServedTier, find_model, serve_choice
from tierwise.policy.section import Assignment
from tierwise.targets.formats import FRONTMATTER
from tierwise.targets.target import RepoReader, WantedFile, whole_file

_PATH = ".continue/models/tierwise.yaml"


class ContinueTarget:
    """A model a tier: the cheapest summarises, the default one edits, all of them chat."""

    name: ClassVar[str] = "continue"
    owns: ClassVar[tuple[str, ...]] = (_PATH,)
    spliced: ClassVar[tuple[str, ...]] = ()
    limits: ClassVar[tuple[str, ...]] = (
        "Continue has roles of models, no roles of agents: a person picks the tier in its menu.",
        "An effort is whether the model reasons at all.",
    )

    def files(self, policy: Loaded, repo: RepoReader) -> Iterator[WantedFile]:
        """The one file, which is ours whole."""
        chosen = policy.policy
        ladder = [tier for tier in chosen.tiers if find_model(chosen, self.name, tier)]
        blocks = []
        for tier in ladder:
            served = serve_choice(chosen, self.name, Assignment(tier=tier))
            if served is not None:
                roles = ["chat"]
                roles += ["summarize"] if tier == ladder[0] else []
                roles += ["edit", "apply"] if tier == chosen.default else []
                roles += ["subagent"] if tier == ladder[-1] else []
                blocks.append(_spell_model(served, roles))
        if blocks:
            head = "name: tierwise\nversion: 1.0.0\nschema: v1\nmodels:\n"
            yield whole_file(_PATH, (head + "".join(blocks)).encode(), repo.read)

    def take_out(self, path: str, current: bytes, entry: Entry) -> bytes | None:
        """Nothing here is shared with the user."""
        raise ValueError(f"{path} is Tierwise's from first to last byte")


def _spell_model(served: ServedTier, roles: list[str]) -> str:
    provider, _, model = served.model.partition("/")
    reasons = str(served.effort not in (None, "low")).lower()
    lines = [
        f"  - name: {served.tier}",
        f"    provider: {FRONTMATTER.quote(provider)}",
        f"    model: {FRONTMATTER.quote(model)}",
        f"    apiKey: ${{{{ secrets.{provider.upper().replace('-', '_')}_API_KEY }}}}",
        f"    roles: [{', '.join(roles)}]",
        f"    defaultCompletionOptions: {{reasoning: {reasons}}}",
    ]
    return "\n".join(lines) + "\n"
