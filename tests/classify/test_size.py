"""The router is half as large as the one with word lists was."""

from __future__ import annotations

from pathlib import Path

import tierwise

PACKAGE = Path(tierwise.__file__).parent
WITH_WORD_LISTS = 749_543  # bytes of code and data


def test_code_and_data_of_the_router_are_half_of_what_they_were() -> None:
    files = [*(PACKAGE / "classify").glob("*.*"), *(PACKAGE / "routing").glob("*.py")]
    router = [path for path in files if not path.name.startswith("audit")]
    assert sum(path.stat().st_size for path in router) <= WITH_WORD_LISTS // 2
