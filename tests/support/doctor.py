"""Set-ups for the checks of `tierwise doctor`, and what the checks say of them."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from tierwise.doctor.finding import Diagnosis
from tierwise.doctor.place import Place, look


def put(path: Path, value: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value), encoding="utf-8")


def fake_client(folder: Path, says: str) -> str:
    """A `claude` that tells a version; PATH to find it."""
    path = folder / "claude"
    path.write_text(f"#!/bin/sh\n{says}\n")
    path.chmod(0o755)
    return f"{folder}{os.pathsep}{os.defpath}"


def install_plugin(
    home: Path, root: Path, name: str, hooks: object = None, agents: dict[str, str] | None = None
) -> Path:
    """What the client leaves behind after installing a plugin for one project (measured on 2.1.329)."""
    folder = home / ".claude" / "plugins" / "cache" / name
    put(folder / "hooks" / "hooks.json", {"hooks": hooks or {}})
    for agent, text in (agents or {}).items():
        (folder / "agents").mkdir(exist_ok=True)
        (folder / "agents" / f"{agent}.md").write_text(text, encoding="utf-8")
    entry = {"scope": "project", "installPath": str(folder), "projectPath": str(root)}
    known = home / ".claude" / "plugins" / "installed_plugins.json"
    plugins = json.loads(known.read_text())["plugins"] if known.exists() else {}
    put(known, {"version": 2, "plugins": {**plugins, f"{name}@market": [entry]}})
    put(home / ".claude" / "settings.json", {"enabledPlugins": {f"{name}@market": True}})
    return folder


def levels(found: Iterator[Diagnosis]) -> dict[str, str]:
    """check -> level; the worst where one check says several things."""
    worst: dict[str, str] = {}
    for finding in found:
        order = ("ok", "warn", "fail")
        worst[finding.check] = max(worst.get(finding.check, "ok"), finding.level, key=order.index)
        assert bool(finding.remedy) == (finding.level != "ok"), (
            f"{finding} needs a remedy exactly when it is not ok"
        )
    return worst


def says(found: Iterator[Diagnosis]) -> str:
    return "\n".join(f"{finding.what} {finding.remedy}" for finding in found)


def check(
    probe: Callable[[Place], Iterator[Diagnosis]], root: Path, env: dict[str, str]
) -> list[Diagnosis]:
    found = list(probe(look(str(root), env)))
    levels(iter(found))
    return found
