"""The lengths of a repository's turns, kept where a turn's start reads them: ``.tierwise/local/turn_lengths.json``.

Numbers by kind of work only.  Standard library only: hooks import this.
"""

from tierwise import fastjson, ledger, local_state
from tierwise.session.lengths import (
    TurnLengths,
    learn_lengths,
    read_lengths,
)

NAME = "turn_lengths.json"


def load_lengths(root: str) -> TurnLengths:
    """Read what is kept; the prior alone where that is nothing."""
    return read_lengths(fastjson.read_object(local_state.read(root, NAME)))


def add_length(
    root: str,
    kind: str,
    requests: int,
) -> None:
    """Keep one turn more; the first time, all that the ledger has.  Raises OSError."""
    if local_state.has_file(root, NAME):
        lengths = load_lengths(root)
        lengths.note_turn(kind, requests)
    else:
        lengths = learn_lengths(ledger.read(root))  # the turn is among them
    local_state.write(
        root,
        NAME,
        data=fastjson.dumps(lengths.as_json()).encode(),
    )
