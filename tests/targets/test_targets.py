"""What holds of every target beside Claude Code's: one row a target, the same questions."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.support.hooked import tierwise
from tests.support.policies import snapshot, status, synced

from tierwise.policy.load import parse_policy
from tierwise.policy.on_target import find_gaps
from tierwise.sync.disk import reader
from tierwise.sync.options import SyncOptions
from tierwise.sync.repository import plan_sync, sync, uninstall
from tierwise.sync.state import read_state
from tierwise.targets.registry import TARGETS, render_targets
from tierwise.targets.target import RepoReader

MARKDOWN = (
    b"\xef\xbb\xbf---\r\n# ours since spring\r\nname: 'my-role'\r\ndescription: \"Looks at: things\"   # why not\r\n"
    b"model:   old   # keep\r\n\r\nother: [a,\r\n  b]\r\n---\r\n\r\n  body\ttext \r\nmodel: not a line\r\n"
)
TOML = (
    b'# house rules\nname = \'my-role\'\ndescription = """\nmodel = \'no\'\n"""\n'
    b"model   =  'old'   # keep\ndeveloper_instructions = 'x'\n\n[mcp_servers.a]   # odd\ncommand= \"b\"\n"
)
JSON = b'{\n\t"$schema": "https://charm.land/crush.json",\n\t"lsp": {"go": {"command": "gopls"}},\n\t"n": 1e2\n}'
YAML = b"# mine\nauto-commits: false   # never\nmodel: old  # keep\nread:\n- CONVENTIONS.md\n"


@dataclass(frozen=True)
class Row:
    """One target: a file of its roles or settings, the user's own file, what the policy's model is written as."""

    target: str
    writes: str
    own: str
    content: bytes
    ours: bytes


ROWS = [
    Row(
        "codex", ".codex/agents/explorer.toml", ".codex/agents/my.toml", TOML, b'model   =  "new/m"'
    ),
    Row(
        "opencode",
        ".opencode/agents/explorer.md",
        ".opencode/agents/my-role.md",
        MARKDOWN,
        b"new/m",
    ),
    Row("kilo", ".kilo/agents/explorer.md", ".kilo/agents/my-role.md", MARKDOWN, b"new/m"),
    Row(
        "gemini", ".gemini/agents/explorer.md", ".gemini/agents/x.md", MARKDOWN, b"tierwise-my-role"
    ),
    Row("qwen", ".qwen/agents/explorer.md", ".qwen/agents/x.md", MARKDOWN, b"new/m"),
    Row(
        "copilot",
        ".github/agents/explorer.agent.md",
        ".github/agents/x.agent.md",
        MARKDOWN,
        b"new/m",
    ),
    Row("pi", ".pi/agents/explorer.md", ".pi/agents/x.md", MARKDOWN, b"new/m"),
    Row(
        "cursor",
        ".cursor/agents/explorer.md",
        ".cursor/agents/x.md",
        MARKDOWN,
        b"new/m[effort=high]",
    ),
    Row(
        "windsurf",
        ".devin/agents/explorer/AGENT.md",
        ".devin/agents/x/AGENT.md",
        MARKDOWN,
        b"new/m",
    ),
    Row(
        "cline", ".cline/agents/explorer.yaml", ".cline/agents/x.yaml", MARKDOWN, b"providerId: new"
    ),
    Row("continue", ".continue/models/tierwise.yaml", ".continue/models/own.yaml", YAML, b"old"),
    Row("crush", "crush.json", "crush.json", JSON, b'"model": "m"'),
    Row("aider", ".aider.conf.yml", ".aider.conf.yml", YAML, b"editor-model: new/m"),
]
POLICY = "targets: [{target}]\nagents: {{my-role: {{tier: mid, effort: high}}}}\ntiers: {{mid: {{{target}: {model}}}}}\n"


@pytest.fixture(params=ROWS, ids=lambda row: row.target)
def row(request: pytest.FixtureRequest) -> Row:
    found: Row = request.param
    return found


def test_every_target_has_a_row() -> None:
    assert {row.target for row in ROWS} == {one.name for one in TARGETS} - {"claude", "shared"}


@pytest.mark.slow
def test_a_policy_becomes_files_and_an_edit_of_it_changes_them(row: Row, repository: Path) -> None:
    before = snapshot(repository)
    synced(repository, POLICY.format(target=row.target, model="a/first"))
    assert (repository / row.writes).is_file()
    assert status(plan_sync(str(repository))) == {}
    first = snapshot(repository)
    synced(repository, POLICY.format(target=row.target, model="a/second"))
    changed = {path for path, data in snapshot(repository).items() if first.get(path) != data}
    owner = next(target for target in TARGETS if target.name == row.target)
    assert any(b"second" in (repository / path).read_bytes() for path in changed), owner.owns
    uninstall(str(repository))
    (repository / "tierwise.yaml").unlink()
    assert snapshot(repository) == before


@pytest.mark.slow
def test_the_users_own_file_keeps_every_byte_but_our_values(row: Row, repository: Path) -> None:
    own = repository / row.own
    own.parent.mkdir(parents=True, exist_ok=True)
    own.write_bytes(row.content)
    synced(repository, POLICY.format(target=row.target, model="new/m"))
    written = own.read_bytes()
    assert row.ours in written
    kept = [line for line in row.content.splitlines() if b"model" not in line or b"no" in line]
    lines = iter(written.splitlines())
    assert all(any(line == other.rstrip(b",") or line == other for other in lines) for line in kept)
    assert written.count(b"\r\n") >= row.content.count(b"\r\n")
    own.write_bytes(written + b"# a later thought\n" * (row.content is not JSON))
    assert status(plan_sync(str(repository))) == {}
    uninstall(str(repository))
    later = b"# a later thought\n" * (row.content is not JSON)
    assert own.read_bytes() == row.content + later


@pytest.mark.slow
def test_a_target_that_is_taken_out_of_the_policy_leaves_nothing(
    row: Row, repository: Path
) -> None:
    own = repository / row.own
    own.parent.mkdir(parents=True, exist_ok=True)
    own.write_bytes(row.content)
    synced(repository, POLICY.format(target=row.target, model="new/m"))
    synced(repository, "targets: [claude]\n")
    assert own.read_bytes() == row.content
    assert row.writes == row.own or not (repository / row.writes).exists()


@pytest.mark.slow
def test_an_edit_of_what_is_ours_is_drift(row: Row, repository: Path) -> None:
    synced(repository, POLICY.format(target=row.target, model="a/first"))
    path = repository / row.writes
    model = b"a/first" if b"a/first" in path.read_bytes() else b"m"
    path.write_bytes(path.read_bytes().replace(b"model", b"m0del").replace(b"Model", b"M0del"))
    assert row.writes in status(plan_sync(str(repository))), model
    sync(str(repository), SyncOptions(force=None))
    assert status(plan_sync(str(repository))) == {}


def test_a_file_that_cannot_be_read_is_named_and_left(row: Row, repository: Path) -> None:
    broken = b"\xff\x00 {{ = broken"
    own = repository / row.own
    own.parent.mkdir(parents=True, exist_ok=True)
    own.write_bytes(broken)
    synced(repository, POLICY.format(target=row.target, model="new/m"))
    assert own.read_bytes() == broken


@pytest.mark.slow
def test_all_targets_at_once_own_different_paths(repository: Path) -> None:
    names = ", ".join(row.target for row in ROWS)
    synced(repository, f"targets: [claude, {names}]\n")
    loaded = parse_policy((repository / "tierwise.yaml").read_bytes())
    seen = RepoReader(str(repository), reader(str(repository)), read_state(str(repository)))
    paths = [wanted.path for wanted in render_targets(loaded, seen)]
    assert len(paths) == len(set(paths))
    assert list(find_gaps(loaded.policy)) == []


@pytest.mark.slow
def test_what_all_targets_write_passes_the_checks_on_commits(repository: Path) -> None:
    names = ", ".join(row.target for row in ROWS)
    synced(repository, f"targets: [claude, {names}]\n")
    done = tierwise(repository, "preflight", "--all")
    assert (done.returncode, done.stderr) == (0, b""), done.stdout


@pytest.mark.slow
@pytest.mark.parametrize(
    ("path", "content"),
    [
        (".gemini/settings.json", b'{"theme": "dark",  "modelConfigs":{ } }'),
        (".gemini/settings.json", b'{"modelConfigs": {"customAliases": {}}}\n'),
        ("crush.json", b'{ "models":{  }, "n": 1}'),
    ],
)
def test_an_empty_object_of_the_users_takes_our_members_and_comes_back(
    path: str, content: bytes, repository: Path
) -> None:
    own = repository / path
    own.parent.mkdir(exist_ok=True)
    own.write_bytes(content)
    assert not synced(repository, "targets: [gemini, crush]\n").kept
    assert own.read_bytes() != content
    assert status(plan_sync(str(repository))) == {}
    uninstall(str(repository))
    assert own.read_bytes() == content


@pytest.mark.parametrize("content", [b"// mine\n{}\n", b'{"a": 1, /* why */ "b": 2}'])
def test_a_comment_in_json_is_said_to_be_the_cause(content: bytes, repository: Path) -> None:
    own = repository / "crush.json"
    own.write_bytes(content)
    (kept,) = synced(repository, "targets: [crush]\n").kept
    assert kept.reason.startswith(
        "cannot be read: Tierwise reads no comments in this JSON: line 1 column"
    )
    assert own.read_bytes() == content
