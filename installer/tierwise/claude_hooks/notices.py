"""The two events that may say something: a session's start to the person, a prompt to the model; one line at most."""

import os
import sys
import time

from tierwise import bundle, ledger, repo
from tierwise.claude_hooks import (
    fault_log,
    in_session,
    live,
    session_path,
    spend_note,
)
from tierwise.claude_hooks.modes import mode_of
from tierwise.domain import client_facts, kinds, table
from tierwise.domain.models import family_of
from tierwise.files import open_regular
from tierwise.shown import neutralise

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from tierwise.claude_hooks.event import Event
    from tierwise.domain.client_rows import SessionRow
    from tierwise.domain.table_shape import Table

TAIL = 256 << 10  # bytes of a transcript in which the session's model is looked for


def answer_notice(event: "Event") -> "dict[str, Any]":
    """Tell what to say at a session's start or at a prompt; empty when there is nothing true to say."""
    if event.name == "UserPromptSubmit":
        return _answer_prompt(event)
    return _answer_start(event)


def _answer_start(event: "Event") -> "dict[str, Any]":
    try:
        session_path.offer_command(event.environ)
    except OSError as error:
        fault_log.note(event.root, event.name, error)
    now = live.current(event.root)
    if mode_of(event.environ, now.table) == "off":
        return {}
    lines = session_lines(event, now)
    if event.root is not None and _syncs_at_start(now):
        _sync_in_background(event.root)
    try:
        _record_start(event, now.table)
    except OSError as error:  # a folder that git tracks or nobody can write to
        lines.append(f"nothing is recorded here ({error})")
    if not lines:
        return {}
    return {"systemMessage": neutralise("tierwise: " + "; ".join(lines))}


def _answer_prompt(event: "Event") -> "dict[str, Any]":
    # A prompt does not wait for an edited policy to be compiled: its spawns will have it compiled.
    policy = table.load(event.root) or table.load_default()
    if mode_of(event.environ, policy) == "off":
        return {}
    notes = ""
    if event.root:
        notes = in_session.take_notes(
            event.root,
            event.session_id,
        )
    line = "\n".join(filter(None, (notes, prompt_line(event, policy))))
    if not line:
        return {}
    return {"hookSpecificOutput": {"hookEventName": event.name, "additionalContext": line}}


def session_lines(
    event: "Event",
    now: "live.Current",
) -> list[str]:
    """List everything that is not as it should be when a session starts, most serious first."""
    lines = []
    if now.fault:
        lines.append(f"the policy is broken, the last valid one stays in effect ({now.fault})")
    elif event.root is not None and _is_stale(event.root):
        remedy = "run `tierwise sync`"
        if _syncs_at_start(now):
            remedy = "they follow now, live in the next session"
        lines.append(f"the generated files are older than tierwise.yaml; {remedy}")
    lines += _untrusted_line(event, now)
    lines += client_facts.find_differences(
        event.client,
        event.environ,
    )
    budget = spend_note.warning(event.root, now.table)
    if budget:
        lines.append(budget)
    edited = _edited_agents(event)
    if edited:
        names = ", ".join(edited)
        lines.append(f"edited since this session read its agents, live in the next one: {names}")
    return lines


def _untrusted_line(
    event: "Event",
    now: "live.Current",
) -> list[str]:
    if event.root is None:
        return _foreign_line(event)
    if not now.table.get("withheld"):
        return []
    from tierwise.trust.guard import describe_withheld

    return [describe_withheld(event.root, now.table)]


def _foreign_line(event: "Event") -> list[str]:
    folder = event.environ.get("CLAUDE_PROJECT_DIR") or event.text("cwd")
    if not os.path.isdir(folder):
        return []
    foreign = repo.find_foreign(folder)
    if not foreign:
        return []
    return [f"{foreign} belongs to another user and is ignored"]


def _syncs_at_start(now: "live.Current") -> bool:
    """Tell whether the policy wants its files brought up to date when a session starts, and can be read."""
    return now.table.get("sync") == "on-checkout" and not now.fault and hasattr(os, "posix_spawn")


def _sync_in_background(root: str) -> None:
    """Start what git's post-merge hook does, in the repository, and do not wait: the session may begin."""
    script = '(cd "$1" && exec "$2" -I -S "$3" post-merge) &'
    package = os.path.dirname(os.path.abspath(bundle.__file__))
    hook = os.path.join(package, "hook_main.py")
    call = [
        "sh",
        "-c",
        script,
        "sh",
        root,
        sys.executable,
        hook,
    ]
    quiet = [(os.POSIX_SPAWN_OPEN, number, os.devnull, os.O_RDWR, 0) for number in range(3)]
    shell = os.posix_spawn(
        "/bin/sh",
        call,
        os.environ,
        file_actions=quiet,
    )
    os.waitpid(shell, 0)


def prompt_line(
    event: "Event",
    policy: "Table",
) -> str:
    """Return one line for the model where the session's tier and the task's differ by a tier; off by default."""
    prompt = event.text("prompt")
    options = policy.get("hooks") or {}
    # Slash commands, the client's own notifications and shell lines are no tasks.
    is_task = prompt.strip() and prompt[0] not in "/<!"
    if not options.get("prompt_line") or not is_task:
        return ""
    from tierwise.classify.signals import read_signals
    from tierwise.routing.decide import decide

    facts = {**(policy.get("repository") or {}), "background": False}
    decision = decide(
        read_signals(prompt, None, (), facts),
        policy,
    )
    session = session_alias(event, policy)
    both_known = decision.alias in kinds.ALIASES and session in kinds.ALIASES
    if not both_known or decision.alias == session:
        return ""
    return (
        f"tierwise: this looks like {decision.kind} work for the {decision.tier} tier ({decision.alias}); "
        f"the session runs on {session}. Give it to a subagent: spawns are routed by the policy."
    )


def session_alias(
    event: "Event",
    policy: "Table",
) -> str:
    """Return the family of the model that the main session last used, else of the policy's ``session.model``."""
    named = _last_model(event.transcript)
    if not named:
        named = str((policy.get("session") or {}).get("model") or "")
    return family_of(named) or ""


def _last_model(transcript: str) -> str:
    try:
        with open_regular(transcript) as handle:
            handle.seek(max(0, handle.seek(0, os.SEEK_END) - TAIL))
            text = handle.read()
    except (OSError, ValueError):  # ValueError: a path with a NUL
        return ""
    _, found, rest = text.rpartition(b'"model":"claude-')
    if not found:
        return ""
    name, _, _ = rest.partition(b'"')
    return "claude-" + name.decode("ascii", "replace")


def _is_stale(root: str) -> bool:
    shared = table.load_shared(root)
    return shared is not None and not table.is_current(root, shared)


def _edited_agents(event: "Event") -> list[str]:
    """Agent files newer than the moment this process read them; only a session that goes on can have any."""
    if event.root is None or event.text("source") not in ("compact", "clear"):
        return []
    began = _find_start(event, event.root)
    if began is None:
        return []
    folder = os.path.join(event.root, ".claude", "agents")
    if not os.path.isdir(folder):
        return []
    edited = []
    for name in sorted(os.listdir(folder)):
        if name.endswith(".md"):
            changed = os.stat(os.path.join(folder, name)).st_mtime
            if changed > began:
                edited.append(name.removesuffix(".md"))
    return edited


def _find_start(event: "Event", root: str) -> "float | None":
    """Tell when this process read its agents, in seconds since 1970; None where the ledger does not tell."""
    same = {"session_id": event.session_id}
    pid = event.environ.get("CLAUDE_PID", "")
    if pid:
        same = {"pid": pid}
    try:
        with ledger.Log(root) as log:
            rows = log.recent(row="session", **same)
    except OSError:
        return None
    starts = [row for row in rows if row.get("source") in ("startup", "resume")]
    if not starts:
        return None
    began = starts[-1].get("at")
    if not isinstance(began, (int, float)):
        return None
    return began


def _record_start(
    event: "Event",
    policy: "Table",
) -> None:
    if event.root is None or not os.path.isdir(os.path.join(event.root, repo.FOLDER)):
        return  # a repository that has never had a policy is not written to before it spawns something
    source = event.text("source")
    pid = event.environ.get("CLAUDE_PID", "")
    at = time.time()
    row: SessionRow = {
        "row": "session",
        "session_id": event.session_id,
        "what": "start",
        "source": source,
        "client": event.client,
        "model": event.data.get("model"),
        "pid": pid,
        "at": at,
        "transcript": event.transcript,
        "once": f"{event.session_id}/{source}/{pid}/{int(at) // 5}",
    }
    ledger.append_once(
        event.root,
        row,
        "once",
        size=ledger.size_of(policy),
    )
