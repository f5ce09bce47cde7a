"""The aggregation, written once in DuckDB's SQL; sqlglot says it in the others' words.

A call that several exports have (overlapping windows, one machine exported twice) counts once: the row with the most
output, of those the one with the newest prices.  A ``message_id`` alone does not name a call, because relays give
several one id: its rows have the same prompt and time, too.
"""

from __future__ import annotations

from tierwise.report.exported import COLUMNS

KEYS = (
    "tier",
    "model",
    "agent",
    "domain",
    "session",
    "day",
    "project",
    "folder",
    "effort",
    "branch",
    "developer",
)
"""What a team's report can be grouped by."""

SUMS = (
    "messages",
    "input_tokens",
    "output_tokens",
    "cache_write_5m_tokens",
    "cache_write_1h_tokens",
    "cache_read_tokens",
    "web_searches",
    "cost_usd",
    "unpriced_tokens",
)
"""The columns of a row, in the order of the JSON contract."""


def view(
    table: str,
    by: str,
    since: str | None,
    until: str | None,
) -> str:
    """Return one line a group: its key, then :data:`SUMS`."""
    sums = ", ".join(f"SUM(calls.{name}) AS {name}" for name in SUMS)
    return f"WITH {_select_once(table, since, until)} SELECT {by} AS key, {sums} FROM calls GROUP BY {by}"


def total(
    table: str,
    since: str | None,
    until: str | None,
) -> str:
    """Return one line: :data:`SUMS`, then sessions, developers, developer-days and what else a report states."""
    sums = ", ".join(f"SUM(calls.{name}) AS {name}" for name in SUMS)
    return (
        f"WITH {_select_once(table, since, until)}, "
        "per_session AS (SELECT session, SUM(COALESCE(cost_usd, 0)) AS cost FROM calls GROUP BY session), "
        "ranked AS (SELECT cost, ROW_NUMBER() OVER (ORDER BY cost) AS place, COUNT(*) OVER () AS many "
        "FROM per_session), "
        "middle AS (SELECT AVG(cost) AS median_session FROM ranked WHERE place * 2 >= many AND place * 2 <= many + 2), "
        "days AS (SELECT DISTINCT developer, day FROM calls WHERE day <> 'unknown'), "
        "tasks AS (SELECT session, agent, task, MIN(at_or_below) AS good "
        "FROM calls WHERE routable = 1 GROUP BY session, agent, task), "
        f"sums AS (SELECT {sums}, COUNT(*) AS records, COUNT(DISTINCT session) AS sessions, "
        "COUNT(DISTINCT developer) AS developers, SUM(output_lower_bound) AS lower_bound_records, "
        "SUM(CASE WHEN top_low_usd IS NOT NULL THEN calls.cost_usd END) AS compared, "
        "SUM(top_low_usd) AS top_low, SUM(top_high_usd) AS top_high FROM calls) "
        "SELECT sums.*, (SELECT COUNT(*) FROM days) AS developer_days, (SELECT median_session FROM middle) AS median, "
        "(SELECT COUNT(*) FROM tasks) AS routable_tasks, (SELECT SUM(good) FROM tasks) AS good_tasks, "
        f"(SELECT COUNT(*) FROM {_limit_window(table, since, until)}) AS lines FROM sums"
    )


def _limit_window(
    table: str,
    since: str | None,
    until: str | None,
) -> str:
    tests = []
    if since:
        tests.append(f"time >= '{since}'")
    if until:
        tests.append(f"time < '{until}'")
    where = ""
    if tests:
        where = f" WHERE {' AND '.join(tests)}"
    return f"(SELECT * FROM {table}{where}) AS inside"


_SAME_CALL = (
    "message_id, time, input_tokens, cache_write_5m_tokens + cache_write_1h_tokens, "
    "cache_read_tokens"
)
"""What the rows of one call agree in."""

_BEST_FIRST = (
    "output_tokens DESC, prices DESC, cost_usd DESC, routable DESC, developer, session, tier, domain, "
    "agent, project, branch"
)
"""Which of them counts, so that the order of files does not matter."""


def _select_once(
    table: str,
    since: str | None,
    until: str | None,
) -> str:
    columns = ", ".join(COLUMNS)
    return (
        f"numbered AS (SELECT {columns}, ROW_NUMBER() OVER (PARTITION BY {_SAME_CALL} "
        f"ORDER BY {_BEST_FIRST}) AS copy FROM {_limit_window(table, since, until)}), "
        "calls AS (SELECT * FROM numbered WHERE copy = 1)"
    )
