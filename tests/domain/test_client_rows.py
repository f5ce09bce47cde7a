"""The shapes of rows about what the client did, beside the page that describes them."""

from __future__ import annotations

from pathlib import Path
from typing import get_args, get_type_hints

import pytest

from tierwise.domain import client_rows
from tierwise.domain.ledger_rows import AskRow

PAGE = (Path(__file__).parents[2] / "docs" / "ledger.md").read_text(encoding="utf-8")
NAMES = ("StartRow", "StopRow", "ServedRow", "LaunchedRow", "SessionRow", "GateRow", "TurnRow")


@pytest.mark.parametrize("shape", [AskRow, *(getattr(client_rows, name) for name in NAMES)])
def test_every_key_of_a_row_is_described(shape: type) -> None:
    hints = get_type_hints(shape)
    (kind,) = get_args(hints["row"])
    assert f"`{kind}`" in PAGE
    missing = [key for key in hints if key != "row" and f"`{key}`" not in PAGE]
    assert missing == []
