"""Whatever happens between install and uninstall, nothing of a person's is lost (see tests.support.sequences)."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tests.support.sequences import run_sequence

COUNT = int(os.environ.get("TIERWISE_SEQUENCES", "60"))


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_random_lives_lose_nothing(tmp_path: Path) -> None:
    faults = [run_sequence(seed, tmp_path) for seed in range(COUNT)]
    assert [fault for fault in faults if fault] == []
