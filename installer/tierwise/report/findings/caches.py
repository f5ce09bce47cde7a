"""Prompts and their caches: what was written for nothing, refilled, or too long."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from itertools import islice, pairwise
from operator import attrgetter

from tierwise.pricing.elsewhere import Range
from tierwise.pricing.prices import Prices, price
from tierwise.pricing.rates import Rates, read_tokens
from tierwise.report.findings.finding import (
    Case,
    CostFinding,
    EvidenceTally,
    count,
    make_finding,
    money,
)
from tierwise.report.rows import Row, name_task
from tierwise.report.turn_ends import TurnEnds
from tierwise.transcripts.records import UsageRecord

_HOUR = 3_600_000
_MILLION = Decimal(1_000_000)
_WORTH = 2_000
"""Tokens below which a cache write is not worth a word."""


def switched_model(case: Case) -> CostFinding | None:
    """Find where the main conversation changed its model and the new one had to write the whole context to its own cache.

    What it cost: the writes of the first call on the new model beyond what reading them would have cost.  What the
    session router changed is no finding: its caches are counted in what it saved.
    """
    evidence = []
    turns = TurnEnds(case.ledger_rows)
    for session, calls in _list_conversations(case.rows, _changes_model, main_only=True):
        refills = []
        words = set()
        for before, call in pairwise(calls):
            refill = _price_switch(before, call, case.prices)
            if refill and not turns.was_routed(call):
                refills.append(refill)
                words.add(f"{before.model} to {call.model}")
        if refills:
            usd = sum(refills, Decimal(0))
            switches = f"{count(len(refills), 'switch')} ({', '.join(sorted(words))})"
            text = f"session {session[:8]}: {switches}, {money(usd)} of cache refills"
            evidence.append((Range.exactly(usd), text))
    return make_finding(
        "model-switched",
        "The model was switched in mid-conversation",
        evidence,
        "Do not switch `/model` in a running conversation: give the other work to a subagent (`/light`, `/mid`, "
        "`/frontier`), or begin a new session after `/handoff`.",
    )


def unread_hour_writes(case: Case) -> CostFinding | None:
    """Find cache writes for an hour that no later call of the same conversation and model read.

    What it cost: the price of those writes beyond plain input.
    """
    usd: dict[str, Decimal] = defaultdict(Decimal)
    tokens: dict[str, int] = defaultdict(int)
    for _, calls in _list_conversations(case.rows, _writes_for_an_hour):
        for record in _list_unread(calls):
            written = record.cache_write_1h_tokens
            rates = case.prices.rates(
                record.model,
                record.timestamp,
                record.fast,
            )
            premium = _price_premium(rates, written)
            if premium:
                usd[record.agent] += premium
                tokens[record.agent] += written
    evidence = []
    for agent, cost in usd.items():
        written = tokens[agent]
        words = f"{agent}: {written:,} tokens written for an hour and never read, {money(cost)}"
        evidence.append((Range.exactly(cost), words))
    return make_finding(
        "unread-hour-writes",
        "One-hour cache writes were never read again",
        evidence,
        "Set `FORCE_PROMPT_CACHING_5M=1` in the environment of one-shot runs (CI, `claude -p`).",
    )


def long_prompts(case: Case) -> CostFinding | None:
    """Find prompts above a model's price band: the whole request is charged at the higher one.

    What it cost: the difference between the two bands for the same tokens.
    """
    found: dict[str, EvidenceTally] = defaultdict(EvidenceTally)
    longest: dict[str, int] = defaultdict(int)
    for row in case.rows:
        band = case.prices.lowest_band(
            row.record.model,
            row.record.fast,
        )
        if row.cost is None or band is None or row.calls.longest_prompt <= band:
            continue
        name = f"{row.record.agent} on {row.record.model}"
        for record in row.calls.records:
            extra = _above_band(record, case.prices)
            if extra > 0 and record.prompt_tokens > band:
                found[name].spent += extra
                found[name].calls += 1
                longest[name] = max(longest[name], record.prompt_tokens)
    evidence = []
    for name, tally in found.items():
        calls = f"{count(tally.calls, 'call')} above the band, the longest {longest[name]:,} tokens"
        usd = Range.exactly(tally.spent)
        evidence.append((usd, f"{name}: {calls}, {money(tally.spent)}"))
    return make_finding(
        "prompt-above-band",
        "Prompts above the price band",
        evidence,
        "Keep such tasks under 100,000 tokens of context: split them, name the files to read, or hand over with "
        "`/handoff` before the limit.",
    )


def _list_conversations(
    rows: Iterable[Row],
    wanted: Callable[[list[Row]], bool],
    *,
    main_only: bool = False,
) -> list[tuple[str, list[UsageRecord]]]:
    """Return the calls of each conversation that is wanted by its rows, in time order: (session, calls)."""
    found: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        record = row.record
        if record.kind == "message" and (record.is_main or not main_only):
            found[record.session, name_task(record)].append(row)
    conversations = []
    for (session, _), there in found.items():
        if wanted(there):
            calls = [call for row in there for call in row.calls.records]
            calls.sort(key=attrgetter("timestamp"))
            conversations.append((session, calls))
    return conversations


def _changes_model(rows: list[Row]) -> bool:
    return len({row.record.model for row in rows}) > 1


def _writes_for_an_hour(rows: list[Row]) -> bool:
    return any(row.calls.tokens[3] for row in rows)


def _price_switch(
    before: UsageRecord,
    call: UsageRecord,
    prices: Prices,
) -> Decimal:
    """Return what a call on another model than the one before it wrote anew; 0 where it is no such call."""
    if before.model == call.model or call.cache_read_tokens >= before.prompt_tokens // 2:
        return Decimal(0)
    return _price_refill(call, before.prompt_tokens, prices)


def _price_refill(
    record: UsageRecord,
    context: int,
    prices: Prices,
) -> Decimal:
    """Return what writing the context anew cost beyond reading it; 0 where the call wrote little of it."""
    written = record.cache_write_5m_tokens + record.cache_write_1h_tokens
    again = min(written + record.input_tokens, context)
    rates = prices.rates(
        record.model,
        record.timestamp,
        record.fast,
    )
    if again < _WORTH or not rates:
        return Decimal(0)
    _, _, short, long, read = rates.tokens
    write = short
    if record.cache_write_1h_tokens > record.cache_write_5m_tokens:
        write = long
    if not write or read is None:
        return Decimal(0)
    return again * (write - read) / _MILLION


def _list_unread(calls: list[UsageRecord]) -> Iterator[UsageRecord]:
    """Yield the calls that wrote for an hour what none after them read."""
    for index, record in enumerate(calls):
        if record.cache_write_1h_tokens < _WORTH:
            continue
        if not _is_read(record, islice(calls, index + 1, None)):
            yield record


def _is_read(
    writer: UsageRecord,
    later: Iterable[UsageRecord],
) -> bool:
    """Return whether a call within the hour read what was written; ``later`` are in order of time."""
    for call in later:
        if call.timestamp > writer.timestamp + _HOUR:
            return False
        reads_enough = call.cache_read_tokens >= writer.cache_write_1h_tokens
        if reads_enough and call.model == writer.model:
            return True
    return False


def _price_premium(rates: Rates | None, tokens: int) -> Decimal:
    if not rates:
        return Decimal(0)
    fresh, _, _, for_an_hour, _ = rates.tokens
    if fresh is None or for_an_hour is None:
        return Decimal(0)
    return tokens * (for_an_hour - fresh) / _MILLION


def _above_band(record: UsageRecord, prices: Prices) -> Decimal:
    """Return what a call cost beyond the lower band; 0 or less where it was priced pass by pass, each of them short."""
    rates = prices.rates(
        record.model,
        record.timestamp,
        record.fast,
    )
    paid = price(record, prices).cost
    if paid is None or not rates or rates.above is None or record.prompt_tokens <= rates.above:
        return Decimal(0)
    return paid - _price_at(record, rates.tokens) - rates.web_search * record.web_searches


def _price_at(
    record: UsageRecord,
    rates: tuple[Decimal | None, ...],
) -> Decimal:
    total = Decimal(0)
    for tokens, rate in zip(read_tokens(record), rates, strict=True):
        total += tokens * (rate or 0)
    return total / _MILLION
