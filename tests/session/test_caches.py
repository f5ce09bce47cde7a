"""Caches of one conversation, replayed on other models.  Every figure is worked out by hand."""

from __future__ import annotations

from tierwise.session.caches import AS_RECORDED, ConversationCaches, read_caches
from tierwise.transcripts.records import UsageRecord

OPUS = "claude-opus-5-5"
SONNET = "claude-sonnet-5-5"
MINUTE = 60_000


def call(
    minute: float, *, read: int, write: int, model: str = OPUS, hour: bool = False
) -> UsageRecord:
    return UsageRecord(
        message_id=f"m{minute}",
        session="s",
        model=model,
        timestamp=int(minute * MINUTE),
        input_tokens=3,
        output_tokens=100,
        cache_read_tokens=read,
        cache_write_1h_tokens=write if hour else 0,
        cache_write_5m_tokens=0 if hour else write,
    )


GROWING = [
    call(0, read=0, write=10_000),
    call(1, read=10_000, write=2_000),
    call(2, read=12_000, write=1_000),
]


def replay(
    calls: list[UsageRecord], served: list[str], *, shares_prefix: bool = False
) -> list[tuple[int, int]]:
    """(read, written) of each call."""
    recorded = read_caches(calls)
    caches = ConversationCaches(recorded, shares_prefix=shares_prefix)
    found = []
    for place, model in enumerate(served):
        [read] = caches.replay([place], model)
        if read == AS_RECORDED:
            read = calls[place].cache_read_tokens
        found.append((read, recorded[place].cached - read))
    return found


def count_recorded(calls: list[UsageRecord], served: list[str]) -> int:
    """How many calls at the start are as they were recorded."""
    caches = ConversationCaches(read_caches(calls), shares_prefix=True)
    read = [caches.replay([place], model) for place, model in enumerate(served)]
    return read.count([AS_RECORDED])


def test_on_the_model_that_served_it_a_conversation_is_itself() -> None:
    assert count_recorded(GROWING, [OPUS] * 3) == 3


def test_the_first_call_on_another_model_writes_the_whole_context() -> None:
    assert replay(GROWING, [OPUS, OPUS, SONNET])[2] == (0, 13_000)


def test_back_within_the_lifetime_only_what_came_since_is_written() -> None:
    assert replay(GROWING, [OPUS, SONNET, OPUS]) == [(0, 10_000), (0, 12_000), (10_000, 3_000)]


def test_after_the_lifetime_everything_is_written_again() -> None:
    calls = [*GROWING[:2], call(7, read=12_000, write=1_000)]
    assert replay(calls, [OPUS, SONNET, OPUS])[2] == (0, 13_000)


def test_an_hour_s_cache_lives_an_hour() -> None:
    calls = [
        call(0, read=0, write=10_000, hour=True),
        call(1, read=10_000, write=2_000, hour=True),
        call(50, read=12_000, write=1_000, hour=True),
    ]
    assert replay(calls, [OPUS, SONNET, OPUS])[2] == (10_000, 3_000)


def test_a_prefix_that_changed_is_lost_to_every_model() -> None:
    calls = [*GROWING, call(3, read=4_000, write=3_000)]
    assert replay(calls, [SONNET] * 4)[3] == (4_000, 3_000)


def test_a_whole_conversation_on_another_model_has_the_same_reads() -> None:
    assert replay(GROWING, [SONNET] * 3) == [(0, 10_000), (10_000, 2_000), (12_000, 1_000)]


def test_instructions_that_another_conversation_wrote_may_be_shared() -> None:
    calls = [call(0, read=8_000, write=2_000)]
    assert replay(calls, [SONNET], shares_prefix=True) == [(8_000, 2_000)]
    assert replay(calls, [SONNET], shares_prefix=False) == [(0, 10_000)]


def test_conversations_that_were_switched_keep_the_recorded_figures_where_nothing_differs() -> None:
    calls = [
        GROWING[0],
        call(1, read=0, write=12_000, model=SONNET),
        call(2, read=10_000, write=3_000),
    ]
    assert count_recorded(calls, [one.model for one in calls]) == 3


def test_a_cache_is_warm_for_as_long_as_it_lives() -> None:
    caches = ConversationCaches(read_caches(GROWING), shares_prefix=False)
    caches.replay([0], OPUS)
    assert caches.find_warm_tokens("opus", 5 * MINUTE) == 10_000
    assert caches.find_warm_tokens("opus", 6 * MINUTE) == 0
    assert caches.find_warm_tokens("sonnet", MINUTE) == 0
