"""`tierwise verify`: run a real client against the stand-in API and compare the wire with the policy."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tierwise import ledger
from tierwise.domain.coding_tools import CLAUDE, label_of
from tierwise.loose import as_mapping
from tierwise.verify import cases
from tierwise.verify.cases import SpawnCase
from tierwise.verify.client import Client
from tierwise.verify.stand_in import Loopback, Request
from tierwise.verify.tools.running import RunningClients
from tierwise.verify.turns import ToolCall, say, use
from tierwise.verify.verdict import (
    Assigned,
    ProofLine,
    join_written,
    judge_line,
)
from tierwise.verify.workspace import (
    ProofWorkspace,
    make_workspace,
    read_pins,
)

FIRST_PROMPT = "Go on with the first item of the list."
HOMES = 3  # one for the spawns, one for the commands, one for a fork
AT_ONCE = 2
# Allows forks in `-p`, and sends every spawn to the background.
FORKS = {"CLAUDE_CODE_FORK_SUBAGENT": "1"}
Row = Mapping[str, Any]
Report = Callable[[str], None]


@dataclass(frozen=True)
class Proof:
    """All lines for one client.  ``settings`` are those of the user's that were copied.

    ``always_on`` are the characters that the generated files add to each request of the main session, where measured.
    """

    version: str
    client: str
    policy: str
    settings: Mapping[str, object]
    lines: tuple[ProofLine, ...]
    target: str = CLAUDE
    always_on: int | None = None

    @property
    def title(self) -> str:
        """The tool and its version, for people."""
        return f"{label_of(self.target)} {self.version}"

    @property
    def holds(self) -> bool:
        """Whether nothing on the wire differs from the policy."""
        return all(line.verdict != "differs" for line in self.lines)

    def count(self, verdict: str) -> int:
        """Tell how many lines have this verdict."""
        return sum(line.verdict == verdict for line in self.lines)

    def as_json(self) -> dict[str, Any]:
        """Return the document of ``--json``."""
        return {
            "schema_version": 1,
            "ok": self.holds,
            "target": self.target,
            "version": self.version,
            "client": self.client,
            "policy": self.policy,
            "settings": dict(self.settings),
            "always_on_characters": self.always_on,
            "lines": [line.as_json() for line in self.lines],
        }


def prove_policy(
    client: Client,
    root: str | None,
    settings: Mapping[str, object],
    env: Mapping[str, str],
    report: Report = lambda _: None,
    users: Path | None = None,
) -> Proof:
    """Run everything that is tried.  Raises TierwiseError for a broken policy, ClientFailedError for the client.

    ``settings`` and ``env`` are the user's own, as far as they matter for routing.  ``report`` hears what is done.
    ``users`` is the client's folder in the user's home, whose agents are tried, too.
    """
    running = RunningClients()
    client = replace(client, running=running)
    lines: list[ProofLine] = []
    with tempfile.TemporaryDirectory(prefix="tierwise-verify-") as folder:
        report("copying the policy")
        place = make_workspace(
            Path(folder),
            root,
            settings,
            HOMES,
            users,
        )
        report(f"running Claude Code {client.version}")
        with ThreadPoolExecutor(AT_ONCE) as pool, running:
            ways = (_run_spawns, _run_commands, _run_fork)
            runs = [pool.submit(way, client, place, env) for way in ways]
            for run in runs:
                lines += run.result()
    policy = root or "the balanced preset"
    return Proof(
        client.version,
        str(client.path),
        policy,
        _show_settings(settings, env),
        tuple(lines),
    )


def _show_settings(
    settings: Mapping[str, object],
    env: Mapping[str, str],
) -> dict[str, object]:
    """Return all that was copied of the user's, by the names that people know."""
    shown = dict(settings)
    if env:
        shown["environment"] = dict(env)
    return shown


def _run_spawns(
    client: Client,
    place: ProofWorkspace,
    env: Mapping[str, str],
) -> list[ProofLine]:
    """Run the main conversation's first turn, every spawn, and the workflow: one session."""
    tried = cases.list_cases(
        _agents_of(place),
        _own_agents(place),
    )
    workflow = cases.workflow_call()
    with Loopback(main=cases.script_turns(tried, workflow)) as api:
        client.ask(
            FIRST_PROMPT,
            "--allowedTools",
            "Workflow",
            cwd=place.root,
            home=place.homes[0],
            url=api.url,
            env=env,
        )
        requests = list(api.requests)
    decisions = _read_decisions(place)
    first: dict[str, Request] = {}
    for request in requests:
        if request.spawn:
            first.setdefault(request.spawn.id, request)
    lines = [_judge_main(place, requests, client.version)]
    for case in tried:
        row = decisions.get(case.call.id)
        seen = first.get(case.call.id)
        lines.append(_judge_spawn(place, case, row, seen, client))
    return lines + _judge_workflow(workflow, decisions, requests, client.version)


def _read_decisions(place: ProofWorkspace) -> dict[str, Row]:
    """Read the hook's decisions by the call that each is on."""
    found: dict[str, Row] = {}
    for row in ledger.read(str(place.root)):
        if row.get("row") == "decision":
            found[str(row.get("tool_use_id"))] = dict(row)
    return found


def _run_commands(
    client: Client,
    place: ProofWorkspace,
    env: Mapping[str, str],
) -> list[ProofLine]:
    """Run each slash command as a turn of one session, then a turn without one."""
    commands = place.commands()
    lines = []
    with (
        Loopback(default=say("Done.")) as api,
        client.session(cwd=place.root, home=place.homes[1], url=api.url, env=env) as session,
    ):
        session.ask(FIRST_PROMPT)
        plain = api.of_main()[-1]
        for name, prompt in cases.command_prompts(commands).items():
            session.ask(prompt)
            seen = api.of_main()[-1]
            line = _judge_command(
                place,
                name,
                commands[name],
                seen,
                plain,
                client.version,
            )
            lines.append(line)
    return lines


def _run_fork(
    client: Client,
    place: ProofWorkspace,
    env: Mapping[str, str],
) -> list[ProofLine]:
    """Run a fork: it begins with its parent's conversation, and its own task comes last."""
    case = cases.fork_case()
    with Loopback(main=[use(case.call), say("all back")]) as api:
        client.ask(
            FIRST_PROMPT,
            cwd=place.root,
            home=place.homes[2],
            url=api.url,
            env={**env, **FORKS},
        )
        requests = list(api.requests)
    line = judge_line(
        case.way,
        case.name,
        case.requested,
        assigned=None,
        written="",
        seen=_find_spawned(requests, str(case.call.input["prompt"])),
        version=client.version,
    )
    return [line]


def _agents_of(place: ProofWorkspace) -> list[str]:
    """List the agents that the policy names and the repository has."""
    named = as_mapping(place.table["agents"])
    return [name for name in place.project_agents if name in named]


def _own_agents(place: ProofWorkspace) -> list[str]:
    """List the project's other agents, and the user's; one in the place of a built-in agent is tried as that."""
    tried = {*_agents_of(place), *cases.BUILT_IN}
    return [name for name in (*place.project_agents, *place.users_agents) if name not in tried]


def _judge_spawn(
    place: ProofWorkspace,
    case: SpawnCase,
    row: Row | None,
    seen: Request | None,
    client: Client,
) -> ProofLine:
    files = place.users_agents | place.project_agents
    from_file = ""
    if case.name in files:
        pins = read_pins(files[case.name])
        from_file = " ".join(pins.values())
    requested = case.requested or from_file
    assigned, written = _read_decision(row)
    if assigned and not written and from_file:
        written = f"{from_file} (agent file)"
    return judge_line(
        case.way,
        case.name,
        requested,
        assigned,
        written,
        seen,
        client.version,
    )


def _judge_workflow(
    workflow: ToolCall,
    decisions: Mapping[str, Row],
    requests: list[Request],
    version: str,
) -> list[ProofLine]:
    lines = []
    for number, prompt in enumerate(cases.WORKFLOW_PROMPTS, 1):
        row = decisions.get(f"{workflow.id}#{number}")
        seen = _find_spawned(requests, prompt)
        name = f"agent() {number}"
        if row is not None:
            name += f": {row.get('agent')}"
        assigned, written = _read_decision(row)
        line = judge_line(
            "workflow",
            name,
            "",
            assigned,
            written,
            seen,
            version,
        )
        lines.append(line)
    return lines


def _find_spawned(
    requests: list[Request],
    prompt: str,
) -> Request | None:
    """Find the first request of an agent with this prompt."""
    for one in requests:
        if one.is_subagent and prompt in one.text:
            return one
    return None


def _judge_main(
    place: ProofWorkspace,
    requests: list[Request],
    version: str,
) -> ProofLine:
    wanted = as_mapping(place.table["session"])
    model = wanted.get("model")
    effort = wanted.get("effort")
    if model in ("opusplan", "default"):
        model = None
    assigned = Assigned("left to the client", model, effort)
    if model or effort:
        assigned = Assigned("session", model, effort)
    seen = next(
        (one for one in requests if not one.is_subagent),
        None,
    )
    return judge_line(
        "main conversation",
        "first turn",
        "",
        assigned,
        "settings",
        seen,
        version,
    )


def _judge_command(
    place: ProofWorkspace,
    name: str,
    pins: Mapping[str, str],
    seen: Request,
    plain: Request,
    version: str,
) -> ProofLine:
    tier = ""
    if name in as_mapping(place.table["tiers"]):
        tier = name
    model = pins.get("model", plain.model)
    assigned = Assigned(tier, model, pins.get("effort"))
    written = " ".join(pins.values())
    answered = None
    if f"<command-name>/{name}</command-name>" in seen.text:
        answered = seen
    return judge_line(
        "command",
        f"/{name}",
        "",
        assigned,
        written,
        answered,
        version,
    )


def _read_decision(row: Row | None) -> tuple[Assigned | None, str]:
    """Tell what the hook assigned and wrote; nothing where it has recorded no decision."""
    if row is None:
        return None, ""
    assigned = Assigned(
        str(row.get("tier") or ""),
        row.get("model"),
        row.get("effort"),
    )
    return assigned, join_written(row.get("wrote") or {})
