"""Two versions in one team: the older one changes nothing that a newer one wrote."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.support.policies import snapshot, status, synced, write_policy

from tierwise import __version__
from tierwise.errors import TierwiseError
from tierwise.sync import state
from tierwise.sync.repository import plan_sync, sync, uninstall
from tierwise.targets import shared

STATE = ".tierwise/state.json"
TABLE = ".tierwise/table.json"


def set_writer(path: Path, version: str) -> None:
    value = json.loads(path.read_bytes())
    path.write_text(json.dumps(value | {"tierwise": version}, indent=1, ensure_ascii=False) + "\n")


def test_state_and_table_name_their_writer(repository: Path) -> None:
    synced(repository)
    for name in (STATE, TABLE):
        assert json.loads((repository / name).read_bytes())["tierwise"] == __version__


@pytest.mark.parametrize("step", [plan_sync, sync, uninstall])
def test_an_older_tool_says_upgrade_and_writes_nothing(repository: Path, step: object) -> None:
    synced(repository)
    set_writer(repository / STATE, "99.0")
    write_policy(repository, "agents: {explorer: off}\n")
    before = snapshot(repository)
    with pytest.raises(TierwiseError, match=r"Tierwise 99\.0 has written") as raised:
        step(str(repository))  # type: ignore[operator]
    assert "Upgrade Tierwise" in raised.value.remedy
    assert "delete" not in str(raised.value)
    assert snapshot(repository) == before


def test_another_version_alone_is_no_drift_and_no_change(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced(repository)
    before = snapshot(repository)
    for module in (state, shared):
        monkeypatch.setattr(module, "__version__", "99.0")
    assert status(plan_sync(str(repository))) == {}
    sync(str(repository))
    assert snapshot(repository) == before
    write_policy(repository, "agents: {explorer: off}\n")
    sync(str(repository))
    for name in (STATE, TABLE):
        assert json.loads((repository / name).read_bytes())["tierwise"] == "99.0"
