"""The real clients of other tools: the policy's model and effort in the request of every spawned agent."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet
from tests.support.checkout import ROOT
from tests.support.policies import synced
from tests.support.tools import find_client, make_stage, mark_client

from tierwise.cli import run
from tierwise.domain.coding_tools import label_of
from tierwise.policy.load import load_policy
from tierwise.verify.tools.registry import TOOLS
from tierwise.verify.tools.session import Stage
from tierwise.verify.tools.tool import Roles


@dataclass(frozen=True)
class Row:
    """One tool: its client's version, a role file of the user's own, and what such a file must say."""

    target: str
    version: str
    own: str
    line: bytes = b"name:   mine\r\n"
    settings: str = ""  # settings of the user's, with comments, that Tierwise adds to

    @property
    def client(self) -> Path:
        return find_client(f"{self.target}-{self.version}", TOOLS[self.target].program)

    @property
    def label(self) -> str:
        return f"{label_of(self.target)} {self.version}"


SUBAGENT = b"mode:   subagent\r\n"
ROWS = [
    Row("opencode", "1.18.33", ".opencode/agents/mine.md", SUBAGENT),
    Row("kilo", "7.7.7", ".kilo/agents/mine.md", SUBAGENT),
    Row("gemini", "0.61.0", ".gemini/agents/x.md", settings=".gemini/settings.json"),
    Row("qwen", "0.24.4", ".qwen/agents/x.md"),
    Row("copilot", "1.0.102", ".github/agents/x.agent.md"),
    Row("pi", "1.6.0", ".pi/agents/x.md"),
    Row("cline", "3.0.65", ".cline/agents/x.yaml"),
]
CODEX_ROW = Row("codex", "0.171.0", "")
SETTINGS_ROWS = [
    Row("continue", "1.5.47", ".continue/models/own.yaml"),
    Row("aider", "0.86.2", ".aider.conf.yml"),
]
OWN_SETTINGS = b"# ours\r\nauto-lint:   false  # odd\r\n"
TIERS_EDIT = "tiers: {light: {effort: low}, mid: {model: opus, effort: high}}\n"


def _mark_rows(rows: list[Row]) -> list[ParameterSet]:
    return [
        pytest.param(row, marks=mark_client(row.client, row.label), id=row.target) for row in rows
    ]


@pytest.mark.parametrize("row", _mark_rows([*ROWS, CODEX_ROW, *SETTINGS_ROWS]))
def test_verify_proves_every_model_of_the_policy_and_what_it_costs(
    row: Row,
    repository: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    synced(repository, f"targets: [claude, {row.target}]\n")
    monkeypatch.chdir(repository)
    monkeypatch.setenv("PATH", make_stage(repository, tmp_path).path)
    code = run(["verify", "--target", row.target, "--client", str(row.client), "--json"])
    proof = json.loads(capsys.readouterr().out)
    assert [line for line in proof["lines"] if line["verdict"] != "ok"] == []
    assert (code, proof["version"]) == (0, row.version)
    roles = TOOLS[row.target].list_roles(load_policy(str(repository)).policy)
    assert [line["name"] for line in proof["lines"]] == list(roles)
    stated = _read_stated_cost(row.label)
    assert proof["always_on_characters"] == pytest.approx(stated, rel=0.03, abs=20)


def _read_stated_cost(label: str) -> int:
    """The characters that docs/targets.md states for a client."""
    page = (ROOT / "docs" / "targets.md").read_text(encoding="utf-8")
    (found,) = re.findall(rf"^\| {re.escape(label)} \| ([\d,]+) \|", page, re.MULTILINE)
    return int(found.replace(",", ""))


@pytest.mark.parametrize("row", _mark_rows(SETTINGS_ROWS))
def test_edited_tiers_and_settings_of_the_users_own_hold_in_the_next_session(
    row: Row, repository: Path, tmp_path: Path
) -> None:
    own = repository / row.own
    own.parent.mkdir(parents=True, exist_ok=True)
    own.write_bytes(OWN_SETTINGS)
    synced(repository, f"targets: [{row.target}]\n")
    synced(repository, f"targets: [{row.target}]\n{TIERS_EDIT}")
    assert OWN_SETTINGS in own.read_bytes()
    tool = TOOLS[row.target]
    roles = list(tool.list_roles(load_policy(str(repository)).policy).items())
    for start in range(0, len(roles), tool.roles_a_session):
        batch = dict(roles[start : start + tool.roles_a_session])
        _check_routes(row, batch, make_stage(repository, tmp_path / f"home{start}"))


def _check_routes(row: Row, roles: Roles, stage: Stage) -> None:
    tool = TOOLS[row.target]
    session = tool.spawn_roles(row.client, stage, roles)
    wanted = {name: tool.spell_route(served) for name, served in roles.items()}
    assert {name: session.find_route(name) for name in roles} == wanted
