"""A target that is nothing but a folder of role files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tierwise.domain.record import Entry
from tierwise.policy.load import Loaded
from tierwise.policy.on_target import ServedTier
from tierwise.targets.formats import FRONTMATTER
from tierwise.targets.roles import Dialect, Role, role_files
from tierwise.targets.splice import Values
from tierwise.targets.target import RepoReader, WantedFile

ToolNames = Mapping[str, tuple[str, ...]]
"""Claude Code's name of a tool -> another tool's names of the same."""


class RoleTarget:
    """The roles of one tool, as its dialect writes them."""

    owns: tuple[str, ...]
    spliced: tuple[str, ...] = ()

    def __init__(
        self,
        dialect: Dialect,
        *,
        limits: tuple[str, ...] = (),
    ) -> None:
        ending = dialect.suffix.lstrip("/")
        every_role = f"{dialect.folder}/**/*{ending}"
        self.dialect = dialect
        self.name = dialect.target
        self.owns = (every_role,)
        self.limits = limits

    def files(
        self,
        policy: Loaded,
        repo: RepoReader,
    ) -> Iterator[WantedFile]:
        """Yield the user's own roles that the policy names, and the shipped ones."""
        yield from role_files(self.dialect, policy, repo)

    def take_out(
        self,
        path: str,
        current: bytes,
        entry: Entry,
    ) -> bytes | None:
        """Return a role of the user's with the lines that stood there before."""
        return self.dialect.take_out(current, entry)


def render_markdown(
    role: Role,
    front: Mapping[str, str],
    lines: Values,
) -> bytes:
    """Return a role as a text with frontmatter: its own raw values first, then our lines."""
    values = {**front, **lines}
    head = ""
    for key, value in values.items():
        if value is not None:
            head += f"{key}: {value}\n"
    text = f"---\n{head}---\n\n{role.body}"
    return text.encode()


def list_tools(role: Role, names: ToolNames) -> list[str]:
    """Return a role's tools by another tool's names; those without a name there are left out."""
    found: list[str] = []
    for tool in role.tools:
        found += names.get(tool, ())
    unique = dict.fromkeys(found)
    return list(unique)


def describe_role(role: Role) -> dict[str, str]:
    """Return a role's name and description as raw values of YAML."""
    return {"name": role.name, "description": quote_description(role)}


def render_plain(role: Role, lines: Values) -> bytes:
    """Return a role as a text with frontmatter that says no more than its name and description."""
    return render_markdown(role, describe_role(role), lines)


def spell_model(_: str, served: ServedTier) -> Values:
    """Return the one line of a tool that knows no effort for a role."""
    return {"model": FRONTMATTER.quote(served.model)}


def quote_description(role: Role) -> str:
    """Return a role's description as a raw value of YAML."""
    return FRONTMATTER.quote(role.description)
