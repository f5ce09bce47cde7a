"""What beats the policy in another tool is found where it stands, and what loses to it is not spoken of."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.support.checkout import ROOT
from tests.support.policies import write_policy

from tierwise.doctor.finding import Diagnosis
from tierwise.doctor.override_table import OVERRIDES
from tierwise.doctor.place import look
from tierwise.doctor.tool_overrides import check_tool_overrides
from tierwise.domain.coding_tools import CLAUDE, label_of, list_targets
from tierwise.policy.load import load_policy
from tierwise.targets.registry import find_dialect
from tierwise.verify.tools.registry import TOOLS


@dataclass(frozen=True)
class Row:
    """One tool, a file (`~/` is the home), what is in it, and what is named to be taken out; empty: the file."""

    target: str
    name: str
    content: object
    named: str


GEMINI = ".gemini/settings.json"
ROLE = "---\ndescription: d\n---\n"
CODEX_ROLE = 'name = "explorer"\nmodel = "m"\n'
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
    Row("copilot", "~/.copilot/settings.json", {"subagents": {"disabledSubagents": ["explorer"]}},
        "subagents.disabledSubagents (explorer)"),
    Row("copilot", "~/.copilot/agents/0.agent.md", "---\nname: explorer\n---\n", ""),
    Row("copilot", ".github/agents/0.agent.md", "---\nname: explorer\n---\n", ""),
    Row("opencode", "opencode.json", {"agent": {"explorer": {"disable": True}}},
        "agent.explorer.disable"),
    Row("opencode", "opencode.json", {"mode": {"explorer": {"model": "a/b"}}}, "mode.explorer"),
    Row("opencode", "opencode.jsonc", '{"agent": {"explorer": {"disable": true,},}} // off',
        "agent.explorer.disable"),
    Row("opencode", "~/.opencode/opencode.json", {"agent": {"explorer": {"model": "a/b"}}},
        "agent.explorer.model"),
    Row("opencode", "~/.opencode/opencode.json", {"agent": {"explorer": {"variant": "max"}}},
        "agent.explorer.variant"),
    Row("opencode", ".opencode/agent/explorer.md", ROLE, ""),
    Row("opencode", ".opencode/modes/explorer.md", ROLE, ""),
    Row("opencode", ".opencode/agents/nested/x.md", "---\nname: explorer\n---\n", ""),
    Row("opencode", "~/.opencode/agents/explorer.md", ROLE, ""),
    Row("kilo", "kilo.json", {"agent": {"explorer": {"disable": True}}}, "agent.explorer.disable"),
    Row("kilo", "opencode.json", {"agent": {"explorer": {"disable": True}}}, "agent.explorer.disable"),
    Row("kilo", ".kilocode/kilo.json", {"agent": {"explorer": {"disable": True}}},
        "agent.explorer.disable"),
    Row("kilo", "~/.config/kilo/kilo.json", {"agent": {"explorer": {"disable": True}}},
        "agent.explorer.disable"),
    Row("kilo", "~/.kilocode/kilo.json", {"agent": {"explorer": {"model": "a/b"}}},
        "agent.explorer.model"),
    Row("kilo", "~/.kilo/kilo.jsonc", {"agent": {"explorer": {"variant": "max"}}},
        "agent.explorer.variant"),
    Row("kilo", ".kilo/agent/explorer.md", ROLE, ""),
    Row("kilo", "~/.kilocode/agents/explorer.md", ROLE, ""),
    Row("pi", "~/.pi/agent/agents/any.md", "---\nname: explorer\n---\n", ""),
    Row("pi", ".pi/agents/zz.md", "---\nname: explorer\n---\n", ""),
    Row("gemini", ".gemini/agents/zz.md", "---\nname: explorer\n---\n", ""),
    Row("cline", ".cline/agents/0.yaml", "---\nname: explorer\n---\n", ""),
    Row("cline", ".cline/agents/zz.yaml", "---\nname: explorer\n---\n", ""),
    Row("codex", ".codex/agents/aa.toml", CODEX_ROLE, ""),
    Row("codex", ".codex/agents/a/zz.toml", CODEX_ROLE, ""),
    Row("codex", ".codex/config.toml", '[agents.explorer]\nconfig_file = "mine.toml"\n',
        "agents.explorer.config_file"),
]  # fmt: skip
LOSES = [
    Row("gemini", f"~/{GEMINI}", {"agents": {"overrides": {"explorer": {"enabled": True}}}}, ""),
    Row("gemini", f"~/{GEMINI}", {"agents": {"overrides": {"theirs": {"enabled": False}}}}, ""),
    Row("gemini", f"~/{GEMINI}", {"agents": [], "modelConfigs": {"overrides": [1]}}, ""),
    Row("copilot", "~/.copilot/agents/theirs.agent.md", "---\nname: theirs\n---\n", ""),
    Row("opencode", "opencode.json", {"agent": {"explorer": {"model": "a/b"}}}, ""),
    Row("opencode", "~/.config/opencode/agents/explorer.md", "---\ndescription: d\n---\n", ""),
    Row("opencode", "~/.opencode/opencode.json", {"agent": {"explorer": {"disable": False}}}, ""),
    Row("opencode", ".opencode/agents/nested/explorer.md", ROLE, ""),
    Row("kilo", "kilo.json", {"agent": {"explorer": {"model": "a/b"}}}, ""),
    Row("kilo", ".opencode/opencode.json", {"agent": {"explorer": {"disable": True}}}, ""),
    Row("kilo", "~/.config/kilo/agents/explorer.md", ROLE, ""),
    Row("kilo", ".kilocode/agents/explorer.md", ROLE, ""),
    Row("qwen", "~/.qwen/agents/explorer.md", "---\nname: explorer\n---\n", ""),
    Row("qwen", ".qwen/agents/0.md", "---\nname: explorer\n---\n", ""),
    Row("copilot", ".github/agents/zz.agent.md", "---\nname: explorer\n---\n", ""),
    Row("copilot", "~/.copilot/settings.json", {"subagents": {"disabledSubagents": ["x", 1]}}, ""),
    Row("pi", ".pi/agents/0.md", "---\nname: explorer\n---\n", ""),
    Row("gemini", ".gemini/agents/0.md", "---\nname: explorer\n---\n", ""),
    Row("cline", "~/.cline/agents/explorer.yaml", "---\nname: explorer\n---\n", ""),
    Row("codex", "~/.codex/agents/explorer.toml", CODEX_ROLE, ""),
    Row("codex", ".codex/agents/zz.toml", CODEX_ROLE, ""),
    Row("codex", ".codex/config.toml", '[agents.explorer]\ndescription = "d"\n', ""),
    Row("codex", ".codex/config.toml", "[features]\nhooks = true\n", ""),
]


def _check(
    row: Row, repository: Path, home: Path, agents: str = "{}", **environ: str
) -> tuple[Path, list[Diagnosis]]:
    """Where the row's file lies, and what is said of it beside our own file of the role ``explorer``."""
    write_policy(repository, f"targets: [claude, {row.target}]\nagents: {agents}\n")
    dialect = find_dialect(row.target)
    assert dialect is not None
    ours = CODEX_ROLE if dialect.suffix == ".toml" else "---\nname: explorer\n---\n"
    _put(repository / dialect.path_of("explorer"), ours)
    folder = home if row.name.startswith("~/") else repository
    path = folder / row.name.removeprefix("~/")
    _put(path, row.content)
    place = look(str(repository), {"HOME": str(home), "PATH": "/nowhere", **environ})
    policy = load_policy(str(repository)).policy
    return path, list(check_tool_overrides(place, policy, row.target))


def _put(path: Path, content: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(content, bytes):
        path.write_bytes(content)
    elif isinstance(content, str):
        path.write_text(content)
    else:
        path.write_text(json.dumps(content))


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


SWITCHES = [
    ("~/.codex/config.toml", "[features]\nhooks = false\n", "features.hooks"),
    (".codex/config.toml", "[features]\ncodex_hooks = false\n", "features.codex_hooks"),
    ("~/.codex/config.toml", "[agents]\nenabled = false\n", "agents.enabled"),
]


@pytest.mark.parametrize(("name", "content", "switch"), SWITCHES)
def test_what_turns_off_routing_as_a_whole_fails_once(
    name: str, content: str, switch: str, repository: Path, tmp_path: Path
) -> None:
    row = Row("codex", name, content, switch)
    path, (finding,) = _check(row, repository, tmp_path / "home")
    assert finding.level == "fail"
    assert finding.what.startswith(f"`{switch}` in {path}: Codex ")


@pytest.mark.parametrize("name", [".env", "~/.env"])
def test_a_variable_beats_aiders_settings(name: str, repository: Path, tmp_path: Path) -> None:
    write_policy(repository, "targets: [claude, aider]\n")
    home = tmp_path / "home"
    path = (home if name.startswith("~") else repository) / ".env"
    _put(path, "KEY=AIDER_MODEL=x\nexport AIDER_WEAK_MODEL = secret\n")
    environ = {"HOME": str(home), "AIDER_MODEL": "secret"}
    policy = load_policy(str(repository)).policy
    found = list(check_tool_overrides(look(str(repository), environ), policy, "aider"))
    assert [finding.what.partition(":")[0] for finding in found] == [
        "`AIDER_MODEL` in the environment",
        f"`AIDER_WEAK_MODEL` in {path}",
    ]
    assert "secret" not in str(found)


UNMEASURED = {"continue"}


def test_the_table_speaks_of_every_tool_with_roles_whose_client_proves_the_policy() -> None:
    assert set(OVERRIDES) == set(TOOLS) - UNMEASURED


def test_the_page_names_every_tool_of_which_nothing_is_measured() -> None:
    page = (ROOT / "docs" / "doctor.md").read_text(encoding="utf-8")
    (line,) = [
        line for line in page.splitlines() if "nothing of the kind has been measured" in line
    ]
    named = [name for name in list_targets() if label_of(name) in line]
    assert sorted(named) == sorted(set(list_targets()) - set(OVERRIDES) - {CLAUDE})


OFF = {
    "kilo": {"agent": {"explorer": {"disable": True}}},
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
        ("opencode", "~/dir/opencode.jsonc", "OPENCODE_CONFIG_DIR", "dir"),
        ("kilo", "~/mine.json", "KILO_CONFIG", "mine.json"),
        ("kilo", "~/dir/kilo.json", "KILO_CONFIG_DIR", "dir"),
        ("kilo", "~/config/kilo/opencode.json", "XDG_CONFIG_HOME", "config"),
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


ALONE = "---\nname: theirs\ndescription: d\n---\n"


@pytest.mark.parametrize(
    ("target", "name", "content"),
    [
        ("cline", "~/.cline/agents/theirs.yaml", ALONE),
        ("codex", "~/.codex/agents/theirs.toml", 'name = "theirs"\nmodel = "m"\n'),
        ("copilot", "~/.copilot/agents/theirs.agent.md", ALONE),
        ("gemini", "~/.gemini/agents/x.md", ALONE),
        ("kilo", "~/.config/kilo/agents/theirs.md", ALONE),
        ("opencode", ".opencode/agent/theirs.md", ALONE),
        ("opencode", "~/.config/opencode/agents/theirs.md", ALONE),
        ("pi", "~/.pi/agent/agents/x.md", ALONE),
        ("qwen", "~/.qwen/agents/theirs.md", ALONE),
    ],
)
def test_a_role_of_the_users_own_that_the_policy_names_is_looked_for_too(
    target: str, name: str, content: str, repository: Path, tmp_path: Path
) -> None:
    row = Row(target, name, content, "")
    path, found = _check(row, repository, tmp_path / "home", agents="{theirs: frontier}")
    assert [finding.level for finding in found] == ["fail"]
    assert f"theirs follows {path}" in found[0].what
    assert _check(row, repository, tmp_path / "home")[1] == []


def test_codexs_hook_routes_a_role_without_a_model(repository: Path, tmp_path: Path) -> None:
    row = Row("codex", "~/.codex/agents/theirs.toml", 'name = "theirs"\n', "")
    assert _check(row, repository, tmp_path / "home", agents="{theirs: frontier}")[1] == []


@pytest.mark.parametrize(
    ("target", "name", "content"),
    [
        ("copilot", "~/.copilot/settings.json", '{"subagents": '),
        ("kilo", "kilo.jsonc", b"\xff"),
        ("opencode", "opencode.json", "[]"),
        ("codex", "~/.codex/config.toml", "= broken"),
    ],
)
def test_settings_that_cannot_be_read_are_said_once(
    target: str, name: str, content: str | bytes, repository: Path, tmp_path: Path
) -> None:
    path, found = _check(Row(target, name, content, ""), repository, tmp_path / "home")
    (finding,) = found
    assert finding.level == "warn"
    assert str(path) in finding.what
