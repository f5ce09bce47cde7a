"""Reading many transcripts in two processes: half the wall time of a first reading.

The second process is a fork that reads its share, sends what it found through a pipe and ends.  Whatever it does not
send (it was killed, memory ran out) the first one reads itself, so sharing can only cost time.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

import msgspec

from tierwise.transcripts.follow import State, read_on
from tierwise.transcripts.roots import Transcript

_SIZE_BYTES = 8  # of the number before each result that goes through the pipe
Work = tuple[Transcript, State | None]
"""A transcript to read, and what was read of it before."""

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")

WORTH = 32 << 20
"""Bytes from which a second process is worth its start."""


def read_each(
    work: list[Work], size: int, tell: Callable[[int], None] | None = None
) -> Iterator[tuple[Transcript, State | None]]:
    """Read every transcript of ``work``, ``size`` bytes in all; None as the state of one that cannot be read."""

    def read(item: Work, step: Callable[[int], None] | None = None) -> State | None:
        file, known = item
        try:
            return read_on(file, known, step)
        except OSError:
            return None

    if not is_worth_sharing(size):
        for item in work:
            yield item[0], read(item, tell)
        return

    def tell_twice(step: int) -> None:
        if tell is not None:
            tell(2 * step)

    ordered = sorted(work, key=lambda item: item[0].size, reverse=True)
    for item, state in share_work(ordered, lambda item: read(item, tell_twice), read, State | None):
        yield item[0], state


def is_worth_sharing(size: int) -> bool:
    """Return whether a second process may be started and is worth it for so many bytes.

    Forking a process with threads may freeze the child; Windows has no fork.
    """
    if size < WORTH or not hasattr(os, "fork"):
        return False
    return threading.active_count() == 1 and (os.cpu_count() or 1) > 1


def share_work(
    items: Sequence[_Item],
    do_here: Callable[[_Item], _Result],
    do_there: Callable[[_Item], _Result],
    kind: Any,
) -> Iterator[tuple[_Item, _Result]]:
    """Do all items, every second one in another process.

    ``items``: the largest first, so that both halves are of nearly the same size.  ``do_there``
    gives the same results; they are of the type ``kind``, which goes through the pipe.
    """
    mine, theirs = items[::2], items[1::2]
    pipe = _start_process(theirs, do_there)
    for item in mine:
        yield item, do_here(item)
    found = _receive_results(pipe, kind)
    for index, item in enumerate(theirs):
        if index in found:
            yield item, found[index]
        else:
            yield item, do_there(item)


def _start_process(items: Sequence[_Item], do_there: Callable[[_Item], _Result]) -> tuple[int, int]:
    """Fork a process that does ``items``; return its id and the pipe's end to read from."""
    receiver, sender = os.pipe()
    child = os.fork()
    if child:
        os.close(sender)
        return child, receiver
    try:
        os.close(receiver)
        # Kept until the end: a pipe holds little, and its reader is busy with a share of its own.
        encoder = msgspec.msgpack.Encoder()
        results = [encoder.encode(do_there(item)) for item in items]
        with os.fdopen(sender, "wb") as pipe:
            for result in results:
                pipe.write(len(result).to_bytes(_SIZE_BYTES, "big") + result)
    finally:
        os._exit(0)  # whatever happened: nothing of the parent's may run twice


def _receive_results(child: tuple[int, int], kind: Any) -> dict[int, Any]:
    """Return what the other process sent, by index; as much of it as came whole."""
    process, receiver = child
    decoder = msgspec.msgpack.Decoder(kind)
    found: dict[int, Any] = {}
    with os.fdopen(receiver, "rb") as pipe:
        while len(head := pipe.read(_SIZE_BYTES)) == _SIZE_BYTES:
            size = int.from_bytes(head, "big")
            data = pipe.read(size)
            if len(data) < size:
                break
            found[len(found)] = decoder.decode(data)
    os.waitpid(process, 0)
    return found
