"""`tierwise verify --target TOOL`: each role of the policy spawned in the real client of another tool."""

from __future__ import annotations

import itertools
import queue
import re
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tierwise import repo
from tierwise.domain.coding_tools import label_of
from tierwise.errors import OutsideError, TierwiseError
from tierwise.policy.load import load_policy
from tierwise.policy.on_target import ServedTier
from tierwise.processes import read_output
from tierwise.sync.repository import sync
from tierwise.verify.proof import AT_ONCE, Proof, Report
from tierwise.verify.tools.running import RunningClients
from tierwise.verify.tools.session import Stage
from tierwise.verify.tools.tool import ProvenTool, Roles, ToolSession
from tierwise.verify.verdict import NOTHING, ProofLine, join_pair
from tierwise.verify.wires.wire import Route
from tierwise.verify.workspace import (
    copy_file,
    make_home_with_launcher,
    make_repository,
)

NOTHING_SENT = "nothing"
"""What the wire says of a role of which no request arrived."""
_VERSION_SECONDS = 60
_VERSION = re.compile(r"(?:^| )v?(\d+(?:\.\d+)+[\w.+-]*?)\.?$")


def prove_target(
    tool: ProvenTool,
    client: Path,
    root: str,
    path: str,
    report: Report,
) -> Proof:
    """Spawn every shipped role of the policy at ``root``; ``path`` is the PATH of the client.

    Only the policy is copied: roles of the user's own may hold commands and servers that the client would start.
    Raises TierwiseError where the policy generates no roles for the tool, OutsideError where ``client`` is none.
    """
    roles = _list_roles(tool, root)
    with tempfile.TemporaryDirectory(prefix="tierwise-verify-") as folder:
        version = _read_version(client, folder, path)
        if not version:
            raise OutsideError(
                f"{client} does not tell its version",
                remedy=f"Name {label_of(tool.target)}'s own program.",
            )
        report("copying the policy")
        world = _make_world(Path(folder), Path(root), path)
        lines, always_on = _run_sessions(
            tool,
            client,
            world,
            roles,
            report,
        )
    return Proof(
        version,
        str(client),
        root,
        {},
        lines,
        tool.target,
        always_on,
    )


@dataclass(frozen=True)
class _World:
    """Two repositories, with the generated files and without any, and homes that are free for a session."""

    project: Path
    bare: Path
    homes: queue.SimpleQueue[Path]
    path: str


def _list_roles(tool: ProvenTool, root: str) -> Roles:
    """List the roles of the policy at ``root`` that have a model in the tool.  Raises TierwiseError where none has."""
    loaded = load_policy(root)
    if tool.target not in loaded.policy.targets:
        raise TierwiseError(
            f"the policy generates no files for {label_of(tool.target)}",
            place=repo.POLICY,
            remedy=f"Add it: `targets: [claude, {tool.target}]`, then `tierwise sync`.",
        )
    roles = tool.list_roles(loaded.policy)
    if not roles:
        raise TierwiseError(
            f"there is nothing to prove: nothing of the policy has a model in {label_of(tool.target)}",
            place=repo.POLICY,
            remedy=f"Give a tier one, `tiers: {{mid: {{{tool.target}: MODEL}}}}`, or a role that is off its tier.",
        )
    return roles


def _make_world(
    folder: Path,
    source: Path,
    path: str,
) -> _World:
    """Make repositories whose paths are of one length: a client tells its model where it is."""
    project = make_repository(folder / "ours" / "repository")
    copy_file(source, project, repo.POLICY)
    sync(str(project))
    bare = make_repository(folder / "bare" / "repository")
    homes = queue.SimpleQueue[Path]()  # a client's first start in a home takes long
    for number in range(AT_ONCE):
        homes.put(make_home_with_launcher(folder / f"home{number}"))
    return _World(project, bare, homes, path)


def _run_sessions(
    tool: ProvenTool,
    client: Path,
    world: _World,
    roles: Roles,
    report: Report,
) -> tuple[tuple[ProofLine, ...], int]:
    """Run them: a line for each role, and the characters that the generated files add to the main session's request.

    Raises OutsideError where the client sent nothing at all: it is another program, or does not start here.
    """
    clients = RunningClients()

    def run(project: Path, batch: Roles) -> ToolSession:
        report(f"spawning {', '.join(batch) or 'nothing'}")
        home = world.homes.get()
        try:
            return tool.spawn_roles(
                client,
                Stage(project, home, world.path, clients),
                batch,
            )
        finally:
            world.homes.put(home)

    batches = list(_split_roles(roles, tool.roles_a_session))
    with ThreadPoolExecutor(AT_ONCE) as pool, clients:
        without = pool.submit(run, world.bare, {})
        sessions = list(pool.map(lambda batch: run(world.project, batch), batches))
        without.result()
    lines = [
        _judge_role(tool, session, name, served)
        for batch, session in zip(batches, sessions, strict=True)
        for name, served in batch.items()
    ]
    openings = [session.measure_opening() for session in sessions]
    if not any(openings) and all(line.wire == NOTHING_SENT for line in lines):
        raise OutsideError(
            f"{client} sent no request to the stand-in API",
            remedy=f"Name {label_of(tool.target)}'s own program, one that starts on this machine.",
        )
    always_on = max(openings, default=0) - without.result().measure_opening()
    return tuple(lines), max(always_on, 0)


def _split_roles(roles: Roles, size: int) -> Iterator[Roles]:
    rest = iter(roles.items())
    while batch := dict(itertools.islice(rest, size)):
        yield batch


def _judge_role(
    tool: ProvenTool,
    session: ToolSession,
    name: str,
    served: ServedTier,
) -> ProofLine:
    """Hold a role's request against the policy."""
    wanted = tool.spell_route(served)
    seen = session.find_route(name)
    wire, note = _compare_routes(wanted, seen)
    return ProofLine(
        way=tool.kind,
        name=name,
        requested=NOTHING,
        assigned=f"{served.tier} ({join_pair(wanted.model, wanted.effort)})",
        written=tool.written,
        wire=wire,
        verdict="differs" if note else "ok",
        note=note,
    )


def _compare_routes(
    wanted: Route,
    seen: Route | None,
) -> tuple[str, str]:
    """Tell what the wire says, and how it differs; an effort that is not wanted is left to the client."""
    if seen is None:
        return NOTHING_SENT, "no request of it reached the API"
    wire = join_pair(seen.model, seen.effort)
    is_effort_right = not wanted.effort or wanted.effort == seen.effort
    if seen.model == wanted.model and is_effort_right:
        return wire, ""
    return wire, f"expected {join_pair(wanted.model, wanted.effort)}"


def _read_version(
    client: Path,
    home: str,
    path: str,
) -> str:
    """Read the version that a client tells at the end of its first line; empty where it tells none."""
    printed = read_output(
        [str(client), "--version"],
        home,
        {"PATH": path, "HOME": home},
        _VERSION_SECONDS,
    )
    found = _VERSION.search(printed.partition("\n")[0].strip())
    if found is None:
        return ""
    return found[1]
