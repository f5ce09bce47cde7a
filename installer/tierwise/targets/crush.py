"""Crush: its large and its small model in `crush.json`."""

from __future__ import annotations

import json
from collections.abc import Iterator

from tierwise.domain.record import Entry
from tierwise.policy.load import Loaded
from tierwise.policy.on_target import ServedTier, serve_tier
from tierwise.targets.formats import JSON
from tierwise.targets.lines import config_file, restore_lines
from tierwise.targets.request_body import split_model
from tierwise.targets.target import RepoReader, WantedFile

_PATH = "crush.json"
_LARGE, _SMALL = "models/large", "models/small"
_HIGHEST = {"xhigh": "high", "max": "high"}
"""Crush knows low, medium and high."""


class CrushTarget:
    """The large model is the default tier's, the small one that of the cheapest."""

    name = "crush"
    owns = (f"./{_PATH}",)
    spliced = owns
    limits = (
        "Crush has no roles: a large model for all work, a small one for titles and summaries.",
    )

    def files(
        self,
        policy: Loaded,
        repo: RepoReader,
    ) -> Iterator[WantedFile]:
        """Yield the settings with our two models in them."""
        chosen = policy.policy
        cheapest = next(iter(chosen.tiers))
        tiers = {
            _LARGE: chosen.default,
            _SMALL: cheapest,
        }
        lines = {}
        for key, tier in tiers.items():
            served = serve_tier(chosen, self.name, tier)
            if served is not None:
                lines[key] = _spell_model(served)
        if lines:
            yield config_file(JSON, _PATH, lines, repo)

    def take_out(
        self,
        path: str,
        current: bytes,
        entry: Entry,
    ) -> bytes | None:
        """Return the settings with the models that stood there before."""
        ours = (_LARGE, _SMALL)
        return restore_lines(
            JSON,
            current,
            entry,
            ours.__contains__,
        )


def _spell_model(served: ServedTier) -> str:
    provider, model = split_model(served.model)
    entry = {"provider": provider, "model": model}
    if served.effort is not None:
        entry["reasoning_effort"] = _HIGHEST.get(
            served.effort,
            served.effort,
        )
    return json.dumps(entry)
