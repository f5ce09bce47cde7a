"""Reading many transcripts in two processes: half the wall time of a first reading.

The second process is a fork.  Both take the next transcript when they are done with one; at the end the second sends
what it found through a pipe.  Whatever it does not send (it was killed, memory ran out) the first one reads itself, so
sharing can only cost time.
"""

from __future__ import annotations

import os
import threading
from collections.abc import (
    Callable,
    Iterable,
    Iterator,
    Sequence,
)
from contextlib import suppress
from typing import BinaryIO, NamedTuple, TypeVar

import msgspec

from tierwise.transcripts.follow import FileState, read_on
from tierwise.transcripts.reading import share_names
from tierwise.transcripts.roots import Transcript

Tell = Callable[[int], None]
"""Called with the bytes that were read since the last call."""

Meanwhile = Callable[[], None]
"""What has to be done in any case, and waits for no transcript."""

Work = tuple[Transcript, FileState | None]
"""A transcript, and what is known of it."""

_STATE: msgspec.msgpack.Decoder[FileState | None] = msgspec.msgpack.Decoder(FileState | None)
_Item = TypeVar("_Item")
_Result = TypeVar("_Result")

WORTH = 32 << 20
"""Bytes from which a second process is worth its start."""

_NUMBER_BYTES = 8
"""Of each number that goes through a pipe."""

_HANDS = 4096 // _NUMBER_BYTES
"""Hands that work is dealt into at most: their numbers fit into the one page that every pipe has, and nobody reads yet."""


def do_nothing() -> None:
    """Do nothing beside the reading."""


def read_each(
    work: list[Work],
    size: int,
    tell: Tell | None = None,
    meanwhile: Meanwhile = do_nothing,
) -> Iterator[Work]:
    """Read every transcript of ``work``, ``size`` bytes in all; None as the state of one that cannot be read.

    ``meanwhile`` is called once where a second process has begun to read.
    """
    if len(work) > 1 and is_worth_sharing(size):
        ordered = sorted(work, key=_size_of, reverse=True)
        yield from _read_together(ordered, tell, meanwhile)
    else:
        yield from _read_alone(work, tell)


def _read_alone(
    work: Iterable[Work],
    tell: Tell | None,
) -> Iterator[Work]:
    for item in work:
        file, _ = item
        yield file, _read_one(item, tell)


def _read_together(
    work: list[Work],
    tell: Tell | None,
    meanwhile: Meanwhile,
) -> Iterator[Work]:
    def tell_twice(step: int) -> None:
        if tell is not None:
            tell(2 * step)

    def read_here(item: Work) -> FileState | None:
        return _read_one(item, tell_twice)

    for (file, _), state in share_work(work, read_here, _read_one, _decode_state, meanwhile):
        yield file, state


def _read_one(
    item: Work,
    tell: Tell | None = None,
) -> FileState | None:
    file, known = item
    try:
        return read_on(file, known, tell)
    except OSError:
        return None


def _size_of(item: Work) -> int:
    file, _ = item
    return file.size


def _decode_state(data: bytes) -> FileState | None:
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


class _Second(NamedTuple):
    """The other process, and the pipe that its results come through."""

    process: int
    results: BinaryIO


def share_work(
    items: Sequence[_Item],
    do_here: Callable[[_Item], _Result],
    do_there: Callable[[_Item], _Result],
    decode: Callable[[bytes], _Result],
    meanwhile: Meanwhile = do_nothing,
) -> Iterator[tuple[_Item, _Result]]:
    """Do all items, each in this process or in another, whichever is free for it; this one does ``meanwhile`` first.

    ``items``: the largest first, so that both are done at nearly the same time.  ``do_there``
    gives the same results; they go through a pipe as MessagePack, and ``decode`` makes them again.
    """
    offered = _offer_hands(len(items))
    second = _start_process(offered, items, do_there)
    try:
        meanwhile()
        left = set(range(len(items)))
        for number in _take_numbers(offered, len(items)):
            left.remove(number)
            yield items[number], do_here(items[number])
        for number, data in _receive_results(second.results):
            left.remove(number)
            yield items[number], decode(data)
        for number in sorted(left):
            yield items[number], do_there(items[number])
    finally:
        _end_process(second, offered)


def _end_process(second: _Second, offered: int) -> None:
    """Leave the other process no further hand, and wait for it."""
    while os.read(offered, _HANDS * _NUMBER_BYTES):
        pass
    os.close(offered)
    second.results.close()
    with suppress(ChildProcessError):  # whoever started this one ignores the end of processes
        os.waitpid(second.process, 0)


def _offer_hands(size: int) -> int:
    """Return a pipe that holds the number of each hand, for two processes to take from."""
    offered, sender = os.pipe()
    for hand in range(min(size, _HANDS)):
        os.write(sender, _pack(hand))
    os.close(sender)
    return offered


def _take_numbers(offered: int, size: int) -> Iterator[int]:
    """Take a hand when the last one is done, and yield the numbers of the items in it, until no hand is left."""
    while packed := os.read(offered, _NUMBER_BYTES):
        yield from range(_unpack(packed), size, _HANDS)


def _start_process(
    offered: int,
    items: Sequence[_Item],
    do_there: Callable[[_Item], _Result],
) -> _Second:
    """Fork a process that takes its share of ``items``."""
    receiver, sender = os.pipe()
    child = os.fork()
    if child:
        os.close(sender)
        return _Second(child, os.fdopen(receiver, "rb"))
    try:
        os.close(receiver)
        # Kept until the end: a pipe holds little, and its reader is busy with a share of its own.
        encoder = msgspec.msgpack.Encoder()
        results = {}
        for number in _take_numbers(offered, len(items)):
            results[number] = encoder.encode(do_there(items[number]))
        with os.fdopen(sender, "wb") as pipe:
            for number, data in results.items():
                pipe.write(_pack(number) + _pack(len(data)) + data)
    finally:
        os._exit(0)  # whatever happened: nothing of the parent's may run twice


def _receive_results(pipe: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Yield what the other process sent, as much of it as came whole, by the item's number."""
    while packed := pipe.read(_NUMBER_BYTES):
        size = _unpack(pipe.read(_NUMBER_BYTES))
        data = pipe.read(size)
        if len(data) < size or not size:
            break
        yield _unpack(packed), data


def _pack(number: int) -> bytes:
    return number.to_bytes(_NUMBER_BYTES, "big")


def _unpack(packed: bytes) -> int:
    return int.from_bytes(packed, "big")
