"""Functions grow no more complex: radon's ranks are held where they are, and may only fall.

Rank B (at most 10 paths) is what is wanted; what is worse today is counted here.  Lower the number with each one that goes.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "installer" / "tierwise"
MOST_OF_RANK_C = 24
# Flat lists of one test a field, which a split would scatter.
OF_RANK_D: set[str] = set()


def _list_ranked() -> list[tuple[str, str]]:
    """(rank, name) of every function and method that is worse than B."""
    call = [sys.executable, "-m", "radon", "cc", "--min", "C", "--json", str(PACKAGE)]
    done = subprocess.run(call, capture_output=True, text=True, check=True)
    found = set()
    for path, blocks in json.loads(done.stdout).items():
        for block in blocks:
            if block["type"] == "class":
                continue
            owner = block.get("classname")
            name = f"{owner}.{block['name']}" if owner else block["name"]
            found.add((block["rank"], name, path))
    return [(rank, name) for rank, name, _ in sorted(found)]


@pytest.mark.slow
def test_no_more_functions_are_complex_than_before() -> None:
    ranked = _list_ranked()
    assert len([name for rank, name in ranked if rank == "C"]) <= MOST_OF_RANK_C
    assert {name for rank, name in ranked if rank not in "ABC"} == OF_RANK_D
