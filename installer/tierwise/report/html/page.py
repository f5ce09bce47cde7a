"""The whole page."""

from __future__ import annotations

from html import escape

from tierwise.report.build import Report
from tierwise.report.findings.finding import (
    CostFinding,
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
from tierwise.report.html.frame import (
    mark_code,
    write_page,
    write_section,
)
from tierwise.report.text import coverage_line, window_words


def page(report: Report) -> str:
    """Return one HTML document that loads nothing: styles and charts are in it; marks of direction are shown as text."""
    body = "<section><p>No calls in this window.</p></section>"
    if report.rows:
        body = "".join(_list_sections(report))
    remark = "list-price equivalent, not a bill"
    if report.total.unpriced_tokens:
        remark += f", and {report.total.unpriced_tokens:,} tokens without a known price"
    return write_page(
        f"Spend {window_words(report.window)}",
        money(report.total.cost),
        f'<dl class="cards">{_list_cards(report)}</dl>{body}',
        coverage_line(report).splitlines(),
        remark,
    )


def _list_sections(report: Report) -> list[str]:
    unit = time_unit(report)
    sections = [
        write_section(
            f"Spend by {unit} and tier",
            by_day(report),
            f"What each {unit} cost, and which tier of the ladder it was spent on.",
        ),
        write_section(
            "Against the baselines",
            savings(report),
            "What the same calls would have cost elsewhere. Ranges, because tokenizers and turns differ between "
            "models; cost only, they say nothing of quality.",
        ),
        write_section(
            "From kind of work to tier",
            flow(report),
            "Where each kind of work was done. The main conversation is of many kinds and nobody routes it; "
            "`unknown` is what ran without a recorded decision.",
        ),
        write_section(
            "Spend by agent",
            by_agent(report),
            "The main conversation and every subagent, by the tiers they ran on.",
        ),
    ]
    if report.findings:
        items = "".join(_write_finding(finding) for finding in report.findings)
        lead = "What cost more than it had to, most money first, and what to do."
        sections.append(write_section("Findings", f'<ol class="findings">{items}</ol>', lead))
    return sections


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


def _write_finding(finding: CostFinding) -> str:
    evidence = "".join(f"<li>{escape(words)}</li>" for words in finding.evidence)
    return (
        f'<li><span class="usd">{escape(span(finding.usd))}</span><h3>{escape(finding.title)}</h3>'
        f"<ul>{evidence}</ul><p>{mark_code(finding.fix)}</p></li>"
    )
