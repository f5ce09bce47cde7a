"""Annotations in the four formats, with words that would break out of each of them."""

from __future__ import annotations

import json

from tierwise.ci.annotation import Annotation
from tierwise.ci.formats import FORMATS

NASTY = Annotation("drift", "error", "50 %\n::error::x,y: z", "a,b:c.md", 3, 7)
PLAIN = Annotation("review-date", "warning", "the date has passed")


def test_text_is_one_line_each_and_nothing_for_nothing() -> None:
    assert FORMATS["text"]([PLAIN]) == "warning: review-date: the date has passed\n"
    assert FORMATS["text"]([]) == FORMATS["github"]([]) == ""


def test_a_workflow_command_cannot_be_left_by_what_it_says() -> None:
    said = FORMATS["github"]([NASTY, PLAIN])
    assert said.splitlines() == [
        "::error file=a%2Cb%3Ac.md,line=3,col=7,title=drift::50 %25%0A::error::x,y: z",
        "::warning title=review-date::the date has passed",
    ]


def test_gitlabs_report_has_a_place_and_an_identity_for_each() -> None:
    report = json.loads(FORMATS["gitlab"]([NASTY, PLAIN]))
    assert [entry["severity"] for entry in report] == ["major", "minor"]
    assert report[0]["location"] == {"path": "a,b:c.md", "lines": {"begin": 3}}
    assert len({entry["fingerprint"] for entry in report}) == 2
    assert json.loads(FORMATS["gitlab"]([])) == []


def test_sarif_names_its_rules_and_places() -> None:
    log = json.loads(FORMATS["sarif"]([NASTY, PLAIN]))
    (run,) = log["runs"]
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["drift", "review-date"]
    place = run["results"][0]["locations"][0]["physicalLocation"]
    assert place["region"] == {"startLine": 3, "startColumn": 7}
    assert run["results"][1]["level"] == "warning"
