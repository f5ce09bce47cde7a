"""Each role of the policy is spawned in another tool's client; what the wire says is held against the policy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

import pytest
from tests.support.policies import snapshot, synced

from tierwise import bundle
from tierwise.domain.coding_tools import default_models
from tierwise.errors import OutsideError, TierwiseError
from tierwise.targets.toml_format import TOML
from tierwise.verify.proof import Proof
from tierwise.verify.tool_proof import prove_target
from tierwise.verify.tools.session import PROMPT, SpawnSession, Stage, write_task
from tierwise.verify.tools.tool import ProvenTool, Roles
from tierwise.verify.turns import ToolCall
from tierwise.verify.verdict import ProofLine
from tierwise.verify.wires.responses import Responses
from tierwise.verify.wires.wire import Route, Sent

POLICY = "targets: [claude, codex]\nagents: {explorer: frontier}\n"
LISTED = "The roles that there are."


@dataclass
class FileReader(ProvenTool):
    """A client that takes model and effort from the role's file, as Codex does; ``odd`` are its faults."""

    odd: Mapping[str, Route | None] = field(default_factory=dict)
    target: str = "codex"
    program: str = "codex"
    roles_a_session: ClassVar[int] = 3
    stages: list[Stage] = field(default_factory=list)
    is_silent: bool = False

    def spawn_roles(self, client: Path, stage: Stage, roles: Roles) -> SpawnSession:
        self.stages.append(stage)
        calls = {role: ToolCall("spawn", {"message": write_task(role)}) for role in roles}
        session = SpawnSession(Responses(), calls)
        if self.is_silent:
            return session
        listed = LISTED if (stage.project / ".codex").exists() else ""
        _ask(session, "main", "", PROMPT + listed)
        for role in roles:
            route = self.odd.get(role, _read_route(stage, role))
            if route is not None:
                _ask(session, route.model, route.effort, write_task(role))
        return session


def _ask(session: SpawnSession, model: str, effort: str, text: str) -> None:
    body = {
        "model": model,
        "reasoning": {"effort": effort},
        "tools": [{"name": "spawn"}],
        "input": [{"content": text}],
    }
    session.answer(Sent("/responses", body))


def _read_route(stage: Stage, role: str) -> Route:
    content = (stage.project / ".codex" / "agents" / f"{role}.toml").read_bytes()
    values = TOML.load(content)
    return Route(values["model"], values.get("model_reasoning_effort", ""))


def _prove(repository: Path, tool: FileReader, says: str = "codex-cli 1.2.3") -> Proof:
    client = repository.parent / "client"
    client.write_bytes(f'#!/bin/sh\necho "{says}"\n'.encode("latin-1"))
    client.chmod(0o755)
    return prove_target(tool, client, str(repository), "/usr/bin:/bin", lambda _: None)


def _find_line(proof: Proof, name: str) -> ProofLine:
    return next(line for line in proof.lines if line.name == name)


@pytest.mark.slow
def test_every_role_is_as_the_policy_says(repository: Path) -> None:
    synced(repository, POLICY)
    proof = _prove(repository, FileReader())
    assert proof.holds
    assert proof.title == "Codex 1.2.3"
    assert len(proof.lines) == len(list((repository / ".codex" / "agents").glob("*.toml")))
    assert proof.always_on == len(LISTED)
    assert _find_line(proof, "explorer").wire.startswith(default_models("codex")["opus"])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("wire", "note"),
    [(Route("gpt-other", "high"), "expected"), (None, "no request of it reached the API")],
)
def test_a_wire_that_differs_is_said(repository: Path, wire: Route | None, note: str) -> None:
    synced(repository, POLICY)
    proof = _prove(repository, FileReader({"explorer": wire}))
    line = _find_line(proof, "explorer")
    assert not proof.holds
    assert (line.verdict, proof.count("differs")) == ("differs", 1)
    assert note in line.note


@pytest.mark.slow
def test_a_program_that_sends_nothing_is_no_client(repository: Path) -> None:
    synced(repository, POLICY)
    with pytest.raises(OutsideError, match="sent no request") as raised:
        _prove(repository, FileReader(is_silent=True), says="true (GNU coreutils) 9.1")
    assert "Name Codex's own program" in str(raised.value)


@pytest.mark.slow
def test_only_the_policy_is_taken_to_where_the_client_runs(repository: Path) -> None:
    hostile = repository / ".codex" / "config.toml"
    hostile.parent.mkdir(exist_ok=True)
    hostile.write_text('[mcp_servers.x]\ncommand = "touch"\n')
    synced(repository, POLICY)
    before = snapshot(repository)
    tool = FileReader()
    _prove(repository, tool)
    assert repository not in {stage.project for stage in tool.stages}
    assert not any(stage.home.exists() for stage in tool.stages)
    assert snapshot(repository) == before


def test_a_tool_that_the_policy_does_not_name_is_an_error_with_a_remedy(repository: Path) -> None:
    synced(repository)
    with pytest.raises(TierwiseError, match="generates no files for Codex") as caught:
        _prove(repository, FileReader())
    assert "targets: [claude, codex]" in caught.value.remedy


def test_a_policy_without_a_role_is_no_proof(repository: Path) -> None:
    off = ", ".join(f"{name}: off" for name in bundle.names("agents", ".md"))
    synced(repository, f"targets: [claude, codex]\nagents: {{{off}}}\n")
    with pytest.raises(TierwiseError, match="nothing to prove") as caught:
        _prove(repository, FileReader())
    assert "codex: MODEL" in caught.value.remedy


@pytest.mark.slow
def test_an_effort_that_the_policy_leaves_open_is_the_clients(repository: Path) -> None:
    synced(repository, f"{POLICY.replace('frontier', 'bare')}tiers: {{bare: {{model: opus}}}}\n")
    wire = Route(default_models("codex")["opus"], "low")
    line = _find_line(_prove(repository, FileReader({"explorer": wire})), "explorer")
    assert (line.verdict, line.wire) == ("ok", f"{wire.model} {wire.effort}")


@pytest.mark.parametrize("says", ["", "usage: other [FILE]", "Hello.", "\xff 1"])
def test_what_tells_no_version_is_not_the_client(says: str, repository: Path) -> None:
    synced(repository, POLICY)
    tool = FileReader()
    with pytest.raises(OutsideError, match="does not tell its version") as caught:
        _prove(repository, tool, says)
    assert "Codex's own program" in caught.value.remedy
    assert tool.stages == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("says", "version"),
    [
        ("codex-cli 0.171.0", "0.171.0"),
        ("GitHub Copilot CLI 1.0.102.", "1.0.102"),
        ("0.24.4", "0.24.4"),
        ("v2.0.0-beta.1", "2.0.0-beta.1"),
    ],
)
def test_a_version_is_read_as_each_client_tells_it(
    says: str, version: str, repository: Path
) -> None:
    synced(repository, POLICY)
    assert _prove(repository, FileReader(), says).version == version


def test_a_client_that_is_not_there_is_an_error_with_a_remedy(repository: Path) -> None:
    synced(repository, POLICY)
    missing = repository / "no-client"
    with pytest.raises(OutsideError, match="does not tell its version") as caught:
        prove_target(FileReader(), missing, str(repository), "/usr/bin:/bin", lambda _: None)
    assert "Codex's own program" in caught.value.remedy
