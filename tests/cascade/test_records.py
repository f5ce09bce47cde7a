"""A run's id and record."""

from __future__ import annotations

import time

from tierwise.cascade.records import load, new_id, save


def test_ids_sort_by_time_within_a_second_too() -> None:
    ids = []
    for _ in range(50):
        ids.append(new_id())
        time.sleep(0.0005)  # an id counts in 4096ths of a second
    assert ids == sorted(ids)
    assert len(set(ids)) == len(ids)


def test_last_is_the_newest_run(tmp_path: object) -> None:
    for stop in ("killed", "failed", "accepted"):
        save(str(tmp_path), {"run": new_id(), "stop": stop})
        time.sleep(0.0005)
    newest = load(str(tmp_path), "last")
    assert newest is not None
    assert newest["stop"] == "accepted"
