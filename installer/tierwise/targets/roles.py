"""Role files of any tool: the shipped ones, which are ours whole, and the user's own, of which single lines are ours."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import frontmatter
import yaml

from tierwise import bundle, repo
from tierwise.contained import list_files
from tierwise.digests import hash_sha256
from tierwise.domain.record import Entry, State
from tierwise.policy.load import Loaded
from tierwise.policy.on_target import ServedTier, serve_role
from tierwise.targets.formats import TextFormat, Values
from tierwise.targets.splice import frontmatter_block
from tierwise.targets.target import Read, RepoReader, WantedFile, whole_file

_MANY_ROLES = 2_000
"""Role files that are looked at in one tool's folder; a clone may bring any number."""
_NAMED_KEYS = 3
"""Keys that a refusal names; Gemini CLI's settings have one a role."""


@dataclass(frozen=True)
class Role:
    """One shipped role, as every tool can have it.  ``tools`` are Claude Code's names of them."""

    name: str
    description: str
    tools: tuple[str, ...]
    body: str

    @property
    def edits(self) -> bool:
        """Whether it may change files."""
        return bool({"Edit", "Write"} & set(self.tools))

    @property
    def runs_commands(self) -> bool:
        """Whether it may start programs."""
        return "Bash" in self.tools


@dataclass(frozen=True)
class Dialect:
    """How one tool writes a role.

    ``suffix`` is what follows a role's name in its path.  ``keys`` are our lines in a user's own file; ``spell``
    gives their raw values for a role on a tier.  ``render`` writes a whole shipped role with these lines.
    ``name_key`` is where a file says its role's name; empty where the path says it.
    """

    target: str
    folder: str
    suffix: str
    keys: tuple[str, ...]
    text: TextFormat
    spell: Callable[[str, ServedTier], Values]
    render: Callable[[Role, Values], bytes]
    name_key: str = "name"

    def path_of(self, name: str) -> str:
        """Where a role's file lies."""
        return f"{self.folder}/{name}{self.suffix}"

    def name_in(self, path: str, data: bytes) -> str:
        """The role's name: what the file says, else what the path says."""
        if self.name_key:
            named = read_name(self.text, data, self.name_key)
            if named:
                return named
        _, _, from_path = path.removesuffix(self.suffix).rpartition("/")
        return from_path


def read_name(
    text: TextFormat,
    data: bytes,
    key: str = "name",
) -> str | None:
    """The name that a role's file says, also where the language around it does not parse; None where it says none."""
    try:
        values = text.load(data)
    except ValueError:
        return _read_raw_name(text, data, key)
    if not isinstance(values, dict):
        return None
    name = values.get(key)
    if not isinstance(name, str):
        return None
    return name or None


def _read_raw_name(text: TextFormat, data: bytes, key: str) -> str | None:
    try:
        raw = text.read(data, [key])[key] or ""
    except ValueError:
        return None
    return raw.partition("\n")[0].strip("\"' \r") or None


@cache
def read_role(name: str) -> Role:
    """One shipped role: every tool of the policy gets it, from one reading."""
    post = frontmatter.loads(bundle.read_text("agents", f"{name}.md"))
    named = str(post.metadata.get("tools") or "")
    tools = [tool.strip() for tool in named.split(",")]
    return Role(
        name=name,
        description=str(post.metadata["description"]),
        tools=tuple(filter(None, tools)),
        body=post.content.strip() + "\n",
    )


def role_files(
    dialect: Dialect,
    policy: Loaded,
    seen: RepoReader,
) -> Iterator[WantedFile]:
    """The user's own roles that the policy names, and the shipped ones that theirs do not replace."""
    replaced = set()
    for wanted in own_roles(dialect, policy, seen):
        replaced.add(wanted.path)
        yield wanted
    yield from shipped_roles(dialect, policy, seen, replaced)


def shipped_roles(
    dialect: Dialect,
    policy: Loaded,
    seen: RepoReader,
    own: set[str],
) -> Iterator[WantedFile]:
    """The shipped roles that the policy does not leave out and the user's own do not replace.

    ``own`` are the paths of the user's.  One of theirs that bears a shipped name in another file keeps it: of two
    roles with one name a tool would take either.
    """
    users = own_files(dialect, seen.root, seen.read, seen.state)
    taken = {name for _, _, name in users}
    for name in bundle.names("agents", ".md"):
        served = serve_role(policy.policy, dialect.target, name)
        path = dialect.path_of(name)
        if served is None or path in own:
            continue
        is_there = path in seen.state or seen.read(path) is not None
        if name in taken and not is_there:
            continue
        lines = dialect.spell(name, served)
        content = dialect.render(read_role(name), lines)
        yield whole_file(path, content, seen.read)


def own_roles(
    dialect: Dialect,
    policy: Loaded,
    seen: RepoReader,
) -> Iterator[WantedFile]:
    """The user's own roles that the policy names: our lines in them, nothing else."""
    for path, data, name in own_files(dialect, seen.root, seen.read, seen.state):
        if not is_named(policy, name):
            continue  # a preset's line is for the shipped role of that name
        served = serve_role(policy.policy, dialect.target, name)
        if served is None or not _can_read(dialect.text, data):
            continue
        lines = dialect.spell(name, served)
        entry = seen.state.get(path) or _find_moved(dialect, data, name, seen)
        yield splice_lines(dialect.text, path, data, lines, entry)


def is_named(loaded: Loaded, name: str) -> bool:
    """Whether the user's own policy, not a preset, has a line for the role."""
    if name not in loaded.policy.agents:
        return False
    rule = loaded.find_rule("agents", name)
    return rule.startswith(repo.POLICY)


def own_files(
    dialect: Dialect,
    root: str,
    read: Read,
    state: State,
) -> Iterator[tuple[str, bytes, str]]:
    """Path, content and name of each role file that we have not written."""
    for path in list_role_paths(dialect, root):
        entry = state.get(path)
        ours_whole = entry is not None and entry.part is not None and not entry.original
        data = read(path)
        if data is not None and not ours_whole:
            yield path, data, dialect.name_in(path, data)


def splice_lines(
    text: TextFormat,
    path: str,
    data: bytes,
    lines: Values,
    entry: Entry | None,
) -> WantedFile:
    """Our lines in a file of the user's, with what stood there before.

    Where the file is not of its language, or cannot take the lines without a change of the rest, it is a problem.
    Lines that were ours once and are not wanted any more go back to what stood there.
    """
    was_spliced = entry is not None and entry.part is not None
    remembered: dict[str, str | None] = {}
    if entry is not None and was_spliced:
        remembered = dict(entry.original)
    changed = {**_drop_keys(remembered, lines), **lines}
    try:
        current = text.read(data, list(changed))
        content = text.write(data, changed)
    except ValueError as error:
        return _refuse_lines(text, path, data, lines, entry, error)
    fresh = _drop_keys(current, remembered)
    found = _drop_keys(current, fresh) or current
    wanted = WantedFile(
        path,
        pack_lines(text, lines),
        content,
        pack_lines(text, found),
        shared=True,
        before=data,
        original=current,
        problem=_find_fault(text, data, content, changed),
    )
    if entry is None or not was_spliced:
        return wanted
    # A line that is wanted for the first time is no part of what was written: the file was not edited for want of it.
    original = {**fresh, **remembered}
    before = entry.before or b""
    if hash_sha256(data) != entry.whole:
        before = text.write(data, original)
    unwanted = _drop_keys(original, lines)
    kept = _drop_keys(original, unwanted)
    return replace(wanted, before=before, original=kept)


def _refuse_lines(
    text: TextFormat,
    path: str,
    data: bytes,
    lines: Values,
    entry: Entry | None,
    error: ValueError,
) -> WantedFile:
    """A file that is not of its language: it stays as it is."""
    part = pack_lines(text, lines)
    found = None
    if entry is not None:
        found = part
    problem = f"cannot be read: {error}"
    return WantedFile(path, part, data, found, shared=True, problem=problem)


def _drop_keys(lines: Values, keys: Container[str]) -> dict[str, str | None]:
    return {key: value for key, value in lines.items() if key not in keys}


def config_file(
    text: TextFormat,
    path: str,
    lines: Values,
    seen: RepoReader,
) -> WantedFile:
    """Single values in a tool's own settings, which are the user's; a file that is not there is written anew."""
    data = seen.read(path)
    entry = seen.state.get(path)
    if data is None:
        part = pack_lines(text, lines)
        content = text.write(b"", lines)
        original = dict.fromkeys(lines)
        return WantedFile(path, part, content, None, shared=True, original=original)
    wanted = splice_lines(text, path, data, lines, entry)
    is_ours = entry is not None and entry.part is not None and entry.before is None
    if is_ours and text.is_blank(wanted.before or b""):
        return replace(wanted, before=None)
    return wanted


def restore_lines(
    text: TextFormat,
    current: bytes,
    entry: Entry,
    is_ours: Callable[[str], bool],
) -> bytes | None:
    """The user's file with the lines that stood there before ours; None where nothing of theirs is left.

    The record may come from anybody: only keys that ``is_ours`` knows are put back.  Raises ValueError where the
    file cannot be read.
    """
    lines = {key: value for key, value in entry.original.items() if is_ours(key)}
    restored = text.write(current, lines)
    if entry.before is None and text.is_blank(restored):
        return None
    if entry.before is None:
        return restored
    ours = text.read(current, list(lines))
    if _is_with_lines(text, entry.before, ours, current):
        return entry.before
    return restored


def _is_with_lines(
    text: TextFormat,
    before: bytes,
    lines: Values,
    current: bytes,
) -> bool:
    """Whether a file is the one before with our lines in it: then that one comes back, layout and all."""
    try:
        return text.write(before, lines) == current
    except ValueError:
        return False


def pack_lines(text: TextFormat, lines: Values) -> bytes:
    """Our part of a file, in one canonical form."""
    plain = dict(lines)
    for key, raw in lines.items():
        if raw is not None:
            plain[key] = text.normalize(raw)
    return json.dumps(plain, sort_keys=True).encode()


def _find_moved(
    dialect: Dialect,
    data: bytes,
    name: str,
    seen: RepoReader,
) -> Entry | None:
    """What is remembered of a role that lies elsewhere now: by its content, else by its name with our lines in it."""
    gone = list(_list_gone(dialect, seen))
    digest = hash_sha256(data)
    for entry in gone:
        if entry.whole == digest:
            return entry
    lines = dialect.text.read(data, list(dialect.keys))
    part = hash_sha256(pack_lines(dialect.text, lines))
    for entry in gone:
        if entry.part != part or entry.before is None:
            continue
        if dialect.name_in("", entry.before) == name:
            return entry
    return None


def _list_gone(dialect: Dialect, seen: RepoReader) -> Iterator[Entry]:
    """What is remembered of the user's roles that lie where they did no more, in the order of the paths."""
    folder = f"{dialect.folder}/"
    for path, entry in sorted(seen.state.items()):
        if entry.original and path.startswith(folder) and seen.read(path) is None:
            yield entry


def _find_fault(
    text: TextFormat,
    data: bytes,
    content: bytes,
    lines: Values,
) -> str:
    """Say why our lines cannot be put in safely: the tool would read another file; empty where it would not."""
    before = _load(text, data)
    if before is None:
        return ""  # not of the language before either: nothing but our lines changes
    if _changes_only(text, before, content, lines) and not _doubles_key(data, content):
        return ""
    return f"has a layout in which {_name_keys(lines)} cannot be set without changing the rest"


def _changes_only(
    text: TextFormat,
    before: dict[Any, Any],
    content: bytes,
    lines: Values,
) -> bool:
    """Whether a file says what it said before, but for our lines, which it has as they are wanted."""
    after = _load(text, content)
    if after is None:
        return False
    if text.drop_keys(after, lines) != text.drop_keys(before, lines):
        return False
    written = text.read(content, list(lines))
    wanted = {key for key, value in lines.items() if value is not None}
    return wanted == {key for key, value in written.items() if value is not None}


def _doubles_key(data: bytes, content: bytes) -> bool:
    """Whether a key stands twice that stood once."""
    return _has_key_twice(content) and not _has_key_twice(data)


def _name_keys(lines: Values) -> str:
    names = [f"`{key}`" for key in lines]
    shown = " and ".join(names[:_NAMED_KEYS])
    unnamed = len(names) - _NAMED_KEYS
    if unnamed > 0:
        return f"{shown} and {unnamed} more"
    return shown


def _load(text: TextFormat, data: bytes) -> dict[Any, Any] | None:
    try:
        value = text.load(data)
    except ValueError:
        return None
    if not isinstance(value, dict):
        return None
    return value


def _has_key_twice(data: bytes) -> bool:
    """Whether a top-level key of a frontmatter is written twice, which the client's parser refuses."""
    block = frontmatter_block(data)
    if block is None:
        return False
    content = data[block.start : block.end].decode("utf-8")
    node = yaml.compose(content, Loader=yaml.SafeLoader)
    if not isinstance(node, yaml.MappingNode):
        return False
    keys = [str(key.value) for key, _ in node.value]
    return len(keys) != len(set(keys))


def _can_read(text: TextFormat, data: bytes) -> bool:
    try:
        text.read(data, [])
    except ValueError:
        return False
    return True


def list_role_paths(dialect: Dialect, root: str) -> list[str]:
    """The paths of a tool's role files, below the repository's root."""
    top = os.path.join(root, *dialect.folder.split("/"))
    ending = dialect.suffix.lstrip("/")
    paths = [path for path in list_files(top, ending) if path.endswith(dialect.suffix)]
    below = [os.path.relpath(path, root) for path in paths[:_MANY_ROLES]]
    return [path.replace(os.sep, "/") for path in below]
