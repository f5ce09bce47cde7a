"""Each role of the policy is spawned in another tool's client; what the wire says is held against the policy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from tests.support.policies import snapshot, synced

from tierwise.domain.coding_tools import default_models
from tierwise.errors import OutsideError, TierwiseError
from tierwise.targets.formats import TOML
from tierwise.verify.proof import Proof
from tierwise.verify.tool_proof import prove_target
from tierwise.verify.tool_session import Stage
from tierwise.verify.verdict import Line

Wire = tuple[str, str] | None
POLICY = "targets: [claude, codex]\nagents: {explorer: frontier}\n"


@dataclass
class FileReader:
    """A client that takes model and effort from the role's file, as Codex does; ``odd`` are its faults."""

    odd: Mapping[str, Wire] = field(default_factory=dict)
    target: str = "codex"
    program: str = "codex"
    stages: list[Stage] = field(default_factory=list)

    def spawn_role(self, client: Path, stage: Stage, role: str) -> Wire:
        self.stages.append(stage)
        if role in self.odd:
            return self.odd[role]
        content = (stage.project / ".codex" / "agents" / f"{role}.toml").read_bytes()
        values = TOML.load(content)
        return values["model"], values.get("model_reasoning_effort", "")


def _prove(repository: Path, tool: FileReader, says: str = "codex-cli 1.2.3") -> Proof:
    client = repository.parent / "client"
    client.write_text(f'#!/bin/sh\necho "{says}"\n')
    client.chmod(0o755)
    return prove_target(tool, client, str(repository), "/usr/bin:/bin", lambda _: None)


def _find_line(proof: Proof, name: str) -> Line:
    return next(line for line in proof.lines if line.name == name)


def test_every_role_is_as_the_policy_says(repository: Path) -> None:
    synced(repository, POLICY)
    proof = _prove(repository, FileReader())
    assert proof.holds
    assert proof.title == "Codex 1.2.3"
    assert len(proof.lines) == len(list((repository / ".codex" / "agents").glob("*.toml")))
    assert _find_line(proof, "explorer").wire.startswith(default_models("codex")["opus"])


@pytest.mark.parametrize(
    ("wire", "note"),
    [(("gpt-other", "high"), "expected"), (None, "no request of it reached the API")],
)
def test_a_wire_that_differs_is_said(repository: Path, wire: Wire, note: str) -> None:
    synced(repository, POLICY)
    proof = _prove(repository, FileReader({"explorer": wire}))
    line = _find_line(proof, "explorer")
    assert not proof.holds
    assert (line.verdict, proof.count("differs")) == ("differs", 1)
    assert note in line.note


def test_only_the_policy_is_taken_to_where_the_client_runs(repository: Path) -> None:
    hostile = repository / ".codex" / "config.toml"
    hostile.parent.mkdir(exist_ok=True)
    hostile.write_text('[mcp_servers.x]\ncommand = "touch"\n')
    synced(repository, POLICY)
    before = snapshot(repository)
    tool = FileReader()
    _prove(repository, tool)
    assert all(stage.project != repository for stage in tool.stages)
    assert not any(stage.home.exists() for stage in tool.stages)
    assert snapshot(repository) == before


def test_a_tool_that_the_policy_does_not_name_is_an_error_with_a_remedy(repository: Path) -> None:
    synced(repository)
    with pytest.raises(TierwiseError, match="generates no files for Codex") as caught:
        _prove(repository, FileReader())
    assert "targets: [claude, codex]" in caught.value.remedy


def test_an_effort_that_the_policy_leaves_open_is_the_clients(repository: Path) -> None:
    synced(repository, f"{POLICY.replace('frontier', 'bare')}tiers: {{bare: {{model: opus}}}}\n")
    wire = (default_models("codex")["opus"], "low")
    line = _find_line(_prove(repository, FileReader({"explorer": wire})), "explorer")
    assert (line.verdict, line.wire) == ("ok", " ".join(wire))


@pytest.mark.parametrize("says", ["", "usage: other [FILE]", "Hello."])
def test_what_tells_no_version_is_not_the_client(says: str, repository: Path) -> None:
    synced(repository, POLICY)
    tool = FileReader()
    with pytest.raises(OutsideError, match="does not tell its version") as caught:
        _prove(repository, tool, says)
    assert "Codex's own program" in caught.value.remedy
    assert tool.stages == []


def test_a_client_that_is_not_there_is_an_error_with_a_remedy(repository: Path) -> None:
    synced(repository, POLICY)
    missing = repository / "no-client"
    with pytest.raises(OutsideError, match="does not tell its version") as caught:
        prove_target(FileReader(), missing, str(repository), "/usr/bin:/bin", lambda _: None)
    assert "Codex's own program" in caught.value.remedy
