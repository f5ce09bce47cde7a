"""The router is half as large as the one with word lists was."""

from __future__ import annotations

from pathlib import Path

import tierwise

PACKAGE = Path(tierwise.__file__).parent
# Bytes of code and data, without the audit and the explanation for a person (4,352 of them then).
WITH_WORD_LISTS = 749_543 - 4_352


def test_code_and_data_of_the_router_are_half_of_what_they_were() -> None:
    files = [*(PACKAGE / "classify").glob("*.*"), *(PACKAGE / "routing").glob("*.py")]
    router = [path for path in files if not path.name.startswith(("audit", "explain"))]
    assert sum(path.stat().st_size for path in router) <= WITH_WORD_LISTS // 2
