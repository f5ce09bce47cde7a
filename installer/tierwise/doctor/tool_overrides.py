"""Looking for what beats the policy in another tool, as :mod:`tierwise.doctor.override_table` lists it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tierwise import bundle
from tierwise.contained import find_inside, list_files
from tierwise.doctor.finding import Finding, fail, warn
from tierwise.doctor.override_table import ANY, OVERRIDES, ROLE, Key, Overrides, RoleFolder
from tierwise.doctor.place import Place
from tierwise.domain.coding_tools import label_of
from tierwise.files import find_home, read_text, read_usable
from tierwise.policy.model import Policy
from tierwise.policy.on_target import serve_role
from tierwise.targets.formats import JSON, TOML, TextFormat
from tierwise.targets.registry import find_dialect
from tierwise.targets.roles import Dialect, list_role_paths, read_name

_VARIABLE = re.compile(r"\$\{(\w+)(?::-([^}]*))?\}")
_STRING_OR_COMMENT = re.compile(r'("(?:\\.|[^"\\])*")|//[^\n]*|/\*.*?\*/', re.DOTALL)
_STRING_OR_LAST_COMMA = re.compile(r'("(?:\\.|[^"\\])*")|,(?=\s*[}\]])')


@dataclass(frozen=True)
class Override:
    """One thing that beats the policy: the role, the file, and what in it (empty: the file itself).

    ``effect`` is said in place of the role, where it is about all of them.
    """

    role: str
    path: str
    what: str = ""
    effect: str = ""


def check_tool_overrides(place: Place, policy: Policy, target: str) -> Iterator[Finding]:
    """Each thing that keeps a tool's roles from running as the policy says, where it stands."""
    tool = OVERRIDES.get(target)
    if tool is None:
        return
    sources = _read_sources(place, tool)
    for path, (language, values) in sources.items():
        if values is None:
            what = f"{path} is not usable {language}: what it says of roles was not read"
            yield warn(target, what, "Look there for models of the policy's roles.")
    roles = list(_list_roles(policy, target))
    found = [
        *_search_variables(place, tool),
        *_search_settings(place, tool, sources, roles),
        *_search_folders(place, tool, target, roles),
        *_search_twins(place, tool, target, roles),
    ]
    for override in found:
        yield _describe(target, override)


def _list_roles(policy: Policy, target: str) -> Iterator[str]:
    """The shipped roles and the user's own that the policy gives a model in the tool."""
    shipped = bundle.names("agents", ".md")
    for name in dict.fromkeys([*shipped, *policy.agents]):
        if serve_role(policy, target, name) is not None:
            yield name


def _describe(target: str, override: Override) -> Finding:
    if override.effect:
        what = f"`{override.what}` in {override.path}: {override.effect}"
        return fail(target, what, f"Take `{override.what}` out of {override.path}.")
    where = override.path
    remedy = "Take it away, or give it another name."
    if override.what:
        where = f"`{override.what}` in {override.path}"
        remedy = f"Take `{override.what}` out of {override.path}."
    return fail(target, f"{label_of(target)}'s {override.role} follows {where}", remedy)


def _search_variables(place: Place, tool: Overrides) -> Iterator[Override]:
    """Variables in the environment, and in the files that the tool takes into it: their names, never their values."""
    effect = "it beats the model of the tool's own settings"
    for name in tool.variables:
        if place.environ.get(name):
            yield Override("", "the environment", name, effect)
    for path in _find_paths(place, tool.variable_files):
        text = read_text(path)
        for name in tool.variables:
            if re.search(rf"^[ \t]*(?:export[ \t]+)?{name}[ \t]*=", text, re.MULTILINE):
                yield Override("", path, name, effect)


_Values = Mapping[str, Any]
_Sources = Mapping[str, tuple[str, "_Values | None"]]
"""Each settings file that is there: its language, and what it says; None where it is not of the language."""


def _read_sources(place: Place, tool: Overrides) -> _Sources:
    found: dict[str, tuple[str, _Values | None]] = {}
    for settings in tool.settings:
        for path in _find_paths(place, settings.files):
            data = read_usable(path)
            if data is not None:
                found[path] = settings.language, _read_values(data, settings.language)
    return found


def _read_values(data: bytes, language: str) -> _Values | None:
    try:
        if language == "TOML":
            values = TOML.load(data)
        else:
            values = JSON.load(_drop_comments(data))
    except ValueError:
        return None
    if isinstance(values, Mapping):
        return values
    return None


def _drop_comments(data: bytes) -> bytes:
    """JSON without comments and commas after the last entry, which these tools allow.  Raises ValueError."""
    text = data.decode("utf-8-sig")
    text = _STRING_OR_COMMENT.sub(lambda match: match[1] or " ", text)
    return _STRING_OR_LAST_COMMA.sub(lambda match: match[1] or "", text).encode()


def _search_settings(
    place: Place, tool: Overrides, sources: _Sources, roles: Sequence[str]
) -> Iterator[Override]:
    for settings in tool.settings:
        for path in _find_paths(place, settings.files):
            _, values = sources.get(path, ("", None))
            for key in settings.keys:
                yield from _search_key(key, path, values, roles)


def _search_key(
    key: Key, path: str, values: _Values | None, roles: Sequence[str]
) -> Iterator[Override]:
    if key.effect:
        if _has_value(values, key.path.split("."), key.value):
            yield Override("", path, key.path, key.effect)
        return
    for role in roles:
        parts = [role if part == ROLE else part for part in key.path.split(".")]
        wanted = role if key.value == ROLE else key.value
        if _has_value(values, parts, wanted):
            yield Override(role, path, _name_key(parts, role))


def _name_key(parts: Sequence[str], role: str) -> str:
    """The key as a person finds it; of a list's entry the list, and the role that it is about."""
    if "*" in parts:
        return f"{'.'.join(parts[: parts.index('*')])} ({role})"
    return ".".join(parts)


def _has_value(values: object, parts: Sequence[str], wanted: object) -> bool:
    """Whether a path of keys leads to a value; a path that leads nowhere has none."""
    found = list(_walk(values, parts))
    if wanted is ANY:
        return bool(found)
    return any(type(value) is type(wanted) and value == wanted for value in found)


def _walk(values: object, parts: Sequence[str]) -> Iterator[object]:
    if not parts:
        yield values
        return
    first, *rest = parts
    if first == "*" and isinstance(values, list):
        for value in values:
            yield from _walk(value, rest)
    elif isinstance(values, Mapping) and first in values:
        yield from _walk(values[first], rest)


def _search_folders(
    place: Place, tool: Overrides, target: str, roles: Sequence[str]
) -> Iterator[Override]:
    dialect = find_dialect(target)
    if dialect is None:
        return
    alone = set(roles) - {name for _, name in _list_own(place, dialect)}
    for folder in tool.folders:
        for path, name in _list_in_folder(place, folder, dialect.text):
            is_beaten = name in roles
            if folder.only_alone:
                is_beaten = name in alone
            if is_beaten:
                yield Override(name, path)


def _list_in_folder(
    place: Place, folder: RoleFolder, text: TextFormat
) -> Iterator[tuple[str, str]]:
    """Each role file of a folder with its role's name."""
    for top in _find_paths(place, [folder.path]):
        for path in list_files(top, folder.suffix):
            data = read_usable(path) or b""
            if folder.key and not _says_key(text, data, folder.key):
                continue
            name = os.path.relpath(path, top).replace(os.sep, "/").removesuffix(folder.suffix)
            if folder.named_inside:
                name = read_name(text, data) or name
            yield path, name


def _says_key(text: TextFormat, data: bytes, key: str) -> bool:
    try:
        return text.read(data, [key])[key] is not None
    except ValueError:
        return False


def _search_twins(
    place: Place, tool: Overrides, target: str, roles: Sequence[str]
) -> Iterator[Override]:
    """Files of the repository with the name of a role that lies in the file of its own name."""
    dialect = find_dialect(target)
    if dialect is None or not tool.twin:
        return
    own = list(_list_own(place, dialect))
    paths = {path for path, _ in own}
    for path, name in own:
        ours = dialect.path_of(name)
        if name not in roles or path == ours or ours not in paths:
            continue
        if (path < ours) == (tool.twin == "first"):
            yield Override(name, os.path.join(place.root, path))


def _list_own(place: Place, dialect: Dialect) -> Iterator[tuple[str, str]]:
    """Each role file of the repository, below its root, with its role's name."""
    for path in list_role_paths(dialect, place.root):
        data = read_usable(os.path.join(place.root, path)) or b""
        yield path, dialect.name_in(path, data)


def _find_paths(place: Place, patterns: Sequence[str]) -> Iterator[str]:
    """Where the paths of the table lie here."""
    for pattern in patterns:
        path = _fill_variables(place, pattern)
        if path is None:
            continue
        if path.startswith("~"):
            path = find_home(place.environ) + path[1:]
        if os.path.isabs(path):
            yield os.path.normpath(path)
            continue
        inside = find_inside(place.root, path)
        if inside is not None:
            yield inside


def _fill_variables(place: Place, pattern: str) -> str | None:
    """A path with its variables' values; None where one is not set."""
    values = {name: place.environ.get(name) or usual for name, usual in _VARIABLE.findall(pattern)}
    if not all(values.values()):
        return None
    return _VARIABLE.sub(lambda match: values[match[1]], pattern)
