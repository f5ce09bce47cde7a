"""A user's own conversations, put together for a replay.

What their turns were read as is kept in the store of what was read, without their words: the next
replay reads only the transcripts that have changed since.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Any

import msgspec

from tierwise import __version__
from tierwise.classify import model
from tierwise.errors import OutsideError
from tierwise.session.turns import READING_VERSION, SessionTurn, summarise_turns
from tierwise.transcripts.records import UsageRecord
from tierwise.transcripts.roots import Transcript
from tierwise.transcripts.share import is_worth_sharing, share_work
from tierwise.transcripts.store import open_store
from tierwise.transcripts.turns import read_turns

_TURNS = list[SessionTurn]
_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(_TURNS)


def find_conversations(
    transcripts: Iterable[Transcript],
    calls: Mapping[str, UsageRecord],
    table: dict[str, Any],
    store: Path | None = None,
) -> Iterator[list[SessionTurn]]:
    """Read the main transcripts that hold one of the calls, oldest first within a folder.

    ``store``: where what was read is kept; None for nowhere.  A file that has gone or may not be
    read is passed over: what it told is not known.
    """
    mains = [transcript for transcript in transcripts if not transcript.is_agent]
    read = _read_known(mains, table, store) if store else dict(_read_each(mains, table))
    for transcript in mains:
        turns = read.get(transcript.path) or ()
        kept = [turn for turn in turns if any(name in calls for name in turn.call_ids)]
        if kept:
            yield kept


def pick_main_calls(records: Iterable[UsageRecord]) -> dict[str, UsageRecord]:
    """Return the main conversation's own calls by their id."""
    return {record.message_id: record for record in records if record.is_main}


def _read_known(
    mains: Sequence[Transcript], table: dict[str, Any], store: Path
) -> dict[str, list[SessionTurn]]:
    """Read what has changed, and take the rest from the store."""
    policy = _sign_reading(table)
    bases = {transcript.path: _sign_file(transcript, policy) for transcript in mains}
    known = _load_known(store)
    found = _pick_current(known, bases)
    stale = [transcript for transcript in mains if transcript.path not in found]
    fresh = dict(_read_each(stale, table))
    made = {path: (bases[path], _ENCODER.encode(turns)) for path, turns in fresh.items()}
    if made:
        _save_made(store, made, [path for path in known if not Path(path).exists()])
    return {**found, **fresh}


def _pick_current(
    known: Mapping[str, tuple[str, bytes]], bases: Mapping[str, str]
) -> dict[str, list[SessionTurn]]:
    """Return what was made of the same file by the same reading; what cannot be decoded is none."""
    found = {}
    for path, (basis, content) in known.items():
        if bases.get(path) == basis:
            try:
                found[path] = _DECODER.decode(content)
            except msgspec.DecodeError:
                continue
    return found


def _read_each(
    mains: Sequence[Transcript], table: dict[str, Any]
) -> Iterator[tuple[str, list[SessionTurn]]]:
    """Yield the turns of each transcript by its path; those of one that cannot be read are left out."""

    def read(transcript: Transcript) -> list[SessionTurn] | None:
        try:
            return summarise_turns(read_turns(Path(transcript.path)), table)
        except OSError:
            return None

    results: Iterable[tuple[Transcript, list[SessionTurn] | None]]
    if is_worth_sharing(sum(transcript.size for transcript in mains)):
        ordered = sorted(mains, key=lambda transcript: transcript.size, reverse=True)
        results = share_work(ordered, read, read, _TURNS | None)
    else:
        results = ((transcript, read(transcript)) for transcript in mains)
    for transcript, turns in results:
        if turns is not None:
            yield transcript.path, turns


def _load_known(store: Path) -> dict[str, tuple[str, bytes]]:
    try:
        with open_store(store) as opened:
            return opened.load_conversations()
    except OutsideError:
        return {}


def _save_made(store: Path, made: Mapping[str, tuple[str, bytes]], gone: Iterable[str]) -> None:
    try:
        with open_store(store) as opened:
            opened.save_conversations(made, gone)
    except OutsideError:
        pass  # it is read again the next time


def _sign_reading(table: dict[str, Any]) -> str:
    """Return what stands for all that a turn is read by: the policy, the model and this program."""
    with open(model.PATH, "rb") as handle:
        weights = blake2b(handle.read()).hexdigest()
    parts = [__version__, READING_VERSION, weights, table]
    return blake2b(json.dumps(parts, sort_keys=True).encode(), digest_size=16).hexdigest()


def _sign_file(transcript: Transcript, policy: str) -> str:
    place = (transcript.inode, transcript.size, transcript.mtime, transcript.ctime)
    return f"{policy} {place}"
