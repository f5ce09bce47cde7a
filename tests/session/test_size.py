"""What shows a turn to be large, in the words of the three that say so."""

from __future__ import annotations

import re

from tests.support.checkout import ROOT

from tierwise.session import size
from tierwise.transcripts import hindsight


def test_a_turn_is_raised_before_hindsight_calls_it_large() -> None:
    assert size.MANY_FILES < hindsight.MANY_FILES


def test_the_module_in_the_client_asks_again_where_a_turn_shows_to_be_large() -> None:
    """It looks at the numbers of files edited that the hook answers, and knows the others itself."""
    module = (ROOT / "hooks" / "session.mjs").read_text(encoding="utf-8")
    known = dict(re.findall(r"^const (MANY_\w+|REPEATS) = (\d+);", module, re.M))
    assert known == {
        "MANY_STEPS": str(size.MANY_STEPS),
        "MANY_READ": str(size.MANY_READ),
        "MANY_EDITS": str(size.MANY_EDITS),
        "REPEATS": str(size.SAME_CALLS),
    }
