"""A table that would lose digits of money."""

from __future__ import annotations

from pathlib import Path

import pytest

from tierwise.errors import TierwiseError
from tierwise.teams.backends import open_backend
from tierwise.teams.ddl import refuse_lost_digits


@pytest.mark.parametrize(
    ("declared", "scale", "refused"),
    [
        ("DECIMAL(28,12)", 12, False),
        ("numeric", None, False),
        ("Nullable(Decimal(28, 12))", 12, False),
        ("Decimal(10, 0)", 0, True),
        ("numeric", 2, True),
        ("DOUBLE", None, True),
        ("Nullable(Int64)", None, True),
        ("decimal(10,0)", None, True),
    ],
)
def test_a_table_that_loses_digits_is_refused(
    declared: str, scale: int | None, refused: bool
) -> None:
    types = [("developer", "text", None), ("cost_usd", declared, scale)]
    if not refused:
        refuse_lost_digits(types, "t")
        return
    with pytest.raises(TierwiseError, match="loses digits"):
        refuse_lost_digits(types, "t")


@pytest.mark.slow
def test_a_duckdb_table_that_lost_its_cents_is_refused(tmp_path: Path) -> None:
    duckdb = pytest.importorskip("duckdb", reason="the extra tierwise[teams] is not installed")

    from tierwise.teams.ddl import write_ddl

    good, bad = tmp_path / "good.duckdb", tmp_path / "bad.duckdb"
    with duckdb.connect(str(good)) as connection:
        connection.execute(write_ddl("duckdb", "tierwise_usage"))
    with duckdb.connect(str(bad)) as connection:
        connection.execute(write_ddl("duckdb", "tierwise_usage").replace("(28, 12)", "(18, 0)"))
    with open_backend(f"duckdb:{good}", []):
        pass
    refused = pytest.raises(TierwiseError, match="loses digits")
    with refused, open_backend(f"duckdb:{bad}", []):
        pass
