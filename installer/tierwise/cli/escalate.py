"""``tierwise escalate``: send a task's next spawn one tier up."""

from __future__ import annotations

import json
from typing import Any

import click

from tierwise.cli.show import print_line
from tierwise.errors import TierwiseError
from tierwise.shown import neutralise

_SHORTEST_FINGERPRINT = 8  # characters; a shorter beginning may name another task


@click.command("escalate", short_help="Send a task's next spawn one tier up.")
@click.argument("task", required=False)
@click.option("--list", "list_them", is_flag=True, help="List the tasks that are marked.")
@click.option("--clear", "take_back", is_flag=True, help="Take the mark away again.")
@click.option("--why", metavar="TEXT", default="asked for", help="The reason, for the ledger.")
@click.option("--json", "as_json", is_flag=True, help="Print the outcome as JSON.")
def command(task: str | None, list_them: bool, take_back: bool, why: str, as_json: bool) -> None:
    """Mark TASK (its prompt, a fingerprint of the ledger, or `last`: the newest spawn) to go one tier up.

    The mark is local to this clone and holds until it is cleared.
    """
    from tierwise import ledger, repo
    from tierwise.claude_hooks import escalations as marks

    if list_them and (take_back or task is not None):
        raise click.UsageError("--list stands alone: it takes neither TASK nor --clear.")
    root = repo.require_root()
    if list_them:
        _show_all(marks.all_marks(root), as_json)
        return
    fingerprint = _find_fingerprint(root, task or "last")
    if take_back:
        had = marks.clear(root, fingerprint)
        answer: dict[str, Any] = {"task": fingerprint, "up": 0, "cleared": had}
        text = "there was no mark"
        if had:
            text = "the mark is gone"
    else:
        up = marks.mark_up(root, fingerprint, why)
        ledger.append(
            root, {"row": "escalation", "task": fingerprint, "up": up, "why": why, "who": "person"}
        )
        answer = {"task": fingerprint, "up": up, "cleared": False}
        tiers = "1 tier"
        if up != 1:
            tiers = f"{up} tiers"
        text = f"the next spawn of {fingerprint[:12]} goes {tiers} up"
    if as_json:
        text = json.dumps(answer)
    else:
        text = neutralise(text)
    click.echo(text)


def _find_fingerprint(root: str, task: str) -> str:
    from tierwise import ledger

    rows = [row for row in ledger.read(root) if row.get("row") == "decision" and row.get("task")]
    if task == "last":
        if not rows:
            raise TierwiseError(
                "the ledger has no spawn yet",
                place="tierwise escalate",
                remedy="Give the task's text instead.",
            )
        return str(rows[-1]["task"])
    known = [str(row["task"]) for row in rows if str(row["task"]).startswith(task.strip().lower())]
    if len(task.strip()) >= _SHORTEST_FINGERPRINT and known:
        return known[-1]
    return ledger.fingerprint(root, task)


def _show_all(found: dict[str, dict[str, object]], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps([{**mark} for mark in found.values()]))
        return
    for fingerprint, mark in found.items():
        print_line(f"{fingerprint[:12]}  +{mark['up']}  {mark.get('time')}  {mark.get('why')}")
