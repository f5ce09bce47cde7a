"""What the policy wants on the disk: one :class:`Target` a path."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tierwise.files import with_lf

Read = Callable[[str], "bytes | None"]


@dataclass(frozen=True)
class Target:
    """One file that the policy speaks of.

    ``wanted`` is our part as it should be, ``found`` our part as it is (None where it is not there);
    ``content`` is the whole file with our part in it.  Where the file is ours whole, parts are the file.
    ``problem`` says why the file cannot be touched.
    """

    path: str
    wanted: bytes
    content: bytes
    found: bytes | None
    shared: bool = False
    mode: int | None = None
    before: bytes | None = None
    original: Mapping[str, Any] = field(default_factory=dict)
    problem: str = ""


def whole_file(path: str, content: bytes, read: Read, *, mode: int | None = None) -> Target:
    """A file that is ours from first to last byte, but for line ends that git has converted."""
    found = read(path)
    return Target(path, content, content, found if found is None else with_lf(found), mode=mode)
