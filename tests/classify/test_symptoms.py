"""Reports of what happens only at times."""

from __future__ import annotations

import pytest
from tests.support.routing import route

from tierwise.classify.symptoms import reports_a_symptom


@pytest.mark.parametrize(
    "text",
    [
        "the board resets itself every couple of hours",
        "generated code is wrong only with -O2",
        "Some users see an empty page",
        "les clients attendent, au bout d'une heure tout s'arrête",
        "der Dienst stürzt ab, obwohl genug Speicher da ist",
    ],
)
def test_what_happens_at_times_or_against_all_that_is_known_is_a_symptom(text: str) -> None:
    assert reports_a_symptom(text)
    assert route(text).tier == "frontier"


@pytest.mark.parametrize(
    "text",
    [
        "show the banner only on phones",
        "the banner should be shown only on phones",
        "the export writes the header row twice",
        "",
    ],
)
def test_a_wish_is_none_and_neither_is_what_always_happens(text: str) -> None:
    assert not reports_a_symptom(text)
