"""Which model the client serves for a name, given the models that settings allow and deny.

Measured on 2.1.197, 2.1.329 and 2.1.332.  Standard library only: the hook asks, too.
"""

from tierwise.domain.client_facts import (
    OLDER_MODELS_STAND_IN,
    SERVED_BEFORE,
    SERVED_NOW,
    at_least,
)

_PREFIX = "claude-"
_CONTEXT = "[1m]"
_DATE = 8  # digits at the end of an id
_MIXED = {"opusplan": "sonnet", "best": "opus"}
"""Names that are no family's, and the family whose newest model each allows."""


def find_served(
    model: str,
    allowed: "list[str] | None",
    denied: "list[str] | None" = None,
    version: str = "",
    is_exact: bool = False,
) -> str:
    """Return the id that is served for an alias or an id; empty where the client puts the session's model in its place.

    ``allowed``: what `availableModels` lists, None where nothing does; ``denied``: an administrator's `deniedModels`;
    ``version``: the client's, empty for a current one; ``is_exact``: an administrator's `availableModelsMatch: exact`.
    """
    refused = []
    if at_least(version, OLDER_MODELS_STAND_IN):
        refused = _normalise_all(denied or [])
    else:
        is_exact = False
    for served in list_candidates(model, version):
        if _is_denied(served, refused):
            continue
        if allowed is None or _is_allowed(served, _normalise_all(allowed), version, is_exact):
            return served
    return ""


def list_candidates(model: str, version: str) -> "tuple[str, ...]":
    """Return the ids that a client may serve for a name, the first one where nothing forbids it."""
    name = _normalise(model)
    if not at_least(version, OLDER_MODELS_STAND_IN):
        return SERVED_BEFORE.get(name, (name,))
    return SERVED_NOW.get(name, (name,))


def _is_allowed(
    served: str,
    names: "list[str]",
    version: str,
    is_exact: bool,
) -> bool:
    return any(_allows(name, served, names, version, is_exact) for name in names)


def _allows(
    name: str,
    served: str,
    names: "list[str]",
    version: str,
    is_exact: bool,
) -> bool:
    """Return whether one name of a list allows an id."""
    if name in SERVED_NOW:
        return name in served.split("-") and not _is_narrowed(name, names)
    if name in _MIXED:
        newest = list_candidates(_MIXED[name], version)[0]
        return served == newest and not is_exact
    if not _begins(served, name):
        return False
    return not is_exact or not _adds_version(served, name)


def _is_denied(served: str, names: "list[str]") -> bool:
    words = served.split("-")
    for name in names:
        family = name.removeprefix(_PREFIX)
        if family in SERVED_NOW and family in words:
            return True
        if _begins(served, name):
            return True
    return False


def _is_narrowed(family: str, names: "list[str]") -> bool:
    """Return whether a list names some of a family's models as well: then the family's own name allows nothing."""
    for name in names:
        _, found, rest = name.partition(family)
        if name != family and found and rest[:1] in ("", "-"):
            return True
    return False


def _begins(served: str, name: str) -> bool:
    """Return whether an id begins with a name, `claude-` before it or not: `opus-5` begins `claude-opus-5-5`."""
    if not name.startswith(_PREFIX):
        name = _PREFIX + name
    return f"{served}-".startswith(f"{name}-")


def _adds_version(served: str, name: str) -> bool:
    """Return whether an id says more than a name that it begins with, a date aside: another version."""
    rest = served.rpartition(name)[2].lstrip("-")
    return rest != "" and not (rest.isdigit() and len(rest) == _DATE)


def _normalise_all(names: "list[str]") -> "list[str]":
    normal = [_normalise(name) for name in names]
    return [name for name in normal if name]


def _normalise(name: str) -> str:
    return name.strip().lower().removesuffix(_CONTEXT)
