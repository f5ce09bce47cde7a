"""`tierwise verify`: run a real client against the stand-in API and compare the wire with the policy."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tierwise import ledger
from tierwise.domain.coding_tools import CLAUDE, label_of
from tierwise.verify import cases
from tierwise.verify.cases import Case
from tierwise.verify.client import Client
from tierwise.verify.stand_in import Loopback, Request
from tierwise.verify.turns import ToolUse, say, use
from tierwise.verify.verdict import Assigned, Line, join_written, judge_line
from tierwise.verify.workspace import Workspace, make_workspace, read_pins

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
    lines: tuple[Line, ...]
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
        """How many lines have this verdict."""
        return sum(line.verdict == verdict for line in self.lines)

    def as_json(self) -> dict[str, Any]:
        """The document of ``--json``."""
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
) -> Proof:
    """Run everything that is tried.  Raises TierwiseError for a broken policy, ClientFailedError for the client.

    ``settings`` and ``env`` are the user's own, as far as they matter for routing.  ``report`` hears what is done.
    """
    with tempfile.TemporaryDirectory(prefix="tierwise-verify-") as folder:
        report("copying the policy")
        place = make_workspace(Path(folder), root, settings, HOMES)
        report(f"running Claude Code {client.version}")
        with ThreadPoolExecutor(AT_ONCE) as pool:
            runs = [
                pool.submit(run, client, place, env)
                for run in (_run_spawns, _run_commands, _run_fork)
            ]
            lines = [line for run in runs for line in run.result()]
    policy = root or "the balanced preset"
    return Proof(client.version, str(client.path), policy, settings, tuple(lines))


def _run_spawns(client: Client, place: Workspace, env: Mapping[str, str]) -> list[Line]:
    """The main conversation's first turn, every spawn, and the workflow: one session."""
    tried = cases.list_cases(_agents_of(place), _own_agents(place))
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
    rows = [dict(row) for row in ledger.read(str(place.root)) if row.get("row") == "decision"]
    decisions = {str(row.get("tool_use_id")): row for row in rows}
    first = {request.spawn.id: request for request in reversed(requests) if request.spawn}
    lines = [_judge_main(place, requests, client.version)]
    lines += [
        _judge_spawn(place, case, decisions.get(case.call.id), first.get(case.call.id), client)
        for case in tried
    ]
    return lines + _judge_workflow(workflow, decisions, requests, client.version)


def _run_commands(client: Client, place: Workspace, env: Mapping[str, str]) -> list[Line]:
    """Each slash command as a turn of one session, then a turn without one."""
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
            lines.append(_judge_command(place, name, commands[name], seen, plain, client.version))
    return lines


def _run_fork(client: Client, place: Workspace, env: Mapping[str, str]) -> list[Line]:
    """A fork: it begins with its parent's conversation, and its own task comes last."""
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
    prompt = str(case.call.input["prompt"])
    seen = next((one for one in requests if one.is_subagent and prompt in one.text), None)
    return [judge_line(case.way, case.name, case.requested, None, "", seen, client.version)]


def _agents_of(place: Workspace) -> list[str]:
    """The agents that the policy names and the repository has."""
    known = place.table["agents"]
    named = set(known) if isinstance(known, Mapping) else set()
    return [name for name in place.agents() if name in named]


def _own_agents(place: Workspace) -> list[str]:
    named = set(_agents_of(place))
    return [name for name in place.agents() if name not in named]


def _judge_spawn(
    place: Workspace, case: Case, row: Row | None, seen: Request | None, client: Client
) -> Line:
    pins = place.root / ".claude" / "agents" / f"{case.name}.md"
    from_file = " ".join(read_pins(pins).values()) if pins.exists() else ""
    requested = case.requested or from_file
    if row is None:
        return judge_line(case.way, case.name, requested, None, "", seen, client.version)
    written = join_written(row.get("wrote") or {})
    if not written and from_file:
        written = f"{from_file} (agent file)"
    return judge_line(
        case.way, case.name, requested, _read_assigned(row), written, seen, client.version
    )


def _judge_workflow(
    workflow: ToolUse, decisions: Mapping[str, Row], requests: list[Request], version: str
) -> list[Line]:
    lines = []
    for number, prompt in enumerate(cases.WORKFLOW_PROMPTS, 1):
        row = decisions.get(f"{workflow.id}#{number}")
        seen = next((one for one in requests if one.is_subagent and prompt in one.text), None)
        assigned = _read_assigned(row) if row else None
        written = join_written(row.get("wrote") or {}) if row else ""
        name = f"agent() {number}: {row.get('agent')}" if row else f"agent() {number}"
        lines.append(judge_line("workflow", name, "", assigned, written, seen, version))
    return lines


def _judge_main(place: Workspace, requests: list[Request], version: str) -> Line:
    session = place.table["session"]
    wanted = session if isinstance(session, Mapping) else {}
    model, effort = wanted.get("model"), wanted.get("effort")
    model = None if model in ("opusplan", "default") else model
    seen = next((one for one in requests if not one.is_subagent), None)
    assigned = Assigned("session" if model or effort else "left to the client", model, effort)
    return judge_line("main conversation", "first turn", "", assigned, "settings", seen, version)


def _judge_command(
    place: Workspace,
    name: str,
    pins: Mapping[str, str],
    seen: Request,
    plain: Request,
    version: str,
) -> Line:
    tiers = place.table["tiers"]
    tier = name if isinstance(tiers, Mapping) and name in tiers else ""
    assigned = Assigned(tier, pins.get("model", plain.model), pins.get("effort"))
    written = " ".join(pins.values())
    asked = f"<command-name>/{name}</command-name>" in seen.text
    answered = seen if asked else None
    return judge_line("command", f"/{name}", "", assigned, written, answered, version)


def _read_assigned(row: Row) -> Assigned:
    return Assigned(str(row.get("tier") or ""), row.get("model"), row.get("effort"))
