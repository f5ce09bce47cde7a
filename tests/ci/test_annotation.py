"""Annotations: which of them stop a pipeline, and the places that they name."""

from __future__ import annotations

import pytest

from tierwise.ci.annotation import Annotation, has_errors, parse_place

ERROR = Annotation("drift", "error", "it differs")
WARNING = Annotation("review-date", "warning", "the date has passed")


def test_only_errors_stop_a_pipeline() -> None:
    assert has_errors([WARNING, ERROR]) and not has_errors([WARNING])


@pytest.mark.parametrize(
    ("place", "parts"),
    [
        ("a.yaml:3:4", ("a.yaml", 3, 4)),
        ("a.yaml:3", ("a.yaml", 3, 0)),
        ("a", ("a", 0, 0)),
        ("C:\\x", ("C:\\x", 0, 0)),
    ],
)
def test_places_are_read(place: str, parts: tuple[str, int, int]) -> None:
    assert parse_place(place) == parts
