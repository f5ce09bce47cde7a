"""What beats the policy in another tool is found where it stands, and what loses to it is not spoken of."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.support.policies import synced

from tierwise.doctor.finding import Finding
from tierwise.doctor.other_tools import check_other_tools
from tierwise.doctor.place import look


@dataclass(frozen=True)
class Row:
    """One tool, a file (`~/` is the home), what is in it, and what is named to be taken out; empty: the file."""

    target: str
    name: str
    content: object
    named: str


GEMINI = ".gemini/settings.json"
SCOPE = {"match": {"overrideScope": "explorer"}, "modelConfig": {"model": "m"}}
BEATS = [
    Row("gemini", f"~/{GEMINI}", {"agents": {"overrides": {"explorer": {"modelConfig": {}}}}},
        "agents.overrides.explorer.modelConfig"),
    Row("gemini", f"~/{GEMINI}", {"agents": {"overrides": {"explorer": {"enabled": False}}}},
        "agents.overrides.explorer.enabled"),
    Row("gemini", f"~/{GEMINI}", {"modelConfigs": {"overrides": [SCOPE]}},
        "modelConfigs.overrides (explorer)"),
    Row("copilot", "~/.copilot/settings.json", {"subagents": {"agents": {"explorer": {"model": "m"}}}},
        "subagents.agents.explorer"),
    Row("copilot", "~/.copilot/agents/explorer.agent.md", "---\nname: explorer\n---\n", ""),
    Row("opencode", "opencode.json", {"agent": {"explorer": {"disable": True}}},
        "agent.explorer.disable"),
    Row("opencode", ".opencode/agent/explorer.md", "---\ndescription: d\n---\n", ""),
]  # fmt: skip
LOSES = [
    Row("gemini", f"~/{GEMINI}", {"agents": {"overrides": {"explorer": {"enabled": True}}}}, ""),
    Row("gemini", f"~/{GEMINI}", {"agents": {"overrides": {"theirs": {"enabled": False}}}}, ""),
    Row("gemini", f"~/{GEMINI}", {"agents": [], "modelConfigs": {"overrides": [1]}}, ""),
    Row("copilot", "~/.copilot/agents/theirs.agent.md", "---\nname: theirs\n---\n", ""),
    Row("opencode", "opencode.json", {"agent": {"explorer": {"model": "a/b"}}}, ""),
    Row("opencode", "~/.config/opencode/agents/explorer.md", "---\ndescription: d\n---\n", ""),
    Row("qwen", "~/.qwen/agents/explorer.md", "---\nname: explorer\n---\n", ""),
]


def _check(
    row: Row, repository: Path, home: Path, agents: str = "{}", **environ: str
) -> tuple[Path, list[Finding]]:
    synced(repository, f"targets: [claude, {row.target}]\nagents: {agents}\n")
    folder = home if row.name.startswith("~/") else repository
    path = folder / row.name.removeprefix("~/")
    path.parent.mkdir(parents=True, exist_ok=True)
    text = row.content if isinstance(row.content, str) else json.dumps(row.content)
    path.write_text(text)
    place = look(str(repository), {"HOME": str(home), "PATH": "/nowhere", **environ})
    return path, [found for found in check_other_tools(place) if found.level != "ok"]


@pytest.mark.parametrize("row", BEATS, ids=lambda row: row.named or row.name)
def test_what_beats_the_policy_fails_with_its_place(
    row: Row, repository: Path, tmp_path: Path
) -> None:
    path, found = _check(row, repository, tmp_path / "home")
    (finding,) = found
    assert (finding.check, finding.level) == (row.target, "fail")
    assert str(path) in finding.what
    assert "explorer" in finding.what
    assert row.named in finding.remedy


OFF = {
    "gemini": {"agents": {"overrides": {"explorer": {"enabled": False}}}},
    "opencode": {"agent": {"explorer": {"disable": True}}},
}


@pytest.mark.parametrize(
    ("target", "name", "variable", "value"),
    [
        ("opencode", ".opencode/opencode.json", "", ""),
        ("opencode", "~/.opencode/opencode.jsonc", "", ""),
        ("opencode", "~/.config/opencode/config.json", "", ""),
        ("opencode", "~/config/opencode/opencode.json", "XDG_CONFIG_HOME", "config"),
        ("opencode", "~/mine.json", "OPENCODE_CONFIG", "mine.json"),
        ("gemini", "~/other/.gemini/settings.json", "GEMINI_CLI_HOME", "other"),
        ("gemini", "~/etc/s.json", "GEMINI_CLI_SYSTEM_SETTINGS_PATH", "etc/s.json"),
        ("gemini", "~/etc/system-defaults.json", "GEMINI_CLI_SYSTEM_SETTINGS_PATH", "etc/s.json"),
        ("gemini", "~/d.json", "GEMINI_CLI_SYSTEM_DEFAULTS_PATH", "d.json"),
    ],
)
def test_every_file_that_the_tool_reads_is_read(
    target: str, name: str, variable: str, value: str, repository: Path, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    row = Row(target, name, OFF[target], "")
    path, found = _check(row, repository, home, **{variable: str(home / value)})
    assert [finding.level for finding in found] == ["fail"]
    assert str(path) in found[0].what


@pytest.mark.parametrize("row", LOSES, ids=lambda row: f"{row.target} {row.name}")
def test_what_loses_to_the_policy_is_no_finding(row: Row, repository: Path, tmp_path: Path) -> None:
    assert _check(row, repository, tmp_path / "home")[1] == []


@pytest.mark.parametrize(
    ("target", "name"),
    [("copilot", "~/.copilot/agents/theirs.agent.md"), ("opencode", ".opencode/agent/theirs.md")],
)
def test_a_role_of_the_users_own_that_the_policy_names_is_looked_for_too(
    target: str, name: str, repository: Path, tmp_path: Path
) -> None:
    row = Row(target, name, "---\nname: theirs\n---\n", "")
    path, found = _check(row, repository, tmp_path / "home", agents="{theirs: frontier}")
    assert [finding.level for finding in found] == ["fail"]
    assert f"theirs follows {path}" in found[0].what


def test_settings_that_cannot_be_read_are_said(repository: Path, tmp_path: Path) -> None:
    row = Row("copilot", "~/.copilot/settings.json", "// mine\n{}", "")
    path, found = _check(row, repository, tmp_path / "home")
    (finding,) = found
    assert finding.level == "warn"
    assert str(path) in finding.what
