"""The policy and what was made of it: does it hold, is it compiled, did a hook of ours stumble."""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterator

from tierwise import repo
from tierwise.claude_hooks import fault_log
from tierwise.claude_hooks.modes import MODES, mode_of
from tierwise.doctor.finding import (
    Diagnosis,
    fail,
    ok,
    warn,
)
from tierwise.doctor.place import Place
from tierwise.domain import table
from tierwise.errors import TierwiseError
from tierwise.policy.load import load_policy

RECENT = datetime.timedelta(days=7)
SHOWN = 3  # lines of the log


def check_policy(place: Place) -> Iterator[Diagnosis]:
    """tierwise.yaml holds, and the compiled table is its own."""
    path = repo.policy_path(place.root)
    if not os.path.exists(path):
        remedy = "Run `tierwise install` to have a policy of your own."
        yield warn(
            "policy",
            "no tierwise.yaml: spawns are routed by the balanced preset",
            remedy,
        )
        return
    try:
        load_policy(place.root)
    except TierwiseError as error:
        remedy = "Fix tierwise.yaml. Until then the last valid policy stays in effect."
        parts = filter(None, (error.place, "; ".join(error.message.splitlines())))
        yield fail("policy", ": ".join(parts), remedy)
        return
    shared = table.load_shared(place.root)
    if shared is None:
        yield fail(
            "policy",
            f"{table.SHARED} is missing or broken",
            "Run `tierwise sync`.",
        )
    elif not table.is_current(place.root, shared):
        remedy = "Run `tierwise sync`: the hook follows already, agent files do not."
        yield warn(
            "policy",
            "the generated files are older than tierwise.yaml",
            remedy,
        )
    else:
        yield ok(
            "policy",
            "tierwise.yaml holds and is compiled",
        )


def check_mode(place: Place) -> Iterator[Diagnosis]:
    """Tell how far the hook goes here."""
    known = table.load(place.root) or table.load_default()
    mode = mode_of(place.environ, known)
    asked = place.environ.get("TIERWISE_MODE", "")
    if asked and asked.strip().lower() not in MODES:
        yield warn(
            "mode",
            f'TIERWISE_MODE is "{asked}"',
            f"Set it to one of {', '.join(MODES)}, or unset it.",
        )
    source = "hooks.mode"
    if mode == asked.strip().lower():
        source = "TIERWISE_MODE"
    if mode == "enforce":
        yield ok("mode", f"enforce: {MODES[mode]}")
    else:
        yield warn(
            "mode", f"{source} is {mode}: {MODES[mode]}", "Set it to enforce to have spawns routed."
        )


def check_log(place: Place) -> Iterator[Diagnosis]:
    """Faults of the hook in the last week."""
    now = datetime.datetime.now(datetime.timezone.utc)
    since = (now - RECENT).strftime("%Y-%m-%dT%H:%M:%S")
    lines = []
    for line in fault_log.lines(place.root):
        # The shim's own lines, from before our code is loaded, have none.
        has_time = line[:4].isdigit()
        if not has_time or line >= since:
            lines.append(line)
    if not lines:
        yield ok(
            "log",
            "the hook has noted no fault in the last week",
        )
        return
    shown = " | ".join(lines[-SHOWN:])
    remedy = f"See {os.path.relpath(fault_log.path(place.root), place.root)}; remove it when fixed."
    yield warn(
        "log",
        f"{len(lines)} faults in the last week, the last: {shown}",
        remedy,
    )
