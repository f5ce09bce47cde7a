"""The whole page."""

from __future__ import annotations

import os
import re
from html import escape

from tierwise.report.build import Report
from tierwise.report.findings.finding import (
    Finding,
    count,
    money,
    span,
)
from tierwise.report.html.charts import (
    by_agent,
    by_day,
    savings,
    time_unit,
)
from tierwise.report.html.flow import flow
from tierwise.report.text import coverage_line, window_words
from tierwise.shown import neutralise_lines


def page(report: Report) -> str:
    """One HTML document that loads nothing: styles and charts are in it; marks of direction are shown as text."""
    body = "<section><p>No calls in this window.</p></section>"
    if report.rows:
        body = "".join(_list_sections(report))
    coverage = "".join(f"<p>{escape(words)}</p>" for words in coverage_line(report).splitlines())
    return neutralise_lines(
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        f"<title>Spend {escape(window_words(report.window))}</title><style>{page_style()}</style></head>"
        f"<body><main>{_write_header(report)}{body}<footer>{coverage}</footer></main></body></html>\n"
    )


def _list_sections(report: Report) -> list[str]:
    unit = time_unit(report)
    sections = [
        _write_section(
            f"Spend by {unit} and tier",
            f"What each {unit} cost, and which tier of the ladder it was spent on.",
            by_day(report),
        ),
        _write_section(
            "Against the baselines",
            "What the same calls would have cost elsewhere. Ranges, because tokenizers and turns differ between "
            "models; cost only, they say nothing of quality.",
            savings(report),
        ),
        _write_section(
            "From kind of work to tier",
            "Where each kind of work was done. The main conversation is of many kinds and nobody routes it; "
            "`unknown` is what ran without a recorded decision.",
            flow(report),
        ),
        _write_section(
            "Spend by agent",
            "The main conversation and every subagent, by the tiers they ran on.",
            by_agent(report),
        ),
    ]
    if report.findings:
        items = "".join(_write_finding(finding) for finding in report.findings)
        lead = "What cost more than it had to, most money first, and what to do."
        sections.append(_write_section("Findings", lead, f'<ol class="findings">{items}</ol>'))
    return sections


def _write_section(
    title: str,
    lead: str,
    body: str,
) -> str:
    name = re.sub(r"[^a-z]+", "-", title.lower())
    return (
        f'<section aria-labelledby="{name}"><h2 id="{name}">{escape(title)}</h2>'
        f'<p class="lead">{_mark_code(lead)}</p>{body}</section>'
    )


def _write_header(report: Report) -> str:
    unpriced = report.total.unpriced_tokens
    more = ""
    if unpriced:
        more = f", and {unpriced:,} tokens without a known price"
    return (
        f"<header><h1>Spend {escape(window_words(report.window))}</h1>"
        f'<p class="sum">{money(report.total.cost)}</p>'
        f"<p>list-price equivalent, not a bill{more}</p></header>"
        f'<dl class="cards">{_list_cards(report)}</dl>'
    )


def _list_cards(report: Report) -> str:
    cards = (
        _show_sessions,
        _show_day,
        _show_efficiency,
        _show_savings,
    )
    return "".join(show(report) for show in cards)


def _show_sessions(report: Report) -> str:
    words = f"mean {money(report.mean or 0)}, median {money(report.median or 0)}"
    return _write_card(
        "Sessions",
        f"{len(report.sessions):,}",
        words,
    )


def _show_day(report: Report) -> str:
    per_day = report.per_day or 0
    over = f"over {count(len(report.days), 'day')}"
    if not report.target or report.per_day is None:
        return _write_card(
            "A developer-day",
            money(per_day),
            f"{over}; the policy has no target",
        )
    share = float(per_day / report.target)
    words = f"{share:.0%} of the target of {money(report.target)}, {over}"
    return _write_card(
        "A developer-day",
        money(per_day),
        words,
        share,
    )


def _show_efficiency(report: Report) -> str:
    title = "Routing efficiency"
    found = report.efficiency
    if found.ratio is None:
        return _write_card(
            title,
            "–",
            "no subagent task here has a tier in the policy",
        )
    words = f"{found.good} of {found.tasks} routable tasks ran at or below the right tier"
    return _write_card(
        title,
        f"{found.ratio:.0%}",
        words,
        found.ratio,
        good=True,
    )


def _show_savings(report: Report) -> str:
    top = report.baselines[0]
    percent = ""
    if top.share:
        low, high = top.share
        percent = f"{low:.0%} to {high:.0%} of what that would have cost"
    saved = f"{money(top.saved.low)} to {money(top.saved.high)}"
    return _write_card(
        f"Saved against all on {report.ladder.top}",
        saved,
        percent,
    )


def _write_card(
    name: str, value: str, words: str, share: float | None = None, *, good: bool = False
) -> str:
    meter = ""
    if share is not None:
        over = ""
        if share > 1 and not good:
            over = " over"
        width = f"{min(share, 1) * 100:.0f}%"
        meter = f'<span class="meter{over}" aria-hidden="true"><i style="width:{width}"></i></span>'
    return (
        f"<div><dt>{escape(name)}</dt><dd>{escape(value)}{meter}</dd><dd>{escape(words)}</dd></div>"
    )


def _write_finding(finding: Finding) -> str:
    evidence = "".join(f"<li>{escape(words)}</li>" for words in finding.evidence)
    return (
        f'<li><span class="usd">{escape(span(finding.usd))}</span><h3>{escape(finding.title)}</h3>'
        f"<ul>{evidence}</ul><p>{_mark_code(finding.fix)}</p></li>"
    )


def _mark_code(text: str) -> str:
    """Escaped text with `code` marked up."""
    return re.sub(
        r"`([^`]+)`",
        r"<code>\1</code>",
        escape(text),
    )


def page_style() -> str:
    path = os.path.join(
        os.path.dirname(os.path.abspath(__file__)),
        "page.css",
    )
    with open(path, encoding="utf-8") as handle:
        return handle.read()
