"""What a built-in check is, and what it is told besides the files.

Three kinds: a content check gets one file after the other, a tree check all changes at once, a project check
the repository as a whole.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from tierwise.domain.check_names import STAGES

TYPE_CHECKING = False  # `typing` costs a hook 10 ms
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import TypeAlias

    from tierwise.checks.languages.newer_python import NewerPython
    from tierwise.domain.change import Change, Finding, Snapshot

    Drift: TypeAlias = Callable[[str], list[tuple[str, str]]]
    FindInContent: TypeAlias = Callable[[Change, bytes, "CheckContext"], list[Finding]]
    FindInTree: TypeAlias = Callable[[Snapshot, list[Change], "CheckContext"], list[Finding]]
    FindInProject: TypeAlias = Callable[["CheckContext"], list[Finding]]


def _read_nothing(path: str) -> bytes | None:
    return None


@dataclass
class CheckContext:
    """What a check may ask: where and when it runs, and what the policy says of it.

    ``root`` is the folder of the policy.  ``options`` are the settings of this one check.  ``read`` gives the
    content of a path as it will be committed (None where there is none).  ``drift`` compares generated files
    with the policy: root -> [(path, what is wrong)].  A check of contents whose verdict depends on anything but a
    file's path, mode and content and its own options sets ``looks_further``; ``read`` and ``read_old`` do so too.
    """

    root: str = "."
    stage: str = ""
    options: Mapping[str, object] = field(default_factory=dict)
    read: Callable[[str], bytes | None] = _read_nothing
    read_old: Callable[[Change], bytes] = lambda change: b""
    drift: Drift | None = None
    review_date: str = ""
    plan: str = ""
    newer_python: NewerPython | None = None
    looks_further: bool = False


@dataclass(frozen=True)
class BuiltinCheck:
    """The traits of a check.  ``stages``: where it runs unless the policy says otherwise."""

    name: str
    meaning: str
    fix: str


@dataclass(frozen=True)
class ContentCheck(BuiltinCheck):
    """A check of one file after the other."""

    find: FindInContent
    stages: tuple[str, ...] = STAGES


@dataclass(frozen=True)
class TreeCheck(BuiltinCheck):
    """A check of all changes at once."""

    find: FindInTree
    stages: tuple[str, ...] = STAGES


@dataclass(frozen=True)
class ProjectCheck(BuiltinCheck):
    """A check of the repository as a whole."""

    find: FindInProject
    stages: tuple[str, ...] = STAGES


AnyCheck = ContentCheck | TreeCheck | ProjectCheck
