"""A user's own conversations, put together for a replay.

What their turns were read as is kept in the store of what was read, without their words: the next
replay reads only the transcripts that have changed since.
"""

from __future__ import annotations

import json
import os
from collections.abc import (
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from hashlib import blake2b
from operator import attrgetter
from pathlib import Path

import msgspec

from tierwise import __version__
from tierwise.classify import model
from tierwise.domain.table_shape import Table
from tierwise.errors import OutsideError
from tierwise.session.turns import (
    READING_VERSION,
    SessionTurn,
    summarise_turns,
)
from tierwise.transcripts.records import UsageRecord
from tierwise.transcripts.roots import Transcript
from tierwise.transcripts.share import (
    is_worth_sharing,
    share_work,
)
from tierwise.transcripts.store import open_store
from tierwise.transcripts.turns import read_turns

Turns = list[SessionTurn]
Known = tuple[str, bytes]
"""What turns were read from, and the turns as they are kept."""

_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(Turns)
_SENT: msgspec.msgpack.Decoder[Turns | None] = msgspec.msgpack.Decoder(Turns | None)


def find_conversations(
    transcripts: Iterable[Transcript],
    calls: Mapping[str, UsageRecord],
    table: Table,
    store: str | None = None,
) -> Iterator[Turns]:
    """Read the main transcripts that hold one of the calls, oldest first within a folder.

    ``store``: where what was read is kept; None for nowhere.  A file that has gone or may not be
    read is passed over: what it told is not known.
    """
    mains = [transcript for transcript in transcripts if not transcript.is_agent]
    if store is None:
        read = dict(_read_each(mains, table))
    else:
        read = _read_changed(mains, table, store)
    for transcript in mains:
        kept = [
            turn
            for turn in read.get(transcript.path, ())
            if not calls.keys().isdisjoint(turn.call_ids)
        ]
        if kept:
            yield kept


def pick_main_calls(records: Iterable[UsageRecord]) -> dict[str, UsageRecord]:
    """Return the main conversation's own calls by their id."""
    return {record.message_id: record for record in records if record.is_main}


def _read_changed(mains: Sequence[Transcript], table: Table, store: str) -> dict[str, Turns]:
    """Read what has changed, and take the rest from the store."""
    reading = _sign_reading(table)
    bases = {main.path: _sign_file(main, reading) for main in mains}
    known = _load_known(store)
    found = _pick_current(known, bases)
    stale = [main for main in mains if main.path not in found]
    fresh = dict(_read_each(stale, table))
    made = {}
    for path, turns in fresh.items():
        content = _ENCODER.encode(turns)
        made[path] = (bases[path], content)
    if made:
        gone = [path for path in known if not os.path.exists(path)]
        _save_made(store, made, gone)
    return {**found, **fresh}


def _pick_current(
    known: Mapping[str, Known],
    bases: Mapping[str, str],
) -> dict[str, Turns]:
    """Return what was made of the same file by the same reading; what cannot be decoded is none."""
    found = {}
    for path, (basis, content) in known.items():
        if bases.get(path) == basis:
            try:
                found[path] = _DECODER.decode(content)
            except msgspec.DecodeError:
                continue
    return found


def _read_each(mains: Sequence[Transcript], table: Table) -> Iterator[tuple[str, Turns]]:
    """Yield the turns of each transcript by its path; those of one that cannot be read are left out."""

    def read(main: Transcript) -> Turns | None:
        try:
            turns = read_turns(Path(main.path))
        except OSError:
            return None
        return summarise_turns(turns, table)

    size = sum(main.size for main in mains)
    results: Iterable[tuple[Transcript, Turns | None]]
    if is_worth_sharing(size):
        ordered = sorted(
            mains,
            key=attrgetter("size"),
            reverse=True,
        )
        results = share_work(ordered, read, read, _SENT.decode)
    else:
        results = ((main, read(main)) for main in mains)
    for main, turns in results:
        if turns is not None:
            yield main.path, turns


def _load_known(store: str) -> dict[str, Known]:
    try:
        with open_store(store) as opened:
            return opened.load_conversations()
    except OutsideError:
        return {}


def _save_made(
    store: str,
    made: Mapping[str, Known],
    gone: Iterable[str],
) -> None:
    try:
        with open_store(store) as opened:
            opened.save_conversations(made, gone)
    except OutsideError:
        pass  # it is read again the next time


def _sign_reading(table: Table) -> str:
    """Return what stands for all that a turn is read by: the policy, the model and this program."""
    with open(model.PATH, "rb") as handle:
        weights = blake2b(handle.read()).hexdigest()
    parts = [__version__, READING_VERSION, weights, table]
    text = json.dumps(parts, sort_keys=True)
    return blake2b(text.encode(), digest_size=16).hexdigest()


def _sign_file(main: Transcript, reading: str) -> str:
    return f"{reading} {main.inode} {main.size} {main.mtime} {main.ctime}"
