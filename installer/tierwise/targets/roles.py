"""Role files of any tool: the shipped ones, which are ours whole, and the user's own, of which single lines are ours."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

import frontmatter

from tierwise import bundle, repo
from tierwise.contained import list_files
from tierwise.digests import hash_sha256
from tierwise.domain.record import Entry
from tierwise.loose import as_text, value_at
from tierwise.policy.load import Loaded
from tierwise.policy.on_target import ServedTier, serve_role
from tierwise.targets.formats import TextFormat
from tierwise.targets.lines import pack_lines, restore_lines, splice_lines
from tierwise.targets.splice import Values
from tierwise.targets.target import (
    RepoReader,
    WantedFile,
    whole_file,
)

_MANY_ROLES = 2_000
"""Role files that are looked at in one tool's folder; a clone may bring any number."""


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
        """Return where a role's file lies."""
        return f"{self.folder}/{name}{self.suffix}"

    def name_in(
        self,
        path: str,
        data: bytes,
    ) -> str:
        """Return the role's name: what the file says, else what the path says."""
        if self.name_key:
            named = read_name(self.text, data, self.name_key)
            if named:
                return named
        inside = path.removeprefix(f"{self.folder}/").removesuffix(self.suffix)
        _, _, from_path = inside.rpartition("/")
        return from_path

    def take_out(
        self,
        current: bytes,
        entry: Entry,
    ) -> bytes | None:
        """Return a role of the user's with the lines that stood there before; see :func:`restore_lines`."""
        return restore_lines(
            self.text,
            current,
            entry,
            self.keys.__contains__,
        )


def read_name(
    text: TextFormat,
    data: bytes,
    key: str = "name",
) -> str | None:
    """Return the name that a role's file says, also where the language around it does not parse; None where it says none."""
    try:
        values = text.load(data)
    except ValueError:
        return _read_raw_name(text, data, key)
    return as_text(value_at(values, key)) or None


def _read_raw_name(
    text: TextFormat,
    data: bytes,
    key: str,
) -> str | None:
    try:
        values = text.read(data, [key])
    except ValueError:
        return None
    first_line, _, _ = (values[key] or "").partition("\n")
    return first_line.strip("\"' \r") or None


@cache
def read_role(name: str) -> Role:
    """Return one shipped role: every tool of the policy gets it, from one reading."""
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
    """Yield the user's own roles that the policy names, and the shipped ones that theirs do not replace."""
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
    """Yield the shipped roles that the policy does not leave out and the user's own do not replace.

    ``own`` are the paths of the user's.  One of theirs that bears a shipped name in another file keeps it: of two
    roles with one name a tool would take either.
    """
    taken = {name for _, _, name in own_files(dialect, seen)}
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
    """Yield the user's own roles that the policy names: our lines in them, nothing else."""
    for path, data, name in own_files(dialect, seen):
        if not is_named(policy, name):
            continue  # a preset's line is for the shipped role of that name
        served = serve_role(policy.policy, dialect.target, name)
        if served is None or not _can_read(dialect.text, data):
            continue
        lines = dialect.spell(name, served)
        entry = seen.state.get(path) or _find_moved(dialect, data, name, seen)
        yield splice_lines(
            dialect.text,
            path,
            data,
            lines,
            entry,
        )


def is_named(loaded: Loaded, name: str) -> bool:
    """Return whether the user's own policy, not a preset, has a line for the role."""
    if name not in loaded.policy.agents:
        return False
    rule = loaded.find_rule("agents", name)
    return rule.startswith(repo.POLICY)


def own_files(
    dialect: Dialect,
    seen: RepoReader,
) -> Iterator[tuple[str, bytes, str]]:
    """Yield path, content and name of each role file that we have not written."""
    for path in list_role_paths(dialect, seen.root):
        data = seen.read(path)
        if data is not None and not _is_ours_whole(seen.state.get(path)):
            yield path, data, dialect.name_in(path, data)


def _is_ours_whole(entry: Entry | None) -> bool:
    """Return whether a role file is one that we have written, not one of theirs with lines of ours."""
    if entry is None or entry.part is None:
        return False
    return not entry.original


def _find_moved(
    dialect: Dialect,
    data: bytes,
    name: str,
    seen: RepoReader,
) -> Entry | None:
    """Return what is remembered of a role that lies elsewhere now: by its content, else by its name with our lines in it."""
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


def _list_gone(
    dialect: Dialect,
    seen: RepoReader,
) -> Iterator[Entry]:
    """Yield what is remembered of the user's roles that lie where they did no more, in the order of the paths."""
    folder = f"{dialect.folder}/"
    for path, entry in sorted(seen.state.items()):
        if entry.original and path.startswith(folder) and seen.read(path) is None:
            yield entry


def _can_read(text: TextFormat, data: bytes) -> bool:
    try:
        text.read(data, [])
    except ValueError:
        return False
    return True


def list_role_paths(dialect: Dialect, root: str) -> list[str]:
    """Return the paths of a tool's role files, below the repository's root."""
    top = os.path.join(root, *dialect.folder.split("/"))
    ending = dialect.suffix.lstrip("/")
    paths = [path for path in list_files(top, ending) if path.endswith(dialect.suffix)]
    below = [os.path.relpath(path, root) for path in paths[:_MANY_ROLES]]
    return [path.replace(os.sep, "/") for path in below]
