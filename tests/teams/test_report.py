"""What several developers' exports come to together, whatever their order, age and table."""

from __future__ import annotations

import csv
import io
from datetime import timezone
from pathlib import Path
from typing import Any

import pytest

from tierwise.errors import OutsideError
from tierwise.report.exported import COLUMNS
from tierwise.report.window import Window
from tierwise.teams.backends import open_backend
from tierwise.teams.page import team_page
from tierwise.teams.report import team_csv, team_document

pytest.importorskip("duckdb", reason="the extra tierwise[teams] is not installed")
WINDOW = Window(zone=timezone.utc, zone_name="UTC")


def _write_export(path: Path, *rows: dict[str, Any]) -> str:
    """An export with these cells; every other one is that of a call that cost a cent."""
    plain: dict[str, Any] = dict.fromkeys(COLUMNS, "")
    for name, kind in COLUMNS.items():
        if kind == "count":
            plain[name] = 0
    plain |= {"message_id": "m", "session": "s", "time": "2026-11-02T08:00:00.000+00:00"}
    plain |= {"developer": "ann", "day": "2026-11-02", "tier": "light", "messages": 1}
    plain |= {"cost_usd": "0.010000000000", "prices": "2026-11-01-abc"}
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, list(COLUMNS), lineterminator="\n")
        writer.writeheader()
        writer.writerows({**plain, **row} for row in rows)
    return str(path)


def _team(files: list[str], by: str = "developer") -> dict[str, Any]:
    with open_backend("duckdb:", files) as backend:
        return team_document(backend, by, WINDOW)


@pytest.mark.slow
def test_two_developers_behind_one_relay_are_both_there(tmp_path: Path) -> None:
    calls = [
        {"input_tokens": count, "time": f"2026-11-02T08:00:0{count}.000+00:00"}
        for count in (1, 2, 3)
    ]
    ann = _write_export(tmp_path / "ann.csv", *({**call, "developer": "ann"} for call in calls))
    bob = _write_export(
        tmp_path / "bob.csv",
        *(
            {**call, "developer": "bob", "input_tokens": call["input_tokens"] + 10}
            for call in calls
        ),  # type: ignore[operator]
    )
    found = _team([ann, bob, ann])
    assert {row["key"]: row["cost_usd"] for row in found["rows"]} == pytest.approx(
        {"ann": 0.03, "bob": 0.03}
    )
    assert found["coverage"]["duplicate_rows"] == 3


@pytest.mark.slow
def test_the_newest_prices_of_a_call_count_in_whatever_order_files_come(tmp_path: Path) -> None:
    old = _write_export(tmp_path / "a.csv", {"prices": "2026-10-01-fff", "cost_usd": "9.0"})
    new = _write_export(tmp_path / "b.csv", {"prices": "2026-11-01-aaa", "cost_usd": "2.0"})
    assert [_team(files)["total"]["cost_usd"] for files in ([old, new], [new, old])] == [2.0, 2.0]


@pytest.mark.slow
def test_a_call_without_a_time_is_no_developer_day(tmp_path: Path) -> None:
    undated = {"message_id": "n", "day": "unknown", "time": "1970-01-01T00:00:00.000+00:00"}
    found = _team([_write_export(tmp_path / "a.csv", {}, undated)])
    assert found["baselines"]["averages"]["developer_days"] == 1


def _arrange_columns(path: str, names: list[str]) -> str:
    """Write an export anew with these columns."""
    with open(path, encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    with open(path, "w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, names, restval="x", extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    return path


@pytest.mark.slow
def test_columns_of_an_export_are_known_by_their_names(tmp_path: Path) -> None:
    plain = _write_export(tmp_path / "a.csv", {})
    found = _team([plain])
    assert found["rows"][0]["key"] == "ann"
    assert _team([_arrange_columns(plain, list(COLUMNS)[::-1])]) == found
    assert _team([_arrange_columns(plain, [*COLUMNS, "of_a_newer_version"])]) == found


def test_an_export_without_a_column_is_refused_by_its_name(tmp_path: Path) -> None:
    names = [name for name in COLUMNS if name not in ("folder", "flag")]
    older = _arrange_columns(_write_export(tmp_path / "a.csv", {}), names)
    with pytest.raises(OutsideError, match='"folder" not found'):
        _team([older])


def test_the_page_names_the_highest_bar_whatever_the_order_of_the_bars(tmp_path: Path) -> None:
    days = [
        {"day": f"2026-11-0{number}", "message_id": str(number), "cost_usd": cost}
        for number, cost in ((2, "1"), (3, "7"), (4, "2"))
    ]
    page = team_page(_team([_write_export(tmp_path / "a.csv", *days)], "day"), WINDOW)
    assert "the highest $7.00." in page


def test_a_team_s_view_as_csv_ends_with_the_total(tmp_path: Path) -> None:
    found = _team([_write_export(tmp_path / "a.csv", {})], "tier")
    lines = list(csv.DictReader(io.StringIO(team_csv(found))))
    assert [(line["key"], line["cost_usd"]) for line in lines] == [
        ("light", "0.01"),
        ("total", "0.01"),
    ]


def test_a_name_in_a_table_is_no_formula_of_a_spreadsheet(tmp_path: Path) -> None:
    found = _team([_write_export(tmp_path / "a.csv", {"tier": "=1+1"})], "tier")
    first, _ = csv.DictReader(io.StringIO(team_csv(found)))
    assert first["key"] == "'=1+1"
