"""What a person began a session with: read from its transcript when it is shown, kept nowhere."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path

from tierwise.shown import cut_text
from tierwise.transcripts.roots import Transcript
from tierwise.transcripts.turns import collect_turns

MOST_CHARACTERS = 60


def read_first_words(
    transcripts: Iterable[Transcript], sessions: Collection[str]
) -> dict[str, str]:
    """Return the beginning of what was first typed in each of ``sessions`` whose transcript is there."""
    found: dict[str, str] = {}
    for transcript in transcripts:
        path = Path(transcript.path)
        if path.stem in sessions:
            words = _read_one(path)
            if words:
                found[path.stem] = words
    return found


def _read_one(path: Path) -> str:
    try:
        with path.open("rb") as handle:
            for line in handle:
                turns = collect_turns([line])
                if turns:
                    words = " ".join(turns[0].text.split())
                    return cut_text(words, MOST_CHARACTERS)
    except OSError:
        pass  # its calls are known; what began them is not
    return ""
