"""What is compared with what, and when a difference is none."""

from __future__ import annotations

import pytest
from tests.support.reference import find_unnamed

from tierwise.verify.page import summarise, write_page
from tierwise.verify.proof import Proof
from tierwise.verify.stand_in import Request
from tierwise.verify.verdict import Assigned, ProofLine, judge_line

NEW, OLD = "2.1.332", "2.1.197"


def seen(model: str, effort: str | None) -> Request:
    body = {"model": model, "output_config": {"effort": effort}} if effort else {"model": model}
    return Request(0, {}, body, None, 0)


def judge(
    assigned: Assigned | None,
    request: Request | None,
    *,
    way: str = "agent",
    name: str = "poet",
    version: str = NEW,
) -> ProofLine:
    return judge_line(way, name, "", assigned, "", request, version)


MID = Assigned("mid", "sonnet", "low")


@pytest.mark.parametrize(
    ("request_", "version", "verdict"),
    [
        (seen("claude-sonnet-5-5", "low"), NEW, "ok"),
        (seen("claude-sonnet-5-5", "high"), NEW, "differs"),
        (seen("claude-opus-5-5", "low"), NEW, "differs"),
        (seen("claude-sonnet-4-5", None), NEW, "ok"),
        (seen("claude-sonnet-5", "high"), OLD, "limited"),
        (None, NEW, "differs"),
    ],
)
def test_model_and_effort_must_both_be_as_assigned(
    request_: Request | None, version: str, verdict: str
) -> None:
    assert judge(MID, request_, version=version).verdict == verdict


def test_in_a_workflow_an_effort_counts_on_every_version() -> None:
    assert judge(MID, seen("claude-sonnet-5", "high"), way="workflow", version=OLD).verdict == (
        "differs"
    )


def test_a_spawn_without_a_decision_differs_and_a_fork_cannot_be_routed() -> None:
    assert judge(None, seen("claude-opus-5-5", "high")).verdict == "differs"
    assert judge(None, seen("claude-opus-5-5", "high"), name="fork").verdict == "unroutable"


def test_what_the_policy_leaves_open_is_never_a_difference() -> None:
    assert judge(Assigned("", None, None), seen("claude-opus-5-5", "max")).verdict == "ok"


def test_the_page_says_what_the_table_says_and_keeps_markup_out() -> None:
    lines = (judge(MID, seen("claude-opus-5-5", "low"), name="<b>x</b>"),)
    proof = Proof(NEW, "/claude", "/repository", {"model": "<opus>"}, lines)
    assert find_unnamed(proof.as_json(), "verify.md") == []
    page = write_page(proof)
    assert not proof.holds
    assert summarise(proof) == "0 of 1 reached the API as assigned; 1 differs."
    assert "&lt;b&gt;x&lt;/b&gt;" in page
    assert "<b>x" not in page
    assert "&lt;opus&gt;" in page
    assert "differs: expected sonnet" in page
