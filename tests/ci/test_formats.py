"""Annotations in the four formats, with words that would break out of each of them."""

from __future__ import annotations

import json
import re
from typing import Any

import jsonschema
import pytest
from tests.support.checkout import ROOT

from tierwise.ci.annotation import Annotation
from tierwise.ci.formats import FORMATS

NASTY = Annotation("drift", "error", "50 %\n::error::x,y: z", "a,b:c.md", 3, 7)
PLAIN = Annotation("review-date", "warning", "the date has passed")


def test_text_is_one_line_each_and_nothing_for_nothing() -> None:
    assert FORMATS["text"]([PLAIN]) == "warning: review-date: the date has passed\n"
    assert len(FORMATS["text"]([NASTY]).splitlines()) == 1
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


EACH_LEVEL = [
    Annotation("checks", level, "said", "src/a b#c?d%20é.py", 1)
    for level in ("error", "warning", "note")
]
EVERYTHING = [NASTY, PLAIN, *EACH_LEVEL, Annotation("drift", "error", "", "\udcff.md", 0, 5)]


def check_schema(name: str, value: object) -> None:
    path = ROOT / "tests" / "data" / "schemas" / f"{name}.json"
    schema: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(value, schema)


@pytest.mark.parametrize("annotations", [[], EVERYTHING], ids=["nothing", "everything"])
def test_sarif_is_what_its_schema_allows(annotations: list[Annotation]) -> None:
    log = json.loads(FORMATS["sarif"](annotations))
    check_schema("sarif", log)
    (run,) = log["runs"]
    rules = {rule["id"] for rule in run["tool"]["driver"]["rules"]}
    assert {result["ruleId"] for result in run["results"]} == rules


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("a b.py", "a%20b.py"),
        ("a:b.py", "a%3Ab.py"),
        ("a/é#1.py", "a/%C3%A9%231.py"),
        ("", "tierwise.yaml"),
    ],
)
def test_a_path_in_sarif_is_a_uri_that_leads_back_to_it(path: str, uri: str) -> None:
    log = json.loads(FORMATS["sarif"]([Annotation("drift", "error", "said", path)]))
    place = log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == uri


def test_a_log_that_is_none_is_refused_by_the_schema() -> None:
    log = json.loads(FORMATS["sarif"]([NASTY]))
    log["runs"][0]["results"][0]["level"] = "notice"
    with pytest.raises(jsonschema.ValidationError, match="notice"):
        check_schema("sarif", log)


@pytest.mark.parametrize("annotations", [[], EVERYTHING[:-1]], ids=["nothing", "everything"])
def test_gitlabs_report_is_what_its_documentation_allows(annotations: list[Annotation]) -> None:
    check_schema("gitlab-code-quality", json.loads(FORMATS["gitlab"](annotations)))


def test_a_workflow_command_is_of_githubs_grammar() -> None:
    """`::NAME KEY=VALUE,…::MESSAGE`, with the properties that an annotation may have."""
    property_ = r"(?:file|line|endLine|col|endColumn|title)=[^,:\r\n]+"
    command = re.compile(rf"::(?:error|warning|notice) {property_}(?:,{property_})*::[^\r\n]*")
    lines = FORMATS["github"](EVERYTHING).split("\n")
    assert lines.pop() == ""
    assert len(lines) == len(EVERYTHING)
    assert [line for line in lines if not command.fullmatch(line)] == []
