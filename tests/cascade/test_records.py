"""A run's id and record."""

from __future__ import annotations

import time

import pytest

from tierwise.cascade.records import RunRecord, blank, load, load_all, new_id, save


def test_ids_sort_by_time_within_a_second_too() -> None:
    ids = []
    for _ in range(50):
        ids.append(new_id())
        time.sleep(0.0005)  # an id counts in 4096ths of a second
    assert ids == sorted(ids)
    assert len(set(ids)) == len(ids)


def test_last_is_the_newest_run(tmp_path: object) -> None:
    for stop in ("killed", "failed", "accepted"):
        save(str(tmp_path), {**blank(new_id(), "a task"), "stop": stop})
        time.sleep(0.0005)
    newest = load(str(tmp_path), "last")
    assert newest is not None
    assert newest["stop"] == "accepted"


@pytest.mark.parametrize("key", ["task", "stop", "tier", "attempts", "cost_usd"])
def test_a_record_that_lacks_what_every_one_has_is_passed_over(key: str, tmp_path: object) -> None:
    whole = blank(new_id(), "a task")
    save(str(tmp_path), whole)
    damaged: RunRecord = {**whole, "run": new_id()}
    del damaged[key]  # type: ignore[misc]
    save(str(tmp_path), damaged)
    assert [record["run"] for record in load_all(str(tmp_path))] == [whole["run"]]
