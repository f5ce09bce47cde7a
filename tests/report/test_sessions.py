"""A session is known by its day, its project and its model."""

from __future__ import annotations

from tests.support.spending import DAY, HAIKU, OPUS, SONNET, START, record, report_of

from tierwise.report.document import build_document
from tierwise.report.sessions import SessionFacts, describe_sessions
from tierwise.report.text import render_screen

CALLS = [
    record(1, session="one", model=SONNET, project="/gone/web", timestamp=START + DAY),
    record(2, session="one", model=OPUS, project="/gone/web", timestamp=START + 2 * DAY),
    record(3, session="one", agent="Explore", model=HAIKU, project="/gone/api", output_tokens=9),
    record(4, session="two", agent="Explore", model=HAIKU, project="/gone/api"),
]


def test_a_session_has_its_first_day_and_where_its_money_went() -> None:
    found = describe_sessions(report_of(CALLS).rows, {"two": "Where is the parser?"})
    assert found == {
        "one": SessionFacts("2026-11-02", "/gone/web", OPUS),
        "two": SessionFacts("2026-11-02", "/gone/api", HAIKU, "Where is the parser?"),
    }


def test_screen_and_document_say_them_by_session_only() -> None:
    report = report_of(CALLS)
    lines = render_screen(report, "session").splitlines()
    place = lines.index("one  2026-11-02, web, opus")  # the figures are below
    assert "$0.03  98.4%" in lines[place + 1]
    rows = build_document(report, "session")["rows"]
    assert [row["project"] for row in rows] == ["/gone/web", "/gone/api"]
    assert "day" not in build_document(report, "tier")["rows"][0]
