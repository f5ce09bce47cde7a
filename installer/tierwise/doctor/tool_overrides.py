"""Looking for what beats the policy in another tool, as :mod:`tierwise.doctor.override_table` lists it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from tierwise import bundle
from tierwise.contained import list_files
from tierwise.doctor.finding import Diagnosis, fail, warn
from tierwise.doctor.override_table import (
    OVERRIDES,
    ROLE,
    Key,
    Overrides,
    OverrideSettings,
    RoleFolder,
)
from tierwise.doctor.place import Place
from tierwise.doctor.settings_keys import (
    Values,
    has_value,
    read_values,
)
from tierwise.doctor.table_paths import find_paths
from tierwise.domain.coding_tools import label_of
from tierwise.files import read_text, read_usable
from tierwise.policy.model import Policy
from tierwise.policy.on_target import serve_role
from tierwise.targets.formats import TextFormat
from tierwise.targets.registry import find_dialect
from tierwise.targets.roles import (
    Dialect,
    list_role_paths,
    read_name,
)

_BEATS_SETTINGS = "it beats the model of the tool's own settings"


@dataclass(frozen=True)
class Override:
    """One thing that beats the policy: the role, the file, and what in it (empty: the file itself).

    ``effect`` is said in place of the role, where it is about all of them.
    """

    role: str
    path: str
    what: str = ""
    effect: str = ""


def check_tool_overrides(
    place: Place,
    policy: Policy,
    target: str,
) -> Iterator[Diagnosis]:
    """Yield each thing that keeps a tool's roles from running as the policy says, where it stands."""
    tool = OVERRIDES.get(target)
    if tool is None:
        return
    roles = list(_list_roles(policy, target))
    search = _Search(place, tool, roles, find_dialect(target))
    for path, language in search.read_settings():
        what = f"{path} is not usable {language}: what it says of roles was not read"
        yield warn(
            target,
            what,
            "Look there for models of the policy's roles.",
        )
    for override in search.find_overrides():
        yield _describe(target, override)


def _list_roles(policy: Policy, target: str) -> Iterator[str]:
    """Yield the shipped roles and the user's own that the policy gives a model in the tool."""
    names = [*bundle.names("agents", ".md"), *policy.agents]
    for name in dict.fromkeys(names):
        if serve_role(policy, target, name) is not None:
            yield name


def _describe(target: str, override: Override) -> Diagnosis:
    if not override.what:
        what = f"{label_of(target)}'s {override.role} follows {override.path}"
        return fail(
            target,
            what,
            "Take it away, or give it another name.",
        )
    where = f"`{override.what}` in {override.path}"
    what = f"{where}: {override.effect}"
    if override.role:
        what = f"{label_of(target)}'s {override.role} follows {where}"
    return fail(
        target,
        what,
        f"Take `{override.what}` out of {override.path}.",
    )


@dataclass
class _Search:
    """One look around for what beats a tool's roles; ``dialect`` is None for a tool without any."""

    place: Place
    tool: Overrides
    roles: Sequence[str]
    dialect: Dialect | None
    said: dict[str, Values] = field(default_factory=dict)
    """What each settings file says that can be read."""

    def read_settings(self) -> Iterator[tuple[str, str]]:
        """Read the settings files; yield the path and the language of each that is not of its language."""
        for path, language in self._list_settings().items():
            data = read_usable(path)
            if data is None:
                continue
            values = read_values(data, language)
            if values is None:
                yield path, language
            else:
                self.said[path] = values

    def find_overrides(self) -> Iterator[Override]:
        """Yield what beats the tool's roles, once the settings are read."""
        yield from self._search_variables()
        for settings in self.tool.settings:
            yield from self._search_settings(settings)
        if self.dialect is None:
            return
        own = list(_list_own(self.place, self.dialect))
        alone = set(self.roles)
        alone.difference_update(name for _, name in own)
        for folder in self.tool.folders:
            beaten = self.roles
            if folder.only_alone:
                beaten = sorted(alone)
            yield from self._search_folder(folder, self.dialect, beaten)
        yield from self._search_twins(own, self.dialect)

    def _list_settings(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for settings in self.tool.settings:
            for path in find_paths(self.place, settings.files):
                found[path] = settings.language
        return found

    def _search_variables(self) -> Iterator[Override]:
        """Variables in the environment, and in files that the tool takes into it: their names, never their values."""
        for name in self.tool.variables:
            if self.place.environ.get(name):
                yield Override(
                    "",
                    "the environment",
                    name,
                    _BEATS_SETTINGS,
                )
        for path in find_paths(self.place, self.tool.variable_files):
            text = read_text(path)
            for name in self.tool.variables:
                if _sets_variable(text, name):
                    yield Override(
                        "",
                        path,
                        name,
                        _BEATS_SETTINGS,
                    )

    def _search_settings(
        self,
        settings: OverrideSettings,
    ) -> Iterator[Override]:
        for path in find_paths(self.place, settings.files):
            values = self.said.get(path)
            for key in settings.keys:
                yield from self._search_key(key, path, values)

    def _search_key(
        self,
        key: Key,
        path: str,
        values: Values | None,
    ) -> Iterator[Override]:
        keys = key.path.split(".")
        if key.effect:
            if has_value(values, keys, key.value):
                yield Override("", path, key.path, key.effect)
            return
        for role in self.roles:
            filled = {ROLE: role}
            of_role = [filled.get(one, one) for one in keys]
            wanted = key.value
            if wanted == ROLE:
                wanted = role
            if has_value(values, of_role, wanted):
                yield Override(
                    role,
                    path,
                    _name_key(of_role, role),
                )

    def _search_folder(
        self,
        folder: RoleFolder,
        dialect: Dialect,
        beaten: Sequence[str],
    ) -> Iterator[Override]:
        for top in find_paths(self.place, [folder.path]):
            for path in list_files(top, folder.suffix):
                name = _read_role(
                    path,
                    top,
                    folder,
                    dialect.text,
                )
                ours = os.path.join(
                    self.place.root,
                    dialect.path_of(name),
                )
                if name in beaten and path != ours:
                    yield Override(name, path)

    def _search_twins(
        self,
        own: Sequence[tuple[str, str]],
        dialect: Dialect,
    ) -> Iterator[Override]:
        """Files of the repository with the name of a role that lies in the file of its own name."""
        if not self.tool.twin:
            return
        is_first_taken = self.tool.twin == "first"
        is_order_known = self.tool.twin != "either"
        paths = {path for path, _ in own}
        for path, name in own:
            ours = dialect.path_of(name)
            is_twin = path != ours and ours in paths
            is_taken = not is_order_known or (path < ours) == is_first_taken
            if is_twin and is_taken and name in self.roles:
                whole = os.path.join(self.place.root, path)
                yield Override(name, whole)


def _sets_variable(text: str, name: str) -> bool:
    line = rf"^[ \t]*(?:export[ \t]+)?{name}[ \t]*="
    return re.search(line, text, re.MULTILINE) is not None


def _name_key(keys: Sequence[str], role: str) -> str:
    """Name the key as a person finds it; of a list's entry the list, and the role that it is about."""
    path = ".".join(keys)
    above, entry, _ = path.partition(".*")
    if entry:
        return f"{above} ({role})"
    return path


def _read_role(
    path: str,
    top: str,
    folder: RoleFolder,
    text: TextFormat,
) -> str:
    """Read the name of the role in a file below a folder; empty where the file does not count."""
    data = read_usable(path) or b""
    if folder.key and not _says_key(text, data, folder.key):
        return ""
    below = os.path.relpath(path, top).replace(os.sep, "/")
    name = below.removesuffix(folder.suffix)
    if folder.named_inside:
        return read_name(text, data) or name
    return name


def _says_key(
    text: TextFormat,
    data: bytes,
    key: str,
) -> bool:
    try:
        values = text.read(data, [key])
    except ValueError:
        return False
    return values[key] is not None


def _list_own(
    place: Place,
    dialect: Dialect,
) -> Iterator[tuple[str, str]]:
    """Yield each role file of the repository, below its root, with its role's name."""
    for path in list_role_paths(dialect, place.root):
        whole = os.path.join(place.root, path)
        data = read_usable(whole) or b""
        yield path, dialect.name_in(path, data)
