"""Aider: its three models in `.aider.conf.yml`, spliced line by line, and their efforts in a file of model settings."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping

from tierwise.domain.record import Entry
from tierwise.policy.load import Loaded
from tierwise.policy.model import Policy
from tierwise.policy.on_target import ServedTier, serve_tier
from tierwise.targets.formats import YAML_LINES
from tierwise.targets.lines import config_file, restore_lines
from tierwise.targets.request_body import (
    Body,
    spell_effort,
    split_model,
)
from tierwise.targets.splice import RawValues
from tierwise.targets.target import (
    RepoReader,
    WantedFile,
    whole_file,
)

_NAME = "aider"
_PATH = ".aider.conf.yml"
_MODELS_PATH = ".aider.model.settings.yml"
_ARCHITECT = "architect"
_EDITOR = "editor"
_WEAK = "weak model"
_KEYS = (
    "architect",
    "model",
    "editor-model",
    "weak-model",
)


class AiderTarget:
    """The architect is the top tier, the editor the default one, the weak model the cheapest."""

    name = _NAME
    owns = (f"./{_PATH}", f"./{_MODELS_PATH}")
    spliced = (f"./{_PATH}",)
    limits = (
        "Aider has no roles: three models, each with an effort where it is Anthropic's, OpenAI's or OpenRouter's.",
        f"A `{_MODELS_PATH}` of your own stays as it is, and says the efforts.",
    )

    def files(
        self,
        policy: Loaded,
        repo: RepoReader,
    ) -> Iterator[WantedFile]:
        """Yield the settings with our lines in them, and the models' own."""
        served = serve_models(policy.policy)
        if not served:
            return
        lines: RawValues = {
            "architect": "true",
            "model": YAML_LINES.quote(served[_ARCHITECT].model),
            "editor-model": YAML_LINES.quote(served[_EDITOR].model),
            "weak-model": YAML_LINES.quote(served[_WEAK].model),
        }
        yield config_file(YAML_LINES, _PATH, lines, repo)
        is_free = _MODELS_PATH in repo.state or repo.read(_MODELS_PATH) is None
        settings = _write_model_settings(served.values())
        if settings and is_free:
            yield whole_file(
                _MODELS_PATH,
                settings.encode(),
                repo.read,
            )

    def take_out(
        self,
        path: str,
        current: bytes,
        entry: Entry,
    ) -> bytes | None:
        """Return the settings with the lines that stood there before."""
        return restore_lines(
            YAML_LINES,
            current,
            entry,
            _KEYS.__contains__,
        )


def serve_models(policy: Policy) -> Mapping[str, ServedTier]:
    """Return the tier of each of Aider's three models; empty where one of them has no model."""
    ladder = list(policy.tiers)
    tiers = {
        _ARCHITECT: ladder[-1],
        _EDITOR: policy.default,
        _WEAK: ladder[0],
    }
    found = {}
    for name, tier in tiers.items():
        served = serve_tier(policy, _NAME, tier)
        if served is None:
            return {}
        found[name] = served
    return found


def _write_model_settings(models: Iterable[ServedTier]) -> str:
    """Return an entry for each model with an effort; of two tiers with one model the first counts."""
    entries: dict[str, str] = {}
    for served in models:
        body = spell_effort(served)
        if body and served.model not in entries:
            entries[served.model] = _write_entry(served, body)
    return "".join(entries.values())


def _write_entry(served: ServedTier, body: Body) -> str:
    """Return one model's settings.  Aider does not know new models: it would have them write files anew as a whole."""
    provider, _ = split_model(served.model)
    extra = body
    if provider != "anthropic":
        extra = {"extra_body": body}
    lines = [
        f"- name: {YAML_LINES.quote(served.model)}",
        "  edit_format: diff",
        "  use_repo_map: true",
        "  use_temperature: false",
        f"  extra_params: {json.dumps(extra)}",
    ]
    return "\n".join(lines) + "\n"
