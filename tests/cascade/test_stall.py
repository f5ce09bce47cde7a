"""An attempt that runs in circles is told from its stream; one that works is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from tierwise.cascade.model import StallLimits
from tierwise.cascade.stall import StallWatch


@pytest.fixture
def watch(tmp_path: Path) -> StallWatch:
    (tmp_path / "a.txt").write_text("one\n")
    return StallWatch(StallLimits(), str(tmp_path), max_usd=1.0, started=0.0)


def edit(watch: StallWatch, content: str, now: float = 1.0) -> str:
    path = Path(watch.folder) / "a.txt"
    first = watch.see_call("e", "Edit", {"file_path": str(path)})
    path.write_text(content)
    return first or watch.see_result("e", False, "ok", now)


def run(watch: StallWatch, output: str, failed: bool = True) -> str:
    first = watch.see_call("b", "Bash", {"command": "pytest -q"})
    return first or watch.see_result("b", failed, output, 1.0)


def test_one_file_read_for_ever_is_a_stall(watch: StallWatch) -> None:
    reads = [watch.see_call(str(n), "Read", {"file_path": "a.txt"}) for n in range(5)]
    assert reads[:4] == [""] * 4
    assert "looked at the same thing 5 times" in reads[4]


def test_the_same_command_failing_the_same_way_is_a_stall(watch: StallWatch) -> None:
    assert [run(watch, f"1 failed in {n}.2s") for n in range(2)] == ["", ""]
    assert "failed 3 times in the same way" in run(watch, "1 failed in 9.1s")


def test_edit_and_test_with_other_failures_is_work(watch: StallWatch) -> None:
    found = [edit(watch, f"{n}\n") or run(watch, f"failed: case {chr(97 + n)}") for n in range(6)]
    assert found == [""] * 6


def test_a_file_that_comes_back_to_an_earlier_content_twice_is_a_stall(watch: StallWatch) -> None:
    found = [edit(watch, text) for text in ("two\n", "one\n", "two\n")]
    assert found[:2] == ["", ""]
    assert "came back to an earlier content 2 times" in found[2]


def test_money_and_minutes_without_an_edit_are_a_stall(watch: StallWatch) -> None:
    assert watch.see_spend(0.4) == ""
    assert edit(watch, "two\n", now=500.0) == ""
    assert watch.see_spend(0.9) == ""
    assert "without a new edit" in watch.see_spend(0.91)
    assert watch.see_time(1099.0) == ""
    assert "no new edit in 10 minutes" in watch.see_time(1101.0)


def test_a_file_that_is_written_as_it_was_is_no_new_edit(watch: StallWatch) -> None:
    assert edit(watch, "two\n", now=10.0) == ""
    watch.see_spend(0.4)
    assert edit(watch, "two\n", now=500.0) == ""
    assert "without a new edit" in watch.see_spend(0.51)
    assert "no new edit in 10 minutes" in watch.see_time(611.0)


def test_a_command_that_changes_files_counts_as_an_edit(watch: StallWatch) -> None:
    watch.see_spend(0.5)
    watch.see_call("b", "Bash", {"command": "sed -i s/one/two/ a.txt"})
    (Path(watch.folder) / "a.txt").write_text("two, by sed\n")
    assert watch.see_result("b", False, "", 5.0) == ""
    assert (watch.last_edit, watch.spent_at_edit) == (5.0, 0.5)
