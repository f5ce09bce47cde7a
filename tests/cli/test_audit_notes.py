"""What an audit says beside the spawns."""

from __future__ import annotations

from tierwise.cli.audit_notes import describe_questions, sum_questions

ROWS = [
    {"row": "ask", "time": "2026-01-01", "kind": "docs", "local_kind": "docs", "usd": 0.5},
    {"row": "ask", "time": "2026-01-02", "kind": "docs", "local_kind": "unknown", "usd": 0.0001},
    {"row": "ask", "time": "2026-01-03", "kind": "", "fault": "no answer in time", "usd": 0.0002},
    {"row": "decision", "time": "2026-01-03", "kind": "docs"},
]


def test_questions_to_a_small_model_are_summed() -> None:
    asked = sum_questions(ROWS)
    assert (asked["questions"], asked["answers"], asked["agreed"]) == (3, 2, 1)
    since = sum_questions(ROWS[1:])
    assert (since["questions"], since["agreed"], round(since["usd"], 4)) == (2, 0, 0.0003)
    assert "2 unclear tasks ($0.0003): 1 answers, 0 as the local reading" in describe_questions(
        since
    )
