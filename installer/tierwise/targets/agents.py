"""Agent files: the shipped ones, which are ours whole, and the user's own, of which two lines are ours."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator

import frontmatter
import yaml

from tierwise import bundle, repo
from tierwise.digests import hash_sha256
from tierwise.domain.record import Entry, State
from tierwise.policy.compile import effort_of
from tierwise.policy.load import Loaded
from tierwise.policy.section import Assignment
from tierwise.targets.splice import frontmatter_block, read_lines, splice
from tierwise.targets.target import Read, WantedFile, whole_file

FOLDER = ".claude/agents"
KEYS = ["model", "effort"]


def lines_of(loaded: Loaded, choice: Assignment) -> dict[str, str | None]:
    """The ``model`` and ``effort`` lines of an agent: a full id is allowed here, unlike in a spawn."""
    return {
        "model": loaded.policy.tiers[choice.tier].model,
        "effort": effort_of(loaded.policy, choice),
    }


def shipped_agents(
    root: str, loaded: Loaded, read: Read, state: State, own: set[str]
) -> Iterator[WantedFile]:
    """The shipped agents that the policy does not leave out and the user's own do not replace.

    ``own`` are the paths of the user's.  One of theirs that bears a shipped name in another file keeps it: of two
    agents with one name the client would take either.
    """
    taken = {name for _, _, name in own_files(root, read, state)}
    for name in bundle.names("agents", ".md"):
        choice = _served(
            loaded, loaded.policy.agents.get(name, Assignment(tier=loaded.policy.default))
        )
        path = f"{FOLDER}/{name}.md"
        if choice is None or path in own:
            continue
        if name in taken and path not in state and read(path) is None:
            continue
        content = splice(bundle.read_bytes("agents", f"{name}.md"), lines_of(loaded, choice))
        yield whole_file(path, content, read)


def is_named(loaded: Loaded, name: str) -> bool:
    """Whether the user's own policy, not a preset, has a line for the agent."""
    return name in loaded.policy.agents and loaded.find_rule("agents", name).startswith(repo.POLICY)


def own_agents(root: str, loaded: Loaded, read: Read, state: State) -> Iterator[WantedFile]:
    """The user's own agents that the policy names: their model and effort lines, nothing else."""
    for path, data, name in own_files(root, read, state):
        if not is_named(loaded, name):
            continue  # a preset's line is for the shipped agent of that name
        entry = state.get(path) or _find_moved(data, name, read, state)
        choice = _served(loaded, loaded.policy.agents.get(name))
        if choice is not None and frontmatter_block(data) is not None:
            yield _spliced(path, data, lines_of(loaded, choice), entry)


def own_files(root: str, read: Read, state: State) -> Iterator[tuple[str, bytes, str]]:
    """Path, content and name of each agent file that we have not written."""
    for path in _agent_files(root):
        entry = state.get(path)
        ours_whole = entry is not None and entry.part is not None and not entry.original
        data = read(path)
        if data is not None and not ours_whole:
            yield path, data, agent_name(data) or os.path.basename(path).removesuffix(".md")


def _find_moved(data: bytes, name: str, read: Read, state: State) -> Entry | None:
    """What is remembered of an agent that lies elsewhere now: by its content, else by its name with our lines in it."""
    gone = [
        entry
        for path, entry in sorted(state.items())
        if entry.original and path.startswith(FOLDER) and read(path) is None
    ]
    digest, part = hash_sha256(data), hash_sha256(_part(read_lines(data, KEYS)))
    by_content = (entry for entry in gone if entry.whole == digest)
    by_name = (
        entry
        for entry in gone
        if entry.part == part and entry.before is not None and agent_name(entry.before) == name
    )
    return next(by_content, None) or next(by_name, None)


def agent_name(data: bytes) -> str | None:
    """The ``name`` in an agent's frontmatter, also where the YAML around it does not parse."""
    try:
        name = frontmatter.loads(data.decode("utf-8-sig")).metadata.get("name")
    except (yaml.YAMLError, UnicodeDecodeError, AttributeError):
        name = (read_lines(data, ["name"])["name"] or "").partition("\n")[0].strip("\"' \r")
    return name if isinstance(name, str) and name else None


def restore_lines(current: bytes, entry: Entry) -> bytes:
    """The user's agent with the lines that stood there before ours."""
    return splice(current, {key: entry.original.get(key) for key in KEYS})


def _spliced(
    path: str, data: bytes, lines: dict[str, str | None], entry: Entry | None
) -> WantedFile:
    current = read_lines(data, KEYS)
    content = splice(data, lines)
    if entry is None or entry.part is None:
        before, original = data, dict(current)
    elif hash_sha256(data) == entry.whole:
        before, original = entry.before or b"", dict(entry.original)
    else:
        before, original = restore_lines(data, entry), dict(entry.original)
    return WantedFile(
        path,
        _part(lines),
        content,
        _part(current),
        shared=True,
        before=before,
        original=original,
        problem=_find_fault(data, content, lines),
    )


def _find_fault(data: bytes, content: bytes, lines: dict[str, str | None]) -> str:
    """Say why our lines cannot be put in safely: the client would read another agent; empty where it would not."""
    before, after = _parse_frontmatter(data), _parse_frontmatter(content)
    if before is None:
        return ""  # not YAML before either: nothing but the two lines changes
    expected = {key: value for key, value in before.items() if key not in lines}
    expected |= {key: value for key, value in lines.items() if value is not None}
    if after != expected or (_has_key_twice(content) and not _has_key_twice(data)):
        return "has a frontmatter in which `model` and `effort` cannot be set without changing the rest"
    return ""


def _has_key_twice(data: bytes) -> bool:
    """Whether a top-level key of the frontmatter is written twice, which the client's parser refuses."""
    block = frontmatter_block(data)
    if block is None:
        return False
    node = yaml.compose(data[block.start : block.end].decode("utf-8"), Loader=yaml.SafeLoader)
    keys = [str(key.value) for key, _ in node.value] if isinstance(node, yaml.MappingNode) else []
    return len(keys) != len(set(keys))


def _parse_frontmatter(data: bytes) -> dict[object, object] | None:
    """Read the frontmatter as the client does: YAML between the fences; None where it is none."""
    block = frontmatter_block(data)
    if block is None:
        return None
    try:
        value = yaml.safe_load(data[block.start : block.end].decode("utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError, ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _part(lines: dict[str, str | None]) -> bytes:
    return json.dumps(lines, sort_keys=True).encode()


def _served(loaded: Loaded, choice: Assignment | None) -> Assignment | None:
    """The choice on the nearest tier, upwards, that Claude Code can serve, as at a spawn; None where there is none."""
    if choice is None:
        return None
    tiers = loaded.policy.tiers
    ladder = list(tiers)
    upwards = ladder[ladder.index(choice.tier) :]
    served = next((name for name in upwards if tiers[name].provider == "claude"), None)
    if served is None or served == choice.tier:
        return choice if served else None
    return Assignment(tier=served)


def _agent_files(root: str) -> list[str]:
    found = []
    top = os.path.join(root, *FOLDER.split("/"))
    for folder, _, names in sorted(os.walk(top)):
        inside = os.path.relpath(folder, root).replace(os.sep, "/")
        found += [f"{inside}/{name}" for name in sorted(names) if name.endswith(".md")]
    return found
