"""`tierwise verify --target TOOL`: each role of the policy spawned in the real client of another tool."""

from __future__ import annotations

import queue
import subprocess
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tierwise import bundle, repo
from tierwise.domain.client_facts import parse_version
from tierwise.domain.coding_tools import label_of
from tierwise.errors import OutsideError, TierwiseError
from tierwise.policy.load import Loaded, load_policy
from tierwise.policy.on_target import ServedTier, serve_role
from tierwise.sync.repository import sync
from tierwise.verify.proof import AT_ONCE, Proof, Report
from tierwise.verify.tool_session import LIMIT, Stage
from tierwise.verify.tools import Tool
from tierwise.verify.verdict import NOTHING, Line, join_pair
from tierwise.verify.workspace import copy_file, make_home_with_launcher

_VERSION_SECONDS = 60


def prove_target(tool: Tool, client: Path, root: str, path: str, report: Report) -> Proof:
    """Spawn every shipped role of the policy at ``root``; ``path`` is the PATH of the client.

    Only the policy is copied: roles of the user's own may hold commands and servers that the client would start.
    Raises TierwiseError where the policy does not generate files for the tool, OutsideError where ``client`` is none.
    """
    loaded = load_policy(root)
    if tool.target not in loaded.policy.targets:
        raise TierwiseError(
            f"the policy generates no files for {label_of(tool.target)}",
            place=repo.POLICY,
            remedy=f"Add it: `targets: [claude, {tool.target}]`, then `tierwise sync`.",
        )
    roles = dict(_list_roles(tool, loaded))
    with tempfile.TemporaryDirectory(prefix="tierwise-verify-") as folder:
        version = _read_version(client, folder, path)
        if not version:
            raise OutsideError(
                f"{client} does not tell its version",
                remedy=f"Name {label_of(tool.target)}'s own program.",
            )
        report("copying the policy")
        project = _copy_policy(Path(root), Path(folder) / "repository")

        homes = queue.SimpleQueue[Path]()  # a client's first start in a home takes long
        for number in range(AT_ONCE):
            homes.put(make_home_with_launcher(Path(folder) / f"home{number}"))

        def prove(name: str) -> Line:
            report(f"spawning {name}")
            stage = Stage(project, homes.get(), path)
            try:
                return _prove_role(tool, client, stage, name, roles[name])
            finally:
                homes.put(stage.home)

        with ThreadPoolExecutor(AT_ONCE) as pool:
            lines = tuple(pool.map(prove, roles))
    return Proof(version, str(client), root, {}, lines, tool.target)


def _list_roles(tool: Tool, loaded: Loaded) -> Iterator[tuple[str, ServedTier]]:
    for name in bundle.names("agents", ".md"):
        served = serve_role(loaded.policy, tool.target, name)
        if served is not None:
            yield name, served


def _copy_policy(source: Path, project: Path) -> Path:
    project.mkdir()
    repo.run_git(str(project), "init", "-q", "--template=")
    copy_file(source, project, repo.POLICY)
    sync(str(project))
    return project


def _prove_role(tool: Tool, client: Path, stage: Stage, name: str, served: ServedTier) -> Line:
    wanted = ServedTier(
        tier=served.tier,
        model=served.model.rpartition("/")[2],  # a provider before the model stays with the client
        effort=served.effort,
    )
    try:
        seen = tool.spawn_role(client, stage, name)
        note = _find_difference(wanted, seen)
    except subprocess.TimeoutExpired:
        seen, note = None, f"the client did not end within {LIMIT} seconds"
    return Line(
        way="role",
        name=name,
        requested=NOTHING,
        assigned=f"{served.tier} ({join_pair(wanted.model, wanted.effort)})",
        written="role file",
        wire=join_pair(*seen) if seen else "nothing",
        verdict="differs" if note else "ok",
        note=note,
    )


def _find_difference(wanted: ServedTier, seen: tuple[str, str] | None) -> str:
    """How the wire differs from the policy; empty where it does not.  An effort of None is left to the client."""
    if seen is None:
        return "no request of it reached the API"
    model, effort = seen
    if model == wanted.model and wanted.effort in (None, effort):
        return ""
    return f"expected {join_pair(wanted.model, wanted.effort)}"


def _read_version(client: Path, home: str, path: str) -> str:
    """The version that a client tells at the end of its first line; empty where it tells none."""
    try:
        done = subprocess.run(
            [str(client), "--version"],
            cwd=home,
            env={"PATH": path, "HOME": home},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_VERSION_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    last = done.stdout.partition("\n")[0].rpartition(" ")[2]
    if not parse_version(last):
        return ""
    return last
