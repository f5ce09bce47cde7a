"""Reading many transcripts in two processes: half the wall time of a first reading.

The second process is a fork that reads its share, sends what it found through a pipe and ends.  Whatever it does not
send (it was killed, memory ran out) the first one reads itself, so sharing can only cost time.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

import msgspec

from tierwise.transcripts.follow import State, read_on
from tierwise.transcripts.reading import share_names
from tierwise.transcripts.roots import Transcript

Tell = Callable[[int], None]
"""Called with the bytes that were read since the last call."""

_SIZE_BYTES = 8  # of the number before each result that goes through the pipe
Work = tuple[Transcript, State | None]
"""A transcript to read, and what was read of it before."""

Read = tuple[Transcript, State | None]
"""A transcript, and what is known of it now."""

_STATE: msgspec.msgpack.Decoder[State | None] = msgspec.msgpack.Decoder(State | None)
_Item = TypeVar("_Item")
_Result = TypeVar("_Result")

WORTH = 32 << 20
"""Bytes from which a second process may be worth its start."""

WORTH_SECONDS = 0.4
"""Processor time from which it is: forking, and sending what was found, take a tenth of a second."""

_PROBED = 16
"""The part of all bytes, one in so many or a large file, that is read alone to learn how long the rest takes."""


def read_each(work: list[Work], size: int, tell: Tell | None = None) -> Iterator[Read]:
    """Read every transcript of ``work``, ``size`` bytes in all; None as the state of one that cannot be read."""
    if not is_worth_sharing(size):
        yield from _read_alone(work, tell)
        return
    probe, rest = _split_probe(sorted(work, key=_size_of, reverse=True), size)
    begun = time.process_time()
    yield from _read_alone(probe, tell)
    seconds = time.process_time() - begun
    left = _sum_sizes(rest) / max(1, _sum_sizes(probe))
    if len(rest) > 1 and seconds * left >= WORTH_SECONDS:
        yield from _read_together(rest, tell)
    else:
        yield from _read_alone(rest, tell)


def _read_alone(work: Iterable[Work], tell: Tell | None) -> Iterator[Read]:
    for item in work:
        file, _ = item
        yield file, _read_one(item, tell)


def _read_together(work: list[Work], tell: Tell | None) -> Iterator[Read]:
    def tell_twice(step: int) -> None:
        if tell is not None:
            tell(2 * step)

    def read_here(item: Work) -> State | None:
        return _read_one(item, tell_twice)

    for (file, _), state in share_work(work, read_here, _read_one, _decode_state):
        yield file, state


def _read_one(item: Work, tell: Tell | None = None) -> State | None:
    file, known = item
    try:
        return read_on(file, known, tell)
    except OSError:
        return None


def _split_probe(ordered: list[Work], size: int) -> tuple[list[Work], list[Work]]:
    """Return the first files that make up the probed part, and the others."""
    done = number = 0
    while number < len(ordered) and done < size // _PROBED:
        done += _size_of(ordered[number])
        number += 1
    return ordered[:number], ordered[number:]


def _size_of(item: Work) -> int:
    file, _ = item
    return file.size


def _sum_sizes(work: list[Work]) -> int:
    return sum(map(_size_of, work))


def _decode_state(data: bytes) -> State | None:
    state = _STATE.decode(data)
    if state is not None:
        share_names(state.content.body)
    return state


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
    decode: Callable[[bytes], _Result],
) -> Iterator[tuple[_Item, _Result]]:
    """Do all items, every second one in another process.

    ``items``: the largest first, so that both halves are of nearly the same size.  ``do_there``
    gives the same results; they go through a pipe as MessagePack, and ``decode`` makes them again.
    """
    mine, theirs = items[::2], items[1::2]
    pipe = _start_process(theirs, do_there)
    for item in mine:
        yield item, do_here(item)
    found = _receive_results(pipe, decode)
    for item, result in zip(theirs, found, strict=False):
        yield item, result
    for item in theirs[len(found) :]:
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


def _receive_results(
    child: tuple[int, int],
    decode: Callable[[bytes], _Result],
) -> list[_Result]:
    """Return what the other process sent, as much of it as came whole."""
    process, receiver = child
    found: list[_Result] = []
    with os.fdopen(receiver, "rb") as pipe:
        while len(head := pipe.read(_SIZE_BYTES)) == _SIZE_BYTES:
            size = int.from_bytes(head, "big")
            data = pipe.read(size)
            if len(data) < size:
                break
            found.append(decode(data))
    os.waitpid(process, 0)
    return found
