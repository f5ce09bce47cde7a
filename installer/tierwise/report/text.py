"""The first screen: the figures that a person looks at on a Monday, as plain text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal

from tierwise.pricing.elsewhere import Range
from tierwise.report.build import (
    WEEK,
    Before,
    Report,
    Weeks,
)
from tierwise.report.counterfactual import Baseline
from tierwise.report.findings.finding import (
    CostFinding,
    count,
    join_ends,
    money,
    span,
)
from tierwise.report.reconcile import sum_gaps
from tierwise.report.sessions import describe_sessions
from tierwise.report.totals import (
    IN_ORDER_OF_TIME,
    Total,
    sum_groups,
)
from tierwise.report.window import Window
from tierwise.shown import WIDTH, neutralise

LINES = 12
"""Groups of a view that are shown; the rest is one line."""


_COLUMNS = {
    "cost": 11,
    "share": 7,
    "messages": 9,
    "input": 8,
    "output": 8,
    "written": 8,
    "read": 8,
}
"""The figures of a view's line and their widths; written and read are of the cache."""

_HOURS_A_DAY = 24

KEY_WIDTH = WIDTH - sum(_COLUMNS.values())
"""Characters of a group's name before its figures; a longer name has a line of its own above them."""


def render_screen(
    report: Report,
    by: str,
    width: int = WIDTH,
) -> str:
    """Return the whole text; of a view's figures, those that ``width`` columns hold beside a name."""
    if not report.rows:
        parts = [_describe_no_calls(report.window)]
        if report.cascade.total.runs:  # by another API
            parts.append(f"  cascade        {_show_cascade(report)}")
        return "\n\n".join([*parts, coverage_line(report)])
    parts = [
        "\n".join(_show_head(report)),
        "\n".join(_describe_findings(report.findings[:1])),
        "\n".join(_show_view(report, by, width)),
        "\n".join(_describe_findings(report.findings[1:])),
        _hint_at_fixes(report.findings),
        coverage_line(report),
    ]
    return "\n\n".join(part for part in parts if part)


def _describe_no_calls(window: Window) -> str:
    if window.since is None and window.until is None:
        return "No calls."
    return f"No calls {window_words(window)}."


def window_words(window: Window) -> str:
    """Return the window in words; dates are the zone's."""
    parts = []
    if window.since is not None:
        parts.append(f"from {_write_moment(window.since)}")
    if window.until is not None:
        parts.append(f"until before {_write_moment(window.until)}")
    words = " ".join(parts) or "of all time"
    return f"{words} ({window.zone_name} time)"


def _write_moment(moment: datetime) -> str:
    """Write a moment to the minute; midnight as its day."""
    return moment.strftime("%Y-%m-%d %H:%M").replace(
        " 00:00",
        "",
    )


def coverage_line(report: Report) -> str:
    """Return what the figures stand on."""
    seen = report.coverage
    facts = [
        count(seen.files, "file"),
        count(seen.lines, "line"),
        f"{seen.damaged_lines:,} damaged",
        f"{count(seen.duplicate_rows, 'duplicate')} removed",
        f"{count(report.total.unpriced_tokens, 'token')} unpriced",
        f"{count(seen.lower_bound_records, 'output')} known as lower bounds",
    ]
    if seen.shared_id_records:
        calls = count(seen.shared_id_records, "call")
        its_own = "another call's message id and prompts of their own: calls, not copies"
        facts.append(f"{calls} with {its_own}")
    if seen.gone_files:
        facts.append(f"{count(seen.gone_files, 'file')} known from the store only")
    if seen.unreadable_files:
        facts.append(f"{count(seen.unreadable_files, 'file')} could not be read")
    lines = ["coverage: " + ", ".join(facts), *_cover_others(report)]
    lines.append(f"list-price equivalents ({report.prices}), not a bill")
    return "\n".join(lines)


def _cover_others(report: Report) -> Iterator[str]:
    """Yield what is worth knowing of Codex's calls, of models without a price and of bills that the client wrote."""
    codex = report.coverage.codex
    if codex is not None:
        calls = f"{count(codex.calls, 'call')} in {count(codex.files, 'file')}"
        yield f"Codex: {calls}; {codex.copies:,} copied in the files of forks and subagents, counted once"
    models = sorted({neutralise(row.record.model) for row in report.rows if row.unpriced_tokens})
    if models:
        names = ", ".join(models)
        yield f"unpriced: {names}; state their prices under `prices:` in tierwise.yaml"
    if report.gaps:
        billed, counted = sum_gaps(report.gaps)
        bills = f"{count(len(report.gaps), 'session')} wrote a bill of their own, {money(billed)}"
        gap = f"the gap {money(billed - counted)} (background calls, outputs never written)"
        yield f"reconciled: {bills}; their calls here are {money(counted)}, {gap}"


def _show_head(report: Report) -> Iterator[str]:
    yield f"Spend {window_words(report.window)}"
    yield ""
    yield f"  total          {money(report.total.cost)}" + _show_unpriced(report.total)
    if report.weeks:
        yield f"  week           {_compare_weeks(report.weeks)}"
    if report.sights.before:
        yield f"  before         {_compare_before(report.total.cost, report.sights.before)}"
    averages = f"mean {_show_money(report.mean)}, median {_show_money(report.median)} per session"
    yield f"  sessions       {len(report.sessions)}, {averages}"
    yield f"  developer-day  {_show_money(report.per_day)} over {count(len(report.days), 'day')}{_show_target(report)}"
    yield f"  cache          {_cache_words(report.total)}"
    yield f"  routing        {_show_routing(report)}"
    if report.sights.outcomes_words:
        yield f"  outcomes       {report.sights.outcomes_words}"
    for baseline in report.baselines:
        yield f"  against        {_show_baseline(baseline)}"
    top = report.baselines[0]
    if top.saved.low or top.saved.high:
        yield f"  of that saved  {_split_saving(top)}"
    if report.routed_turns.turns:
        yield f"  conversation   {report.routed_turns.describe()}"
    if report.cascade.total.runs:
        yield f"  cascade        {_show_cascade(report)}"


def _compare_weeks(weeks: Weeks) -> str:
    words = f"{money(weeks.last)} in the last {WEEK} days"
    before = f"the {WEEK} before ({money(weeks.before)})"
    if weeks.change is None:
        return f"{words}, nothing in the {WEEK} before"
    if not round(weeks.change, 2):
        return f"{words}, as much as in {before}"
    if weeks.change > 0:
        return f"{words}, {weeks.change:.0%} more than in {before}"
    return f"{words}, {-weeks.change:.0%} less than in {before}"


def _compare_before(cost: Decimal, before: Before) -> str:
    words = f"{money(before.cost)} in the {_length_words(before.length)} before"
    if not before.cost:
        return words
    change = float(cost / before.cost - 1)
    if not round(change, 2):
        return f"{words}, as much as now"
    if change > 0:
        return f"{words}; now {change:.0%} more"
    return f"{words}; now {-change:.0%} less"


def _length_words(length: timedelta) -> str:
    """Return the days and hours of a window, such as `2 days and 16 hours`."""
    days, hours = divmod(
        round(length / timedelta(hours=1)),
        _HOURS_A_DAY,
    )
    numbers = {"day": days, "hour": hours}
    parts = [count(number, unit) for unit, number in numbers.items() if number]
    return " and ".join(parts) or "moment"


def _split_saving(top: Baseline) -> str:
    """Say what of the saving against the top tier routing did, and what the person's own choice of models."""
    routed = _format_saving(top.routed)
    chosen = _format_saving(top.chosen)
    return f"{routed} by routing, {chosen} by your own choice of models"


def _format_saving(amount: Range) -> str:
    return join_ends(money(amount.low), money(amount.high))


def _show_target(report: Report) -> str:
    if report.target is None or report.per_day is None:
        return "; the policy has no target (budget.target_per_developer_day)"
    share = report.per_day / report.target - 1
    target = f"the policy's target of {money(report.target)}"
    if share > 0:
        return f", {share:.0%} over {target}"
    return f", {-share:.0%} under {target}"


def _cache_words(total: Total) -> str:
    ratio = total.cache_hit_ratio
    if ratio is None:
        return "no prompt was sent"
    return f"{ratio:.0%} of all prompt tokens were read from it"


def _show_routing(report: Report) -> str:
    found = report.efficiency
    if found.ratio is None:
        return "efficiency unknown: no subagent task here has a tier in the policy, and none is flagged"
    words = (
        f"efficiency {found.ratio:.0%}: "
        f"{found.good} of {found.tasks} routable tasks at or below the right tier"
    )
    if found.cost:
        words += f", {found.good_cost / found.cost:.0%} of their cost"
    if found.too_low:
        words += f"; {found.too_low} of them needed more"
    return words


def _show_baseline(baseline: Baseline) -> str:
    words = f"{baseline.words}: {span(baseline.cost)}"
    saved = baseline.saved
    if saved.low == saved.high == 0:
        return f"{words}, the same"
    if saved.high <= 0:
        less = span(-saved)
        return f"{words}, {less} less than was spent"
    if saved.low < 0:
        return (
            f"{words}, between {money(-saved.low)} less and {money(saved.high)} more than was spent"
        )
    said = f"{words}, saved {span(saved)}"
    if baseline.share is None:
        return said
    low, high = baseline.share
    share = join_ends(f"{low:.0%}", f"{high:.0%}", "–")
    return f"{said} ({share})"


def _show_cascade(report: Report) -> str:
    cascade = report.cascade
    found = cascade.total
    words = f"{found.accepted} of {count(found.runs, 'run')} accepted, {money(found.cost)}"
    if found.accepted:
        words += f", {money(found.cost / found.accepted)} for each accepted result"
    saved = _format_saving(cascade.compared.saved)
    words += f", {saved} saved against starting on {report.ladder.top}"
    if cascade.outside:
        words += f"; {money(cascade.outside)} of it in no transcript, not in the total"
    return words


def _fit_figures(room: int) -> int:
    """Return characters of the figures that a line of ``room`` characters holds beside a name."""
    held = 0
    for size in _COLUMNS.values():
        if KEY_WIDTH + held + size > room:
            break
        held += size
    return held


def _show_view(
    report: Report,
    by: str,
    room: int,
) -> Iterator[str]:
    groups = report.view(by)
    names = [neutralise(item.key) for item in groups[:LINES]]
    short = [len(name) for name in names if len(name) <= KEY_WIDTH]
    width = max(len(by), len("total"), *short)
    end = width + _fit_figures(room)
    yield _join_cells(by, width, _COLUMNS)[:end]
    shown = groups
    if by not in IN_ORDER_OF_TIME:
        shown = groups[:LINES]
    facts = {}
    if by == "session":
        facts = describe_sessions(
            report.rows,
            report.sights.first_words,
        )
    for item in shown:
        name = neutralise(item.key)
        if item.key in facts:
            name += f"  {neutralise(facts[item.key].in_words())}"
        if len(name) > KEY_WIDTH:
            yield name
            name = ""
        yield _show_line(name, item.total, report.total, width)[:end]
    rest = groups[len(shown) :]
    if rest:
        yield _show_line(
            f"{len(rest)} more",
            sum_groups(rest),
            report.total,
            width,
        )[:end]
    yield _show_line("total", report.total, report.total, width)[:end]


def _show_line(
    key: str,
    total: Total,
    whole: Total,
    width: int,
) -> str:
    share = "-"
    if whole.cost:
        share = f"{total.cost / whole.cost:.1%}"
    written = total.cache_write_5m_tokens + total.cache_write_1h_tokens
    tokens = (
        total.input_tokens,
        total.output_tokens,
        written,
        total.cache_read_tokens,
    )
    return _join_cells(
        key,
        width,
        [format_cost(total.cost_usd), share, f"{total.messages:,}", *map(count_words, tokens)],
    )


def _join_cells(
    key: str,
    width: int,
    cells: Iterable[str],
) -> str:
    line = f"{key:<{width}}"
    for text, size in zip(cells, _COLUMNS.values(), strict=True):
        line += f"{text:>{size}}"
    return line


def _describe_findings(findings: list[CostFinding]) -> Iterator[str]:
    for finding in findings:
        yield f"! {neutralise(finding.title)}: {span(finding.usd)}"
        yield from (f"    {neutralise(line)}" for line in finding.evidence)
        yield f"    fix: {neutralise(finding.fix)}"


def _hint_at_fixes(findings: list[CostFinding]) -> str:
    if not any(finding.patch for finding in findings):
        return ""
    return "`tierwise report --fix` prints these fixes as a diff of the policy."


def _show_unpriced(total: Total) -> str:
    if not total.unpriced_tokens:
        return ""
    return f", and {total.unpriced_tokens:,} tokens without a price"


def _show_money(amount: Decimal | None) -> str:
    if amount is None:
        return "-"
    return money(amount)


def format_cost(cost: float | None) -> str:
    """Write US dollars; ``unpriced`` where nothing has a price."""
    if cost is None:
        return "unpriced"
    return money(cost)


def count_words(number: int) -> str:
    """Return a count of tokens in three figures: 1.23M."""
    for size, letter in ((1_000_000_000, "G"), (1_000_000, "M"), (1_000, "k")):
        if number >= size:
            return f"{number / size:.2f}{letter}"
    return str(number)
