"""The replay as a page."""

from __future__ import annotations

from tests.support.replays import CALLS, PRICES, TURNS, rules

from tierwise.report.findings.finding import money
from tierwise.session.page import draw_page
from tierwise.session.summary import build_document


def test_the_page_shows_every_plan_and_loads_nothing() -> None:
    document = build_document([TURNS], CALLS, rules("mid"), PRICES)
    page = draw_page(document, rules("mid").ladder)
    assert all(plan["plan"] in page for plan in document["plans"])
    assert "http" not in page.replace("http://www.w3.org/2000/svg", "")


def test_charts_say_in_words_what_their_highest_bar_is() -> None:
    document = build_document([TURNS], CALLS, rules("mid"), PRICES)
    page = draw_page(document, rules("mid").ladder)
    plans = [document["recorded_usd"], *(plan["usd_high"] for plan in document["plans"])]
    assert f"the highest {money(max(plans))}." in page
    most = max(row["recorded_usd"] for row in document["labels"])
    assert f"the highest {money(most)}." in page
