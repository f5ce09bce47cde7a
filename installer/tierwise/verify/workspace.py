"""A repository and a home folder for the client, with the user's policy and nothing else of theirs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tierwise import repo
from tierwise.claude_hooks.agent_file import frontmatter_value
from tierwise.contained import find_inside, list_files
from tierwise.domain import table
from tierwise.files import read_usable, write_atomic
from tierwise.sync.plan import is_as_written
from tierwise.sync.repository import sync
from tierwise.sync.state import PATH as STATE
from tierwise.sync.state import read_state
from tierwise.targets.client_rules import refusal_reason
from tierwise.targets.formats import FRONTMATTER
from tierwise.targets.roles import read_name
from tierwise.targets.splice import Block, frontmatter_block
from tierwise.user_launcher import write_launcher
from tierwise.verify.cases import OWN_AGENTS
from tierwise.verify.client import make_home

AGENTS = ".claude/agents"
COMMANDS = ".claude/commands"
COPIED_FOLDERS = (AGENTS, COMMANDS)
COPIED_FILES = (repo.POLICY, STATE)
_ROUTING_KEYS = (
    b"name",
    b"model",
    b"effort",
    b"tools",
    b"context",
    b"agent",
)
_FENCE = b"---"
_MODE = 0o644
STARTER = "version: 1\nextends: balanced\n"


@dataclass(frozen=True)
class ProofWorkspace:
    """Where the client runs.  ``table`` is the compiled policy; ``settings`` what was copied of the user's."""

    root: Path
    homes: tuple[Path, ...]
    table: Mapping[str, object]
    settings: Mapping[str, object]

    @property
    def project_agents(self) -> dict[str, Path]:
        """The agents in the repository by name, and the file of each."""
        return _find_agents(self.root / AGENTS)

    @property
    def users_agents(self) -> dict[str, Path]:
        """The same of the user's own, of which the repository has none of the name."""
        found = _find_agents(self.homes[0] / AGENTS)
        return {name: found[name] for name in found if name not in self.project_agents}

    def commands(self) -> dict[str, dict[str, str]]:
        """Command -> the model and effort in its file: the repository's, and the user's of other names."""
        pins = {}
        for top in (self.root, self.homes[0]):
            for path in (top / COMMANDS).glob("*.md"):
                pins[path.stem] = read_pins(path)
        return dict(sorted(pins.items()))


def read_pins(path: Path) -> dict[str, str]:
    """Read the model and effort in a file's frontmatter; a key without a value is left out."""
    text = path.read_bytes()
    pins = {}
    for key in ("model", "effort"):
        value = frontmatter_value(text, key.encode())
        if value:
            pins[key] = value
    return pins


def make_workspace(
    folder: Path,
    source: str | None,
    settings: Mapping[str, object],
    homes: int,
    users: Path | None = None,
) -> ProofWorkspace:
    """Make a copy of the policy of ``source`` (None: the balanced preset), synced.  Raises TierwiseError.

    ``users``: the client's folder in the user's home, whose agents and commands are copied into each home that is made.
    """
    root = make_repository(folder / "repository")
    if source is not None:
        _copy_policy(Path(source), root)
    policy = root / repo.POLICY
    if not policy.exists():
        policy.write_text(STARTER, encoding="utf-8")
    _write_own_agents(root / AGENTS)
    sync(str(root))
    local = root / ".claude" / "settings.local.json"
    local.write_text(
        json.dumps(settings, indent=1),
        encoding="utf-8",
    )
    compiled = table.load(str(root)) or table.load_default()
    folders = [folder / f"home{number}" for number in range(homes)]
    made = tuple(map(make_home_with_launcher, folders))
    if users is not None:
        for home in made:
            _copy_users_agents(users / "agents", home / AGENTS)
            _copy_users_commands(users / "commands", home / COMMANDS, root / COMMANDS)
    return ProofWorkspace(root, made, compiled, settings)


def make_repository(root: Path) -> Path:
    """Make an empty repository in a new folder."""
    root.mkdir(parents=True)
    repo.run_git(str(root), "init", "-q", "--template=")
    return root


def _write_own_agents(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, template in OWN_AGENTS.items():
        text = template.format(name=name)
        path = folder / f"{name}.md"
        path.write_text(text, encoding="utf-8")


def make_home_with_launcher(folder: Path) -> Path:
    """Make a home whose launcher starts this very Tierwise: what is on the user's PATH does not matter."""
    made = make_home(folder)
    write_launcher({"HOME": str(made)})
    return made


def _copy_policy(source: Path, root: Path) -> None:
    """Copy the policy, its record, and of agents and commands the lines on which routing depends.

    The rest of a file may be hooks, servers and shell commands, which the client would start.  A file that is as
    Tierwise wrote it is left out: sync writes it anew.  No link is followed, and nothing leads out.
    """
    for name in COPIED_FILES:
        copy_file(source, root, name)
    state = read_state(str(root))
    for name in _list_copied(source):
        data = _read(source, name)
        entry = state.get(name)
        if data is None or (entry is not None and is_as_written(data, entry)):
            continue
        if not name.startswith(AGENTS) or not refusal_reason(data):
            _write(root, name, _keep_routing_lines(data))


def _copy_users_agents(source: Path, target: Path) -> None:
    """Copy what routing depends on of the agents that the client loads, each under a name of ours."""
    for number, path in enumerate(list_files(str(source), ".md")):
        data = read_usable(path)
        if data is not None and not refusal_reason(data):
            _write(target, f"{number}.md", _keep_routing_lines(data))


def _copy_users_commands(source: Path, target: Path, repositorys: Path) -> None:
    """Copy what routing depends on of the user's commands whose names the repository has not."""
    for path in map(Path, list_files(str(source), ".md")):
        is_called_by_name = path.parent == source and " " not in path.name
        data = read_usable(str(path))
        if data is None or not is_called_by_name or (repositorys / path.name).exists():
            continue
        _write(target, path.name, _keep_routing_lines(data))


def _find_agents(folder: Path) -> dict[str, Path]:
    found = {}
    for path in list_files(str(folder), ".md"):
        data = read_usable(path) or b""
        name = read_name(FRONTMATTER, data) or Path(path).stem
        found[name] = Path(path)
    return dict(sorted(found.items()))


def _list_copied(source: Path) -> Iterator[str]:
    """Yield the agents and commands of a repository, below its root."""
    for folder in COPIED_FOLDERS:
        top = find_inside(str(source), folder)
        if top is None:
            continue
        for path in list_files(top, ".md"):
            yield Path(path).relative_to(source).as_posix()


def copy_file(
    source: Path,
    root: Path,
    name: str,
) -> None:
    """Copy one file of a repository, if there is one that lies in it and is no link."""
    _write(root, name, _read(source, name))


def _read(source: Path, name: str) -> bytes | None:
    path = find_inside(str(source), name)
    if path is None:
        return None
    return read_usable(path)


def _write(
    root: Path,
    name: str,
    data: bytes | None,
) -> None:
    if data is not None:
        write_atomic(str(root / name), data, _MODE)


def _keep_routing_lines(data: bytes) -> bytes:
    """Return an agent's or a command's file with the frontmatter that a request depends on, and no other text."""
    kept = []
    block = frontmatter_block(data) or Block(0, 0, b"")
    for line in data[block.start : block.end].splitlines():
        key, _, _value = line.partition(b":")
        if key in _ROUTING_KEYS:
            kept.append(line)
    lines = [
        _FENCE,
        b"description: d",
        *kept,
        _FENCE,
        b"Answer the task.",
        b"",
    ]
    return b"\n".join(lines)
