"""``tierwise watch``."""

from __future__ import annotations

import datetime
import functools
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

import click

from tierwise import ledger, repo
from tierwise.cli.options import json_option
from tierwise.cli.show import describe_kept_edit
from tierwise.errors import OK, OUTSIDE, USAGE
from tierwise.sync.watch.only_one import (
    note,
    only_watcher,
    read_note,
)
from tierwise.sync.watch.service import service_text
from tierwise.sync.watch.sessions import open_sessions

_NAMES_SHOWN = 6  # of the agents that one message lists
_MANY = 5  # drifted files that are named one by one
_KINDS = {"darwin": "launchd"}


@click.command(name="watch")
@click.option("--once", is_flag=True, help="Look once, sync, and end.")
@click.option(
    "--repair",
    is_flag=True,
    help="Also put back generated files that were edited or deleted by hand.",
)
@click.option(
    "--poll", is_flag=True, help="Do not use file events; look at the disk twice a second."
)
@click.option(
    "--print-service",
    is_flag=True,
    help="Print a systemd user unit (macOS: a launchd plist) and end.",
)
@json_option
def command(
    once: bool,
    repair: bool,
    poll: bool,
    print_service: bool,
    as_json: bool,
) -> int:
    """Keep the generated files in sync while you edit.

    A broken policy changes nothing until it is fixed.  Files that you edit or delete by hand are reported and
    left as they are.  Ends cleanly on Ctrl-C and on SIGTERM.
    """
    root = os.path.realpath(repo.require_root())
    if print_service:
        click.echo(
            service_text(root, _KINDS.get(sys.platform, "systemd")),
            nl=False,
        )
        return OK
    say = functools.partial(_say_text, root)
    if as_json:
        say = functools.partial(_say_json, root)
    with only_watcher(root) as keep:
        if once:
            return _look_once(root, say, repair)
        _run_watcher(root, say, repair, poll, keep)
        return OK


def _look_once(
    root: str,
    say: Any,
    repair: bool,
) -> int:
    """Look once, and again only while git or an editor is at work; exit codes are those of ``tierwise sync``."""
    from tierwise.sync.watch.loop import AGAIN_SECONDS, Watcher

    heard: set[str] = set()

    def hear(event: str, **values: Any) -> None:
        heard.add(event)
        say(event, **values)

    watcher = Watcher(root, hear, repair)
    watcher.look()
    while watcher.again and not heard:
        time.sleep(AGAIN_SECONDS)
        watcher.look()
    if not heard:
        _note_event(root, "in sync", {})
    if "failed" in heard:
        return OUTSIDE
    if heard & {"broken", "gone"}:
        return USAGE
    return OK


def _run_watcher(
    root: str,
    say: Any,
    repair: bool,
    poll: bool,
    keep: Callable[[], bool],
) -> None:
    from tierwise.sync.watch.loop import watch

    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    introduce = functools.partial(
        note,
        root,
        pid=os.getpid(),
        started=_show_time(),
        running=True,
    )
    # What an earlier one did says nothing of this one's look.
    introduce(last_run=None, last_event=None)

    def looked() -> None:
        if keep():  # .tierwise/local was removed: what stood there is told again
            introduce()

    def watched() -> None:
        if read_note(root).get("last_run") is None:
            _note_event(root, "in sync", {})
        say("watching", pid=os.getpid())

    watch(
        root,
        say,
        stop,
        repair=repair,
        poll=poll,
        watched=watched,
        looked=looked,
    )
    say("stopped")


def _say_json(
    root: str,
    event: str,
    **values: Any,
) -> None:
    _note_event(root, event, values)
    click.echo(json.dumps({"schema_version": 1, "time": _show_time(), "event": event, **values}))


def _say_text(
    root: str,
    event: str,
    **values: Any,
) -> None:
    _note_event(root, event, values)
    stamp = datetime.datetime.now().strftime("%H:%M:%S")
    for line in _describe_event(root, event, values):
        click.echo(
            f"{stamp} {line}",
            err=event in ("broken", "failed", "gone"),
        )


def _describe_event(
    root: str,
    event: str,
    values: Mapping[str, Any],
) -> list[str]:
    if event == "synced":
        return _synced_words(root, values)
    if event == "drift":
        return _drift_words(values["files"])
    if event == "kept":
        return [describe_kept_edit(file["path"], file["backup"]) for file in values["files"]]
    if event == "polling":
        return [
            f"looking at the disk every {values['seconds']:g} s, without file events: {values['reason']}"
        ]
    texts = {
        "watching": "watching (process {pid}); Ctrl-C ends it",
        "broken": "{message}\n         the last valid files stay",
        "fixed": "the policy is good again",
        "stopped": "stopped",
    }
    return [texts.get(event, "{message}").format_map({"message": "", **values})]


def _drift_words(files: list[dict[str, str]]) -> list[str]:
    if not files:
        return ["no drift any more"]
    if len(files) > _MANY:
        names = ", ".join(file["path"] for file in files[:3])
        return [
            f"drift: {len(files)} files edited or deleted by hand ({names} ...); see `tierwise status`"
        ]
    ways = {
        "edited": "`tierwise sync --force --only {0}` takes the policy's, `--adopt --only {0}` keeps yours",
        "missing": "`tierwise sync` writes it again",
    }
    lines = []
    for file in files:
        way = ways.get(file["status"], "see `tierwise status`").format(file["path"])
        lines.append(f"drift: {file['path']} is {file['status']}: {way}")
    return lines


def _synced_words(
    root: str,
    values: Mapping[str, Any],
) -> list[str]:
    lines = [f"{_describe_synced(values['files'])} in {values['milliseconds']:g} ms"]
    if values["live"]:
        lines.append("  live now: the next spawn follows the policy")
    if values["next_session"]:
        names = [os.path.basename(path).removesuffix(".md") for path in values["next_session"]]
        shown = ", ".join(names[:_NAMES_SHOWN])
        if len(names) > _NAMES_SHOWN:
            shown += f" and {len(names) - _NAMES_SHOWN} more"
        lines.append(
            f"  within seconds with Claude Code 2.1.329 or later, else from the next session on: {shown}"
        )
        running = open_sessions(ledger.read(root))
        if running:
            lines.append(f"  sessions that still have the old ones: {', '.join(running)}")
    return lines


def _describe_synced(files: list[str]) -> str:
    return f"synced {_count_files(len(files))}"


def _count_files(count: int) -> str:
    if count == 1:
        return "1 file"
    return f"{count} files"


def _note_event(
    root: str,
    event: str,
    values: Mapping[str, Any],
) -> None:
    if event == "synced":
        note(
            root,
            last_run=_show_time(),
            last_event=_describe_synced(values["files"]),
        )
    elif event in ("in sync", "fixed"):
        note(root, last_run=_show_time(), last_event=event)
    elif event == "drift":
        last_event = "in sync"
        if values["files"]:
            last_event = f"drift: {_count_files(len(values['files']))} left"
        note(root, last_run=_show_time(), last_event=last_event)
    elif event in ("broken", "failed", "gone"):
        note(
            root, last_run=_show_time(), last_event=f"{event}: {values['message'].splitlines()[0]}"
        )


def _show_time() -> str:
    return datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds")
