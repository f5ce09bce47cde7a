"""What a target is: a tool that reads files, and the files that a policy wants for it, one a path."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from tierwise.domain.record import Entry, State
from tierwise.files import with_lf
from tierwise.policy.load import Loaded

Read = Callable[[str], "bytes | None"]


@dataclass(frozen=True)
class RepoReader:
    """A repository as a target sees it: its root, a function that reads a path, and the record of what was written.

    Without ``wires_hooks`` no hook entry goes into settings: the launcher that they would start is a stranger's.
    """

    root: str
    read: Read
    state: State
    wires_hooks: bool = True


class Target(Protocol):
    """A tool for which files are generated.  To add one: a module, and its entry in ``registry.TARGETS``.

    ``owns`` are globs of the paths that it may ever write, below the repository's root; the record of what was
    written may name no other.  ``spliced`` are those that always hold something of the user's, too.  ``files`` gives
    what the policy wants there; ``limits`` are sentences on what the tool cannot do.
    """

    @property
    def name(self) -> str: ...
    @property
    def owns(self) -> tuple[str, ...]: ...
    @property
    def spliced(self) -> tuple[str, ...]: ...
    @property
    def limits(self) -> tuple[str, ...]: ...

    def files(
        self,
        policy: Loaded,
        repo: RepoReader,
    ) -> Iterable[WantedFile]:
        """Return the files that the policy speaks of, each with what stands there now."""
        ...

    def take_out(
        self,
        path: str,
        current: bytes,
        entry: Entry,
    ) -> bytes | None:
        """Return a shared file without our part; None where nothing is left.  Raises ValueError where it cannot be read."""
        ...


class OwnFiles:
    """What targets share whose files are ours whole."""

    spliced: tuple[str, ...] = ()

    def take_out(
        self,
        path: str,
        current: bytes,
        entry: Entry,
    ) -> bytes | None:
        """Take nothing out: nothing there is shared with the user."""
        raise ValueError(f"{path} is Tierwise's from first to last byte")


@dataclass(frozen=True)
class WantedFile:
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


def whole_file(
    path: str,
    content: bytes,
    read: Read,
    *,
    mode: int | None = None,
) -> WantedFile:
    """Return a file that is ours from first to last byte, but for line ends that git has converted."""
    found = read(path)
    if found is not None:
        found = with_lf(found)
    return WantedFile(path, content, content, found, mode=mode)
