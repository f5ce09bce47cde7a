"""Reading many transcripts in two processes: half the wall time of a first reading.

The second process is a fork that reads its share, sends what it found through a pipe and ends.  Whatever it does not
send (it was killed, memory ran out) the first one reads itself, so sharing can only cost time.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Iterator

import msgspec

from tierwise.transcripts.follow import State, read_on
from tierwise.transcripts.roots import Transcript

_SIZE_BYTES = 8  # of the number before each state that goes through the pipe
Work = tuple[Transcript, State | None]
"""A transcript to read, and what was read of it before."""

WORTH = 32 << 20
"""Bytes from which a second process is worth its start."""


def read_each(
    work: list[Work], notes: bool, size: int, tell: Callable[[int], None] | None = None
) -> Iterator[tuple[Transcript, State | None]]:
    """Read every transcript of ``work``, ``size`` bytes in all; None as the state of one that cannot be read."""
    if size < WORTH or not _may_fork():
        yield from _read_work(work, notes, tell)
        return
    # Every second one, the largest first: two halves of nearly the same size.
    ordered = sorted(work, key=lambda item: item[0].size, reverse=True)
    mine, theirs = ordered[::2], ordered[1::2]
    pipe = _start_process(theirs, notes)
    yield from _read_work(mine, notes, (lambda step: tell(2 * step)) if tell else None)
    found = _receive_readings(pipe)
    left = []
    for index, item in enumerate(theirs):
        if index in found:
            yield item[0], found[index]
        else:
            left.append(item)
    yield from _read_work(left, notes, None)


def _may_fork() -> bool:
    """Forking a process with threads may freeze the child; Windows has no fork."""
    return hasattr(os, "fork") and threading.active_count() == 1 and (os.cpu_count() or 1) > 1


def _read_work(
    work: Iterable[Work], notes: bool, tell: Callable[[int], None] | None
) -> Iterator[tuple[Transcript, State | None]]:
    for file, known in work:
        try:
            yield file, read_on(file, known, notes, tell)
        except OSError:
            yield file, None


def _start_process(work: list[Work], notes: bool) -> tuple[int, int]:
    """Fork a process that reads ``work``; return its id and the pipe's end to read from."""
    receiver, sender = os.pipe()
    child = os.fork()
    if child:
        os.close(sender)
        return child, receiver
    try:
        os.close(receiver)
        # Kept until the end: a pipe holds little, and its reader is busy with a share of its own.
        encoder = msgspec.msgpack.Encoder()
        states = [encoder.encode(state) for _, state in _read_work(work, notes, None)]
        with os.fdopen(sender, "wb") as pipe:
            for state in states:
                pipe.write(len(state).to_bytes(_SIZE_BYTES, "big") + state)
    finally:
        os._exit(0)  # whatever happened: nothing of the parent's may run twice


def _receive_readings(child: tuple[int, int]) -> dict[int, State | None]:
    """What the other process sent, by index; as much of it as came whole."""
    process, receiver = child
    decoder = msgspec.msgpack.Decoder(State | None)
    found: dict[int, State | None] = {}
    with os.fdopen(receiver, "rb") as pipe:
        while len(head := pipe.read(_SIZE_BYTES)) == _SIZE_BYTES:
            size = int.from_bytes(head, "big")
            data = pipe.read(size)
            if len(data) < size:
                break
            found[len(found)] = decoder.decode(data)
    os.waitpid(process, 0)
    return found
