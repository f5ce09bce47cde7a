"""Role files of any tool: the shipped ones, which are ours whole, and the user's own, of which single lines are ours."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Container, Iterator, Mapping
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
        from_path = path.removeprefix(f"{self.folder}/").removesuffix(self.suffix)
        from_path = from_path.rpartition("/")[2]
        if not self.name_key:
            return from_path
        return read_name(self.text, data, self.name_key) or from_path


def read_name(text: TextFormat, data: bytes, key: str = "name") -> str | None:
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


def role_files(dialect: Dialect, policy: Loaded, seen: RepoReader) -> Iterator[WantedFile]:
    """The user's own roles that the policy names, and the shipped ones that theirs do not replace."""
    own = list(own_roles(dialect, policy, seen))
    yield from own
    yield from shipped_roles(dialect, policy, seen, {wanted.path for wanted in own})


def shipped_roles(
    dialect: Dialect, policy: Loaded, seen: RepoReader, own: set[str]
) -> Iterator[WantedFile]:
    """The shipped roles that the policy does not leave out and the user's own do not replace.

    ``own`` are the paths of the user's.  One of theirs that bears a shipped name in another file keeps it: of two
    roles with one name a tool would take either.
    """
    taken = {name for _, _, name in own_files(dialect, seen.root, seen.read, seen.state)}
    for name in bundle.names("agents", ".md"):
        served = serve_role(policy.policy, dialect.target, name)
        path = dialect.path_of(name)
        if served is None or path in own:
            continue
        if name in taken and path not in seen.state and seen.read(path) is None:
            continue
        content = dialect.render(read_role(name), dialect.spell(name, served))
        yield whole_file(path, content, seen.read)


def own_roles(dialect: Dialect, policy: Loaded, seen: RepoReader) -> Iterator[WantedFile]:
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
    return name in loaded.policy.agents and loaded.find_rule("agents", name).startswith(repo.POLICY)


def own_files(
    dialect: Dialect, root: str, read: Read, state: State
) -> Iterator[tuple[str, bytes, str]]:
    """Path, content and name of each role file that we have not written."""
    for path in list_role_paths(dialect, root):
        entry = state.get(path)
        ours_whole = entry is not None and entry.part is not None and not entry.original
        data = read(path)
        if data is not None and not ours_whole:
            yield path, data, dialect.name_in(path, data)


def splice_lines(
    text: TextFormat, path: str, data: bytes, lines: Mapping[str, str | None], entry: Entry | None
) -> WantedFile:
    """Our lines in a file of the user's, with what stood there before.

    Where the file is not of its language, or cannot take the lines without a change of the rest, it is a problem.
    Lines that were ours once and are not wanted any more go back to what stood there.
    """
    remembered: dict[str, str | None] = {}
    if entry is not None and entry.part is not None:
        remembered = dict(entry.original)
    changed = {**_drop_keys(remembered, lines), **lines}
    try:
        current = text.read(data, list(changed))
        content = text.write(data, changed)
    except ValueError as error:
        return _refuse_lines(text, path, data, lines, entry, error)
    fresh = _drop_keys(current, remembered)
    wanted = WantedFile(
        path,
        pack_lines(text, lines),
        content,
        pack_lines(text, _drop_keys(current, fresh) or current),
        shared=True,
        before=data,
        original=current,
        problem=_find_fault(text, data, content, changed),
    )
    if entry is None or entry.part is None:
        return wanted
    # A line that is wanted for the first time is no part of what was written: the file was not edited for want of it.
    original = {**fresh, **remembered}
    before = entry.before or b""
    if hash_sha256(data) != entry.whole:
        before = text.write(data, original)
    kept = {key: value for key, value in original.items() if key in lines}
    return replace(wanted, before=before, original=kept)


def _refuse_lines(
    text: TextFormat, path: str, data: bytes, lines: Values, entry: Entry | None, error: ValueError
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
    text: TextFormat, path: str, lines: Mapping[str, str | None], seen: RepoReader
) -> WantedFile:
    """Single values in a tool's own settings, which are the user's; a file that is not there is written anew."""
    data, entry = seen.read(path), seen.state.get(path)
    if data is None:
        content = text.write(b"", lines)
        original = dict.fromkeys(lines)
        return WantedFile(
            path, pack_lines(text, lines), content, None, shared=True, original=original
        )
    wanted = splice_lines(text, path, data, lines, entry)
    is_ours = entry is not None and entry.part is not None and entry.before is None
    if is_ours and text.is_blank(wanted.before or b""):
        return replace(wanted, before=None)
    return wanted


def restore_lines(
    text: TextFormat, current: bytes, entry: Entry, is_ours: Callable[[str], bool]
) -> bytes | None:
    """The user's file with the lines that stood there before ours; None where nothing of theirs is left.

    The record may come from anybody: only keys that ``is_ours`` knows are put back.  Raises ValueError where the
    file cannot be read.
    """
    lines = {key: value for key, value in entry.original.items() if is_ours(key)}
    restored = text.write(current, lines)
    if entry.before is None:
        return None if text.is_blank(restored) else restored
    ours = text.read(current, list(lines))
    return entry.before if _is_with_lines(text, entry.before, ours, current) else restored


def _is_with_lines(text: TextFormat, before: bytes, lines: Values, current: bytes) -> bool:
    """Whether a file is the one before with our lines in it: then that one comes back, layout and all."""
    try:
        return text.write(before, lines) == current
    except ValueError:
        return False


def pack_lines(text: TextFormat, lines: Mapping[str, str | None]) -> bytes:
    """Our part of a file, in one canonical form."""
    plain = {key: raw if raw is None else text.normalize(raw) for key, raw in lines.items()}
    return json.dumps(plain, sort_keys=True).encode()


def _find_moved(dialect: Dialect, data: bytes, name: str, seen: RepoReader) -> Entry | None:
    """What is remembered of a role that lies elsewhere now: by its content, else by its name with our lines in it."""
    gone = [
        entry
        for path, entry in sorted(seen.state.items())
        if entry.original and path.startswith(f"{dialect.folder}/") and seen.read(path) is None
    ]
    digest = hash_sha256(data)
    part = hash_sha256(pack_lines(dialect.text, dialect.text.read(data, list(dialect.keys))))
    by_content = (entry for entry in gone if entry.whole == digest)
    by_name = (
        entry
        for entry in gone
        if entry.part == part
        and entry.before is not None
        and dialect.name_in("", entry.before) == name
    )
    return next(by_content, None) or next(by_name, None)


def _find_fault(
    text: TextFormat, data: bytes, content: bytes, lines: Mapping[str, str | None]
) -> str:
    """Say why our lines cannot be put in safely: the tool would read another file; empty where it would not."""
    before, after = _load(text, data), _load(text, content)
    if before is None:
        return ""  # not of the language before either: nothing but our lines changes
    kept = text.drop_keys(before, lines)
    left = None if after is None else text.drop_keys(after, lines)
    written = text.read(content, list(lines))
    is_set = all((written[key] is None) == (value is None) for key, value in lines.items())
    if not is_set or left != kept or (_has_key_twice(content) and not _has_key_twice(data)):
        return f"has a layout in which {_name_keys(lines)} cannot be set without changing the rest"
    return ""


def _name_keys(lines: Mapping[str, str | None]) -> str:
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
    return value if isinstance(value, dict) else None


def _has_key_twice(data: bytes) -> bool:
    """Whether a top-level key of a frontmatter is written twice, which the client's parser refuses."""
    block = frontmatter_block(data)
    if block is None:
        return False
    node = yaml.compose(data[block.start : block.end].decode("utf-8"), Loader=yaml.SafeLoader)
    keys = [str(key.value) for key, _ in node.value] if isinstance(node, yaml.MappingNode) else []
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
    paths = [
        path
        for path in list_files(top, dialect.suffix.lstrip("/"))
        if path.endswith(dialect.suffix)
    ]
    paths = paths[:_MANY_ROLES]
    return [os.path.relpath(path, root).replace(os.sep, "/") for path in paths]
