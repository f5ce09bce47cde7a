"""A transcript file over time: what was read of it, and reading on from there.

Transcripts grow at the end, but a client may also rewrite or cut one.  What was read before is trusted only if the
file is the same one, is no shorter, and still has the bytes that lay around the place where reading stopped.
"""

from __future__ import annotations

import os
import zlib
from array import array
from collections.abc import Callable
from typing import BinaryIO, NamedTuple

import msgspec

from tierwise.digests import hash_sha256
from tierwise.files import read_usable
from tierwise.transcripts import decode
from tierwise.transcripts.origin import Origin, origin
from tierwise.transcripts.reading import (
    FileReading,
    absorb,
    keep_gone,
    keep_history,
)
from tierwise.transcripts.roots import Transcript
from tierwise.transcripts.scan import READER_VERSION, scan

_MARK = 256
"""Bytes at the start and before the place where reading stopped, by which a rewritten file is told."""


class ReadPlace(NamedTuple):
    """How far a file was read, and as what."""

    inode: int
    size: int
    mtime: int
    ctime: int
    offset: int
    """Bytes of whole lines read."""
    mark: bytes
    """A digest of the bytes at both ends of what was read."""
    named: int
    """When the ``.meta.json`` that was read for the agent's name had been changed; 0 where there was none."""
    reader: int
    """The ``READER_VERSION`` that read it."""

    def covers(self, file: Transcript) -> bool:
        """Return whether there is nothing new to read."""
        same = self[:4] == (file.inode, file.size, file.mtime, file.ctime)
        return same and not self._is_outdated(file)

    def goes_on(
        self,
        handle: BinaryIO,
        file: Transcript,
    ) -> bool:
        """Return whether reading may go on where it stopped: a file of the same size that was touched was rewritten."""
        stat = os.fstat(handle.fileno())
        return (
            stat.st_ino == self.inode
            and stat.st_size >= self.offset
            and stat.st_size != self.size
            and not self._is_outdated(file)
            and _mark_offset(handle, self.offset) == self.mark
        )

    def _is_outdated(self, file: Transcript) -> bool:
        """Return whether another reader read it, or the agent's name has been written since."""
        return self.reader != READER_VERSION or bool(file.meta and file.meta != self.named)


class Content(msgspec.Struct, array_like=True):
    """What a file told so far."""

    body: FileReading
    tail: FileReading
    """Of a last line that had no newline yet; read again each time."""

    @property
    def lines(self) -> int:
        return self.body.lines + self.tail.lines

    @property
    def damaged(self) -> int:
        return self.body.damaged + self.tail.damaged


class FileState(msgspec.Struct, array_like=True):
    """All that is known of one file."""

    place: ReadPlace
    content: Content


class Digest(NamedTuple):
    """Enough of a file's content to tell whether a window needs it."""

    lines: int
    damaged: int
    first: int
    last: int
    """The times of its first and last call, milliseconds; 0 where it has none."""
    results: int
    """1 where it tells something of other files' calls: agents that its tool results name, pull requests."""
    ids: bytes
    """A 32-bit checksum of each call's id, by which files that tell of the same call find each other."""


def digest(content: Content) -> Digest:
    """Return the digest of a file's content."""
    times = []
    ids = array("I")
    tells_of_others = False
    for reading in (content.body, content.tail):
        if reading.notes or reading.pull_requests:
            tells_of_others = True
        for record in reading.records.values():
            times.append(record.timestamp)
            ids.append(zlib.crc32(record.message_id.encode()))
    return Digest(
        lines=content.lines,
        damaged=content.damaged,
        first=min(times, default=0),
        last=max(times, default=0),
        results=int(tells_of_others),
        ids=ids.tobytes(),
    )


def read_on(
    file: Transcript,
    known: FileState | None,
    progress: Callable[[int], None] | None = None,
) -> FileState:
    """Return the file's state now.  ``known`` is what was read before.  Raises OSError where the file cannot be read."""
    with open(file.path, "rb", buffering=0) as handle:
        stat = os.fstat(handle.fileno())
        goes_on = known is not None and known.place.goes_on(handle, file)
        offset = 0
        if known and goes_on:
            offset = known.place.offset
        handle.seek(offset)
        start = _find_origin(file)
        body, tail, size = scan(handle, start, progress)
        mark = _mark_offset(handle, offset + size)
    if known and goes_on:
        body = absorb(known.content.body, body)
    elif known:
        body = add_history(body, known)
    place = ReadPlace(
        stat.st_ino,
        stat.st_size,
        stat.st_mtime_ns,
        stat.st_ctime_ns,
        offset + size,
        mark,
        named=file.meta,
        reader=READER_VERSION,
    )
    return FileState(place, Content(body, tail))


def add_history(body: FileReading, known: FileState) -> FileReading:
    """Return ``body``, a file's reading from its start, with the calls that the file no longer has."""
    content = known.content
    if known.place.reader == READER_VERSION:
        return keep_history(body, content.body, content.tail)
    return keep_gone(body, content.body, content.tail)


def _mark_offset(handle: BinaryIO, offset: int) -> bytes:
    size = min(_MARK, offset)
    handle.seek(0)
    begin = handle.read(size)
    handle.seek(offset - size)
    end = handle.read(size)
    return bytes.fromhex(hash_sha256(begin + end))


def _find_origin(file: Transcript) -> Origin:
    if not file.meta:
        return origin(file.path)
    path = file.path.removesuffix("jsonl") + "meta.json"
    data = read_usable(path) or b""
    return origin(file.path, decode.read(decode.META, data))
