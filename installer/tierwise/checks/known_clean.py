"""Files in which no check found anything, remembered between the runs of a pipeline.

A file is known by a digest of all that the verdict depends on: its path, mode and content; the checks and their
settings; the code and data of Tierwise; Python, and what reads YAML and TOML for it.  A file with a finding is never
remembered, nor one for which a check looked at anything else.  So what is known is what a check would say again.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
import sys
from collections.abc import Iterable, Mapping
from importlib import metadata
from pathlib import Path

import tierwise
from tierwise import bundle, local_state
from tierwise.domain.change import Change, encode_path

NAME = "known-clean"
"""Below ``.tierwise/local``: a digest a line."""

_DIGEST_BYTES = 16
_DIGEST = re.compile(
    rf"^[0-9a-f]{{{2 * _DIGEST_BYTES}}}$",
    re.M,
)
_MOST = 200_000
"""Digests that are kept; with more, those of the last run alone."""
_OWN = (".py", ".json", ".txt")
_READERS = ("PyYAML", "tomli")

Settings = Mapping[str, Mapping[str, object]]
"""The options of each check that looks at the contents of files, by its name."""


class KnownClean:
    """What is known of a repository's files.  To be made before the files are listed: it hides its own from git."""

    def __init__(self, root: str) -> None:
        self._root = root
        data = local_state.read(root, NAME) or b""
        self._before = set(_DIGEST.findall(data.decode("ascii", "replace")))
        self._seen: set[str] = set()
        self._code = _digest_code()
        self._conditions = b""
        self._digest = ""

    def note_settings(self, settings: Settings) -> None:
        """Take down all that a verdict of this run depends on beside the file."""
        conditions = [
            self._code,
            sys.version,
            [_find_version(name) for name in _READERS],
            {name: dict(options) for name, options in settings.items()},
        ]
        self._conditions = json.dumps(conditions, sort_keys=True, default=repr).encode()

    def knows(
        self,
        change: Change,
        data: bytes,
    ) -> bool:
        """Return whether the file is known to be clean; it is remembered on."""
        self._digest = digest_file(
            self._conditions,
            change,
            data,
        )
        is_known = self._digest in self._before
        if is_known:
            self.remember()
        return is_known

    def remember(self) -> None:
        """Note that no check found anything in the file that was asked about last, by its content alone."""
        self._seen.add(self._digest)

    def save(self) -> None:
        """Write what is known; where that cannot be done, the next run looks at every file again."""
        if not self._code or self._seen <= self._before:
            return
        kept = self._before | self._seen
        if len(kept) > _MOST:
            kept = self._seen
        text = "".join(f"{digest}\n" for digest in sorted(kept))
        with contextlib.suppress(OSError):
            local_state.write(
                self._root,
                NAME,
                data=text.encode(),
            )


def digest_file(
    conditions: bytes,
    change: Change,
    data: bytes,
) -> str:
    """Return what a file is known by."""
    parts = (
        conditions,
        encode_path(change.path),
        change.mode.encode(),
        data,
    )
    return _digest_parts(parts)


def _digest_parts(parts: Iterable[bytes]) -> str:
    """Return one digest of several texts, told apart by their lengths."""
    digest = hashlib.blake2b(digest_size=_DIGEST_BYTES)
    for part in parts:
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.hexdigest()


def _digest_code() -> str:
    """Return a digest of Tierwise's own code and data; empty where it is in no folder, and then nothing is remembered."""
    package = Path(tierwise.__file__).parent
    paths = _list_own_files(package)
    if not paths:
        return ""
    paths += _list_own_files(Path(bundle.path("templates")))
    parts: list[bytes] = []
    for path in paths:
        parts += [path.name.encode(), path.read_bytes()]
    return _digest_parts(parts)


def _list_own_files(folder: Path) -> list[Path]:
    """Return the files that a verdict may come from, such as the shapes of secrets; not what Python compiles of them."""
    return sorted(path for path in folder.rglob("*") if path.suffix in _OWN)


def _find_version(distribution: str) -> str:
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return ""
