"""The cascade inside Claude Code: a subagent's work is checked when it stops.  Standard library only.

An agent below the top tier that changed code is sent back with the failed gate's words, at most twice; then the
task is marked, its next spawn goes a tier up, and the main session is told in one line.  Files that return to an
earlier content (by the hashes of ``PostToolUse``) count as a failure too.  The gates run in a process of their own
(``tierwise gate``), bounded by ``gates.in_session_seconds``.  What cannot be checked is said, never held against.
"""

import os
import sys
import time

from tierwise import fastjson, ledger, local_state
from tierwise.claude_hooks.agent_task import read_task
from tierwise.claude_hooks.escalations import mark_up, marked_up
from tierwise.claude_hooks.session_state import (
    FOLDER,
    SessionState,
)
from tierwise.files import safe_name
from tierwise.loose import (
    as_text,
)
from tierwise.transcripts import served

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any, Literal

    from tierwise.domain.client_rows import GateRow
    from tierwise.domain.table_shape import Table

__all__ = [
    "gates_for",
    "marked_up",
    "on_edit",
    "on_subagent_start",
    "on_subagent_stop",
    "take_notes",
]

SENT_BACK = 2  # times that an agent fixes its work before the task goes up
ASKS = "ask-a-person"  # the outcome of a gate that leaves what it looked at to a person
STARTING = 5  # seconds that the gates' process has beside the time of the gates
_REASON = 3000  # characters of evidence that an agent reads


def gates_for(
    agent: str,
    table: "Table",
) -> "list[str]":
    """Return the gates that the policy sets for an agent; empty where in-session gating is off for it."""
    chosen = _find_gates(table).get("in_session") or {}
    names = chosen.get("*") or ()
    return list(chosen.get(agent, names))


def _find_gates(table: "Table") -> "Mapping[str, Any]":
    """Find the policy's `gates:`; empty where it has none."""
    return table.get("gates") or {}


def on_subagent_start(
    payload: "Mapping[str, Any]",
    table: "Table",
    root: str,
) -> None:
    """Remember the files as they are when a gated agent starts: what it is judged by is what changes from here."""
    if not gates_for(as_text(payload.get("agent_type")), table):
        return
    tree = _take_tree(root)
    if tree:
        SessionState(root, payload).add({"base": tree})


def _take_tree(root: str) -> str:
    """Return the files as they are, as git names them; empty without git or commits: HEAD is compared with, or nothing."""
    from tierwise.errors import TierwiseError
    from tierwise.git import snapshot

    try:
        top = _find_top(root)
        own = os.path.relpath(
            local_state.path(os.path.realpath(root)),
            top,
        )
        return snapshot.take(top, (own,))
    except TierwiseError:
        return ""


def on_edit(payload: "Mapping[str, Any]", table: "Table", root: str) -> "dict[str, Any] | None":
    """Note the content that an edit has left; say it, once a file, when it is one that the file had before."""
    is_gated = bool(_find_gates(table).get("in_session"))
    if not is_gated and not _is_routed(payload, table):
        return None
    tool_input = payload.get("tool_input") or {}
    path = tool_input.get("file_path") or tool_input.get("notebook_path")
    if not isinstance(path, str):
        return None
    state = SessionState(root, payload)
    told = path in state.circular()
    circular = _note_content(state, path, payload)
    if told or not circular or not is_gated:
        return None
    name = os.path.relpath(path, root)
    text = f"Tierwise: {name} is back to an earlier content: this goes in circles. Say what is wrong before editing on."
    return {"hookSpecificOutput": {"hookEventName": "PostToolUse", "additionalContext": text}}


def _note_content(
    state: SessionState,
    path: str,
    payload: "Mapping[str, Any]",
) -> bool:
    """Note what a file holds now; True where it held the same before the last edits."""
    from tierwise.digests import hash_sha256
    from tierwise.domain.table import digest_text_file

    known = state.hashes(path)
    before = (payload.get("tool_response") or {}).get("originalFile")
    if not known and isinstance(before, str):
        known = [hash_sha256(before.encode("utf-8", "surrogatepass"))]
        state.add({"path": path, "hash": known[0]})
    now = digest_text_file(path)
    if not now:
        return False
    circular = now in known[:-1]
    state.add({"path": path, "hash": now, "circular": circular, "at": time.time()})
    return circular


def _is_routed(
    payload: "Mapping[str, Any]",
    table: "Table",
) -> bool:
    """Tell whether a call is of a main conversation that is routed: there a stall raises the turn."""
    routing = (table.get("session") or {}).get("routing")
    return routing == "on" and not payload.get("agent_id")


def on_subagent_stop(
    payload: "Mapping[str, Any]", table: "Table", root: str
) -> "dict[str, Any] | None":
    """Check what an agent did.  None lets it stop; ``{"decision": "block", "reason"}`` sends it back."""
    agent = as_text(payload.get("agent_type"))
    names = gates_for(agent, table)
    if not names:
        return None
    decided = _find_decision(payload, root)
    tier = str(decided.get("tier") or _tier_of(agent, table))
    ladder = table["ladder"]
    if tier == ladder[-1]:
        return None
    state = SessionState(root, payload)
    outcome = _run_gates(
        names,
        state.base(),
        table,
        root,
        read_task(payload),
    )
    circular = sorted(set(state.circular()))
    row: GateRow = {
        "row": "gate",
        "session_id": as_text(payload.get("session_id")),
        "agent_id": as_text(payload.get("agent_id")),
        "agent": agent,
        "tier": tier,
        "task": decided.get("task"),
        "sent_back": state.sent_back(),
        "failed": [],
        "not_run": [],
        "asks": [],
        "circular": len(circular),
        "seconds": outcome.get("seconds", 0),
        "changed": bool(outcome.get("changed")),
        "fault": outcome.get("fault", ""),
    }
    failed = _name_gates(row, outcome.get("gates", ()))
    ledger.append(root, row)
    if not failed:
        return _describe_unchecked(row)
    # A return to an earlier content is one of the failures that a tier may have.
    if state.sent_back() + len(circular) < SENT_BACK:
        state.add({"sent_back": True})
        return {"decision": "block", "reason": _write_reason(failed, circular, root)}
    return _give_up(root, row, ladder)


def _name_gates(
    row: "GateRow",
    gates: "Iterable[dict[str, Any]]",
) -> "list[dict[str, Any]]":
    """Name in the row each gate that was not simply passed; return those that failed."""
    failed = []
    for gate in gates:
        verdict = _find_verdict(gate)
        if verdict is not None:
            row[verdict].append(gate["name"])
        if verdict == "failed":
            failed.append(gate)
    return failed


def _find_verdict(gate: "Mapping[str, Any]") -> "Literal['not_run', 'asks', 'failed'] | None":
    """Tell where a gate is named in the ledger's row; None for one that was passed."""
    if not gate.get("ran"):
        return "not_run"
    if gate.get("passed"):
        return None
    if gate.get("outcome") == ASKS:
        return "asks"
    return "failed"


def _describe_unchecked(row: "GateRow") -> "dict[str, Any] | None":
    """Tell what is said of work that no gate has failed: nothing, unless a gate could not look at it."""
    if row["fault"]:
        return {"systemMessage": f"Tierwise: {row['agent']} was not checked: {row['fault']}"}
    if row["changed"] and row["not_run"]:
        names = ", ".join(row["not_run"])
        return {
            "systemMessage": f"Tierwise: {row['agent']} was not fully checked: {names} could not run in time"
        }
    if row["asks"]:
        return {
            "systemMessage": f"Tierwise: {row['agent']} changed what tests expect: look whether its task wants that"
        }
    return None


def take_notes(root: str, session: str) -> str:
    """Tell what the main session has not been told yet, one line each; empty when there is nothing."""
    name = _name_notes(session)
    taken = f"{name}.{os.getpid()}"
    try:
        with local_state.Folder(root, FOLDER) as folder:
            folder.rename(
                name,
                folder,
                taken,
            )  # of several hooks at once, one delivers
            text = local_state.read(root, FOLDER, taken) or b""
            folder.unlink(taken)
    except OSError:
        return ""
    return text.decode("utf-8", "replace").strip()


def _give_up(
    root: str,
    row: "GateRow",
    ladder: "list[str]",
) -> "dict[str, Any]":
    """Mark the task, and leave a line for the main session: to the person now, to the model with its next event."""
    names = ", ".join(row["failed"])
    tier = row["tier"]
    up = ladder[-1]
    if tier in ladder[:-1]:
        up = ladder[ladder.index(tier) + 1]
    text = f"Tierwise: {row['agent']} on {tier} failed {names} after {row['sent_back']} returns; spawn it again "
    if row["task"]:
        mark_up(
            root,
            str(row["task"]),
            f"{names} failed on {tier}",
        )
        text += f"with the same prompt: it goes to {up}."
    else:
        text += f"with [tier: {up}] in its prompt."  # the spawn is not in the ledger, so nothing can be marked
    told = {
        "session_id": row["session_id"],
        "agent": row["agent"],
        "task": row["task"],
    }
    ledger.append(
        root,
        {"row": "escalation", **told, "from": tier, "to": up, "why": names},
    )
    line = f"{text}\n".encode("utf-8", "replace")
    local_state.append(
        root,
        FOLDER,
        _name_notes(row["session_id"]),
        data=line,
    )
    return {"systemMessage": text}


def _name_notes(session: str) -> str:
    """Name the file in which the lines for a session's main conversation wait."""
    return f"{safe_name(session or 'session')}.notes"


def _write_reason(
    failed: "list[dict[str, Any]]",
    circular: "list[str]",
    root: str,
) -> str:
    parts = ["Tierwise checked your changes; they do not pass. Fix them, then finish."]
    for gate in failed:
        parts.append(f"[{gate['name']}] {str(gate.get('evidence', ''))[-_REASON:]}")
    if circular:
        names = ", ".join(os.path.relpath(path, root) for path in circular)
        parts.append(f"You went in circles on {names}: try another way.")
    return "\n".join(parts)


def _run_gates(
    names: "list[str]", base: str, table: "Table", root: str, task: str
) -> "dict[str, Any]":
    """Run ``tierwise gate`` in a process of its own: ``{"changed", "gates", "seconds"}``, or ``{"fault"}``."""
    if base and base == _take_tree(root):
        return {}  # nothing has changed: the process would take 0.7 s to say so

    import subprocess

    from tierwise.own_process import isolated_call
    from tierwise.processes import kill_group

    seconds = float(_find_gates(table).get("in_session_seconds") or 20)
    asked = [
        "gate",
        "--if-changed",
        "--quick",
        "--seconds",
        str(seconds),
        "--json",
    ]
    if base:
        asked += ["--base", base]
    if task:
        asked += ["--task", task]
    call = isolated_call(
        sys.executable,
        "tierwise.cli",
        "run",
        [*asked, "--", *names],
    )
    try:
        process = subprocess.Popen(
            call, cwd=root, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            start_new_session=os.name != "nt",
        )  # fmt: skip
    except OSError as error:
        return {"fault": str(error)}
    try:
        output, errors = process.communicate(timeout=seconds + STARTING)
    except subprocess.TimeoutExpired:
        kill_group(process)
        process.communicate()
        return {"fault": f"the gates did not finish within {seconds:g} s"}
    return _read_outcome(output, errors, process.returncode)


def _read_outcome(
    output: bytes,
    errors: bytes,
    code: int,
) -> "dict[str, Any]":
    try:
        found = fastjson.loads(output)
    except ValueError:
        lines = errors.decode("utf-8", "replace").strip().splitlines()
        if lines:
            return {"fault": lines[-1][:300]}
        return {"fault": f"the gates ended with code {code}"}
    if not isinstance(found, dict):
        return {"fault": "the gates gave no answer"}
    return found


def _find_decision(
    payload: "Mapping[str, Any]",
    root: str,
) -> "dict[str, Any]":
    """Find the ledger's row of the spawn that this agent comes from; empty where nothing joins them."""
    meta = served.read_meta(as_text(payload.get("agent_transcript_path")))
    wanted = meta.get("toolUseId")
    if not wanted:
        return {}
    found: dict[str, Any] = {}
    for row in ledger.read(root):
        if row.get("row") == "decision" and row.get("tool_use_id") == wanted:
            found = row
    return found


def _tier_of(agent: str, table: "Table") -> str:
    line = table.get("agents", {}).get(agent) or {}
    return str(line.get("tier") or table["default"])


def _find_top(root: str) -> str:
    from tierwise.git.snapshot import git_text

    return git_text(root, "rev-parse", "--show-toplevel")
