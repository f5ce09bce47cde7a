"""`tierwise statusline`: one line for the client's status line."""

from __future__ import annotations

import json
from pathlib import Path

from tests.support.measured import tierwise


def test_the_status_line_answers_the_client(repository: Path) -> None:
    told = {
        "session_id": "s",
        "cwd": str(repository),
        "model": {"id": "claude-haiku-5-5", "display_name": "Haiku"},
    }
    done = tierwise(
        repository, "statusline", given=json.dumps(told | {"cost": {"total_cost_usd": 0.5}})
    )
    assert done.stdout == "light (Haiku) · $0.50 session\n"
