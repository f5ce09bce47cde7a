"""A transcript file over time: what was read of it, and reading on from there.

Transcripts grow at the end, but a client may also rewrite or cut one.  What was read before is trusted only if the
file is the same one, is no shorter, and still has the bytes that lay around the place where reading stopped.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from hashlib import blake2b
from typing import BinaryIO

import msgspec

from tierwise.cost import decode
from tierwise.cost.roots import Transcript
from tierwise.cost.scan import Origin, Reading, absorb, keep_history, origin, scan

_BUFFER = 1 << 18
_MARK = 256
"""Bytes at the start and before the place where reading stopped, by which a rewritten file is told."""


class State(msgspec.Struct, array_like=True):
    """What is known of one file, and how far it has been read."""

    inode: int
    size: int
    mtime: int
    ctime: int
    offset: int
    """Bytes of whole lines read."""
    mark: bytes
    """A digest of the bytes at both ends of what was read."""
    named: bool
    """Whether a ``.meta.json`` named the agent."""
    noted: bool
    """Whether tool results were read for the types of agents."""
    body: Reading
    tail: Reading
    """Of a last line that had no newline yet; read again each time."""

    def covers(self, file: Transcript, notes: bool) -> bool:
        """Whether there is nothing new to read."""
        same = (self.inode, self.size, self.mtime, self.ctime) == (file.inode, file.size, file.mtime, file.ctime)
        return same and not self._lacks(file, notes)

    def _lacks(self, file: Transcript, notes: bool) -> bool:
        return (file.has_meta and not self.named) or (notes and not self.noted)

    def goes_on(self, handle: BinaryIO, file: Transcript, notes: bool) -> bool:
        """Whether reading may go on where it stopped."""
        stat = os.fstat(handle.fileno())
        return (
            stat.st_ino == self.inode
            and stat.st_size >= self.offset
            and not self._lacks(file, notes)
            and _mark(handle, self.offset) == self.mark
        )


def read_on(file: Transcript, known: State | None, notes: bool, progress: Callable[[int], None] | None = None) -> State:
    """The file's state now.  ``known`` is what was read before.  Raises OSError where the file cannot be read."""
    with open(file.path, "rb", buffering=_BUFFER) as handle:
        stat = os.fstat(handle.fileno())
        goes_on = known is not None and known.goes_on(handle, file, notes)
        offset = known.offset if known and goes_on else 0
        handle.seek(offset)
        start = _origin(file)
        body, tail, size = scan(handle, start, notes=notes, progress=progress)
        mark = _mark(handle, offset + size)
    if known is not None:
        body = absorb(known.body, body) if goes_on else keep_history(body, known.body, known.tail)
    return State(
        stat.st_ino,
        stat.st_size,
        stat.st_mtime_ns,
        stat.st_ctime_ns,
        offset + size,
        mark,
        bool(start.agent),
        notes,
        body,
        tail,
    )


def _mark(handle: BinaryIO, offset: int) -> bytes:
    handle.seek(0)
    digest = blake2b(handle.read(min(_MARK, offset)), digest_size=16)
    handle.seek(max(0, offset - _MARK))
    digest.update(handle.read(min(_MARK, offset)))
    return digest.digest()


def _origin(file: Transcript) -> Origin:
    if not file.has_meta:
        return origin(file.path)
    try:
        with open(file.path.removesuffix("jsonl") + "meta.json", "rb") as handle:
            return origin(file.path, decode.read(decode.META, handle.read()))
    except OSError:
        return origin(file.path)
