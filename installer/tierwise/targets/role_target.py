"""A target that is nothing but a folder of role files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tierwise.domain.record import Entry
from tierwise.policy.load import Loaded
from tierwise.targets.formats import FRONTMATTER, Values
from tierwise.targets.roles import Dialect, Role, restore_lines, role_files
from tierwise.targets.target import RepoReader, WantedFile


class RoleTarget:
    """The roles of one tool, as its dialect writes them."""

    owns: tuple[str, ...]
    spliced: tuple[str, ...] = ()

    def __init__(self, dialect: Dialect, *, limits: tuple[str, ...] = ()) -> None:
        ending = dialect.suffix.lstrip("/")
        self.dialect = dialect
        self.name = dialect.target
        self.owns = (f"{dialect.folder}/**/*{ending}",)
        self.limits = limits

    def files(self, policy: Loaded, repo: RepoReader) -> Iterator[WantedFile]:
        """The user's own roles that the policy names, and the shipped ones."""
        yield from role_files(self.dialect, policy, repo)

    def take_out(self, path: str, current: bytes, entry: Entry) -> bytes | None:
        """A role of the user's with the lines that stood there before."""
        is_ours = self.dialect.keys.__contains__
        return restore_lines(self.dialect.text, current, entry, is_ours)


def render_markdown(role: Role, front: Mapping[str, str], lines: Values) -> bytes:
    """A role as a text with frontmatter: its own raw values first, then our lines."""
    head = ""
    for key, value in {**front, **lines}.items():
        if value is not None:
            head += f"{key}: {value}\n"
    return f"---\n{head}---\n\n{role.body}".encode()


def list_tools(role: Role, names: Mapping[str, tuple[str, ...]]) -> list[str]:
    """A role's tools by another tool's names; those without a name there are left out."""
    found: list[str] = []
    for tool in role.tools:
        found += names.get(tool, ())
    return list(dict.fromkeys(found))


def quote_description(role: Role) -> str:
    """A role's description as a raw value of YAML."""
    return FRONTMATTER.quote(role.description)
