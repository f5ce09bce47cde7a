"""Install, then uninstall, beside files that people really have: every byte and mode is as before."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from tests.support.policies import status, synced, write_policy

from tierwise.sync.repository import plan_sync, sync, uninstall

BOM = b"\xef\xbb\xbf"

SETTINGS = {
    "none": None,
    "empty": b"",
    "blank": b"  \n",
    "empty-object": b"{}",
    "spaced-empty-object": b"{ \n }\n",
    "one-line": b'{"model": "opus", "permissions": {"allow": ["Bash(ls:*)"]}}',
    "compact": b'{"model":"opus","env":{"A":"1"}}',
    "crlf-tabs": b'{\r\n\t"model": "opus",\r\n\t"env": {}\r\n}\r\n',
    "bom": BOM + b'{\n    "model": "opus"\n}',
    "no-final-newline": b'{\n  "a": [1, 2,   3],\n  "b" : {"c":null}\n}',
    "many-final-newlines": b'{\n  "a": 1\n}\n\n\n',
    "non-ascii": '{\n  "größe": "漢字 \\u00e9 😀"\n}\n'.encode(),
    "numbers-as-written": b'{"n": 1.0e+5, "m": -0.0, "big": 12345678901234567890}',
    "duplicate-keys": b'{\n  "model": "opus",\n  "model": "haiku"\n}\n',
    "own-hooks": b'{"hooks": {"PreToolUse": [{"matcher": "Bash", "hooks": [{"type": "command", "command": "a"}]}]}}',
    "empty-hooks": b'{\n  "hooks": {}\n}\n',
    "empty-event": b'{\n  "hooks": {"PreToolUse": [], "Stop": [ ]}\n}\n',
    "nested-oddly": b"[{\n".replace(b"[", b"") + b'\n\n      "x"\n:\n1 , "y":{\n}\n\n}',
    "same-keys": b'{"model": "sonnet", "effortLevel": "low"}',
    "odd-types": b'{"model": null, "effortLevel": {"a": [1]}}',
    "old-mac": b'{\r  "model": "opus"\r}\r',
}

# These do not parse, or are not what the client expects: named and left alone.
UNUSABLE = {
    "comments": b'{\n  // dear\n  "model": "opus",\n}\n',
    "trailing-comma": b'{"model": "opus",}',
    "list": b"[]",
    "latin-1": b'{"name": "\xe9"}',
    "utf-16": '{"model": "opus"}'.encode("utf-16"),
    "hooks-list": b'{"hooks": []}',
    "event-object": b'{"hooks": {"PreToolUse": {}}}',
    "cut-off": b'{"model": "op',
}

AGENTS = {
    "crlf": b"---\r\nname: NAME\r\nmodel: opus\r\n---\r\nbody\r\n",
    "bom": BOM + b"---\nname: NAME\n---\n",
    "bom-crlf": BOM + b"---\r\nname: NAME\r\nmodel:   haiku   # cheap\r\neffort: low\r\n---",
    "tabs": b"---\nname:\tNAME\nmodel:\topus\t# note\n---\n\tbody",
    "comments": b"---\n# mine\nname: NAME # really\nmodel: opus # dear\n#model: haiku\n---\n",
    "no-final-newline": b"---\nname: NAME\n---",
    "non-ascii": "---\nname: NAME\ndescription: für Größe 漢字 😀\n---\nÜ\n".encode(),
    "yaml-broken": b"---\nname: NAME\ndescription: use: when: [b\nmodel: opus\n---\nbody\n",
    "latin-1": b"---\nname: NAME\ndescription: \xe9\n---\n",
    "quoted": b"---\n'name': \"NAME\"\n\"model\": 'opus'\n---\n",
    "folded": b"---\nname: NAME\nmodel: >-\n  opus\n  \ntools: Read\n---\nbody\n",
    "twice": b"---\nname: NAME\nmodel: opus\nmodel: sonnet\n---\nbody\n",
    "empty-value": b"---\nname: NAME\nmodel:\neffort: \n---\nbody\n",
    "rule-in-body": b"---\nname: NAME\n---\nmodel: body\n---\nmodel: body\n---\n",
    "indented": b"---\nname: NAME\nmeta:\n  model: opus\n  effort: low\n---\n",
    "mixed-ends": b"---\r\nname: NAME\nmodel: opus\r\n---\nbody\r\n",
    "no-frontmatter": b"name: NAME\nmodel: opus\n",
    "never-closed": b"---\nname: NAME\nmodel: opus\n",
    "only-fences": b"---\n---\n",
    "empty": b"",
}


def everything(root: Path) -> dict[str, tuple[int, bytes | str]]:
    """Each path's kind and mode, and a file's content or a link's target; without git's own folder."""
    found: dict[str, tuple[int, bytes | str]] = {}
    for path in root.rglob("*"):
        if ".git" not in path.relative_to(root).parts:
            mode = path.lstat().st_mode
            content = (
                os.readlink(path)
                if stat.S_ISLNK(mode)
                else path.read_bytes()
                if stat.S_ISREG(mode)
                else ""
            )
            found[str(path.relative_to(root))] = (mode, content)
    return found


def put_agents(root: Path) -> str:
    """The odd agents, and a policy that names each of them."""
    folder = root / ".claude" / "agents" / "odd"
    folder.mkdir(parents=True)
    for name, data in AGENTS.items():
        (folder / f"{name}.md").write_bytes(data.replace(b"NAME", name.encode()))
    (folder / "crlf.md").chmod(0o600)
    return "agents: {" + ", ".join(f"{name}: light" for name in AGENTS) + "}\n"


def install_and_uninstall(root: Path, policy: str) -> dict[str, tuple[int, bytes | str]]:
    """What is there in between, without our own files' names mattering."""
    write_policy(root, policy)
    before = everything(root)
    assert sync(str(root)).kept == ()
    between = everything(root)
    assert plan_sync(str(root)).drift == ()
    uninstall(str(root))
    assert everything(root) == before
    return between


@pytest.mark.slow
def test_agents_of_every_kind_get_their_lines_and_lose_them_again(repository: Path) -> None:
    between = install_and_uninstall(repository, put_agents(repository))
    untouched = {"no-frontmatter", "never-closed", "empty"}
    for name, data in AGENTS.items():
        mode, content = between[f".claude/agents/odd/{name}.md"]
        assert stat.S_IMODE(mode) == (0o600 if name == "crlf" else 0o644)
        assert isinstance(content, bytes)
        if name in untouched:
            assert content == data.replace(b"NAME", name.encode()), name
        else:
            assert b"haiku" in content and b"medium" in content, name


@pytest.mark.slow
@pytest.mark.parametrize("name", SETTINGS)
def test_settings_of_every_kind_come_back(repository: Path, name: str) -> None:
    data = SETTINGS[name]
    if data is not None:
        (repository / ".claude").mkdir()
        (repository / ".claude/settings.json").write_bytes(data)
    between = install_and_uninstall(repository, "session: {model: haiku, effort: high}\n")
    content = between[".claude/settings.json"][1]
    assert isinstance(content, bytes)
    assert b".tierwise/hook" in content and b'"haiku"' in content


@pytest.mark.slow
@pytest.mark.parametrize("name", UNUSABLE)
def test_settings_that_cannot_be_used_are_named_and_left_alone(repository: Path, name: str) -> None:
    (repository / ".claude").mkdir()
    (repository / ".claude/settings.json").write_bytes(UNUSABLE[name])
    assert status(synced(repository))[".claude/settings.json"] == "blocked"
    assert (repository / ".claude/settings.json").read_bytes() == UNUSABLE[name]
    uninstall(str(repository))
    assert (repository / ".claude/settings.json").read_bytes() == UNUSABLE[name]


@pytest.mark.slow
def test_links_inside_the_repository_stay_links(repository: Path) -> None:
    (repository / ".claude/agents").mkdir(parents=True)
    (repository / "shared").mkdir()
    (repository / "shared/poet.md").write_bytes(AGENTS["crlf"].replace(b"NAME", b"poet"))
    (repository / "shared/settings.json").write_bytes(SETTINGS["crlf-tabs"] or b"")
    (repository / ".claude/agents/poet.md").symlink_to("../../shared/poet.md")
    (repository / ".claude/settings.json").symlink_to("../shared/settings.json")
    between = install_and_uninstall(repository, "agents: {poet: light}\n")
    assert stat.S_ISLNK(between[".claude/agents/poet.md"][0])
    assert stat.S_ISLNK(between[".claude/settings.json"][0])
    assert b"haiku" in bytes(between["shared/poet.md"][1])


@pytest.mark.slow
def test_settings_that_were_emptied_by_hand_are_kept_by_sync_and_go_with_uninstall(
    repository: Path,
) -> None:
    write_policy(repository, "session: {model: haiku}\n")
    sync(str(repository))
    (repository / ".claude/settings.json").write_bytes(b"\n")
    assert status(sync(str(repository))) == {".claude/settings.json": "edited"}
    assert (repository / ".claude/settings.json").read_bytes() == b"\n"
    uninstall(str(repository))
    assert not (repository / ".claude").exists()
