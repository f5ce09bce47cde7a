"""Files in the shapes of public ones, written anew, in several layouts: our values go in and come out, byte for byte."""

from __future__ import annotations

from pathlib import Path

import pytest

from tierwise.digests import hash_sha256
from tierwise.domain.record import Entry
from tierwise.targets.formats import FRONTMATTER, JSON, YAML_LINES, TextFormat
from tierwise.targets.lines import restore_lines, splice_lines
from tierwise.targets.registry import TARGETS
from tierwise.targets.settings import remove_part, settings_target
from tierwise.targets.splice import Values
from tierwise.targets.toml_format import TOML

ROLES = [
    "---\nname: reviewer\ndescription: Reviews diffs\ntools: Read, Grep\nmodel: sonnet\n---\nReview it.\n",
    '---\nname: "api-designer"\ndescription: "Designs APIs: REST, gRPC"\ncolor: blue\n---\n# API\n\n- one\n',
    "---\ndescription: >-\n  Writes docs\n  in plain words\nmode: subagent\ntemperature: 0.1\n---\nWrite.\n",
    "---\n# house style\nname: tester\n\ndescription: Writes tests   # mostly unit\ntools:\n  - read\n  - edit\n---\n",
    "---\nname: planner\ndescription: |\n  Plans work.\n  model: not a key\npermission:\n  bash: {'*': ask}\n---\nPlan.\n",
    "---\nmodel: opus\nname: dba\ndescription: 'It''s about SQL'\n---\n---\nname: inner\n---\n",
    "---\nname: long\ndescription: " + "word " * 300 + "\n---\nbody\n",
    "---\nname: ünïcode\ndescription: 日本語の説明 🚀\n---\nKörper\n",
    "---\nname: ops\ndescription: Runs things\nmcp-servers:\n  a:\n    command: npx\n    args: [-y, x]\n---\nmodel: x\n",
    '---\n"name": quoted-key\n"description": d\n"model": "haiku"\n---\nx\n',
    "---\nname: anchors\ndescription: &d text\nlabel: *d\n---\nx\n",
    "---\nname: wide\ndescription: d\n\n\n\nhandoffs:\n- label: go\n  agent: b\n  send: true\n---\n\n\n\ntext  \n",
]
TOMLS = [
    'name = "reviewer"\ndescription = "Reviews"\ndeveloper_instructions = "Review."\n',
    "# team defaults\nmodel = 'gpt-old'   # pinned in spring\nname = 'x'\n",
    'name="tight"\ndescription="d"\ndeveloper_instructions="""\nmodel = "no"\n[not.a.table]\n"""\n',
    'model = "gpt-old"\nmodel_reasoning_effort = "high"\napproval_policy = "on-request"\n\n[features]\nhooks = true\n',
    "[mcp_servers.docs]\ncommand = 'npx'\nargs = [\n  '-y',  # yes\n  'server',\n]\n",
    '[profiles.fast]\nmodel = "small"\n\n[profiles."very slow"]\nmodel = "large"\n\n[[rules]]\na = 1\n\n[[rules]]\na = 2\n',
    'a.b.c = 1\na.b.d = 2\nmodel = "m"\ndate = 2026-01-02T03:04:05Z\nfloat = 1e-3\nhex = 0xFF\n',
    "\n\n\n# only comments\n# and blank lines\n\n",
    "instructions = '''\nraw \\ text\n'''\nnickname_candidates = [\"Ann\", \"Bob\"]\n",
    "inline = { a = 1, b = { c = [1, 2] } }\n'quoted key' = true\n\"model\" = 'q'\n",
    "[table]   # comment behind\n  indented = 1\n    deeper = 2\n\n[table.sub]\nx = 'y'\n",
    "name = 'ünïcode'\ndescription = '説明 🚀'\n\tmodel = 'tabbed'\n",
]
JSONS = [
    "{}",
    '{\n  "theme": "dark"\n}\n',
    '{"a": 1, "b": [1, 2, {"c": null}]}',
    '{\n\t"modelConfigs": {\n\t\t"overrides": []\n\t}\n}\n',
    '{\n    "modelConfigs": {"customAliases": {"own": {"modelConfig": {"model": "x"}}}}\n}',
    '{\n  "mcpServers": {\n    "docs": { "command": "npx", "args": ["-y", "x"] }\n  }\n}\n',
    '{"n": 1.50, "big": 12345678901234567890, "e": 1E5, "u": "\\u00e9\\/"}\n',
    '{\n  "twice": 1,\n  "twice": 2\n}\n',
    '{\n\n  "blank" : true ,\n\n\n  "spaced" :   [ ]\n}\n',
    '{"hooks": {"PreToolUse": [{"matcher": "x", "hooks": []}]}, "security": {"auth": {}}}',
    '{\n  "ünï": "説明 🚀",\n  "empty": "",\n  "list": [\n    1,\n    2\n  ]\n}\n',
    '{\n  "context": {"fileName": ["A.md", "B.md"]},\n  "tools": {"core": ["a"]}, "x": false}\n',
]
YAMLS = [
    "model: gpt-x\n",
    "# aider\n\nauto-commits: false\ndark-mode: true\n",
    "read:\n  - CONVENTIONS.md\n  - docs/style.md\nmodel: a/b   # the usual\n",
    "read: [A.md, B.md]\nlint-cmd:\n- 'python: ruff check'\n- \"js: eslint\"\n",
    "---\nmodel: a\nweak-model: b\n",
    "edit-format: diff\n\n\n\nmap-tokens: 2048\n",
    "architect: false\neditor-model: x\nmodel: y\nreasoning-effort: high\n",
    "commit-prompt: |\n  Write one line.\n  model: not a key\nattribute-author: false\n",
    "alias:\n  - 'fast:gpt'\n  - 'smart:opus'\nenv-file: .env\n",
    "\"model\": 'quoted'\nyes-always: no\n",
    "test-cmd: pytest -q  # quick\n#model: off\nauto-test: true\n",
    "chat-language: Türkçe\nuser-input-color: '#00cc00'\n",
]
HOOKS = {
    "PreToolUse": [{"hooks": [{"type": "command", "command": 'sh ".tierwise/hook" PreToolUse'}]}]
}
FOLDER = Path(__file__).parents[1] / "data" / "shapes"
SEPARATOR = "=====\n"


def read_shapes(name: str) -> list[str]:
    """The shapes of one language, each as a whole file."""
    return (FOLDER / f"{name}.txt").read_text(encoding="utf-8").split(SEPARATOR)


LAYOUTS = {
    "as it is": lambda text: text,
    "CRLF": lambda text: text.replace("\n", "\r\n"),
    "byte order mark": lambda text: "\ufeff" + text,
    "no line end at the end": lambda text: text.rstrip("\n"),
}
FORMATS: dict[str, tuple[TextFormat, list[str], dict[str, str | None]]] = {
    "markdown": (FRONTMATTER, ROLES + read_shapes("markdown"), {"model": "a/b", "effort": "low"}),
    "toml": (
        TOML,
        TOMLS + read_shapes("toml"),
        {"model": '"a/b"', "model_reasoning_effort": '"low"'},
    ),
    "json": (
        JSON,
        JSONS + read_shapes("json"),
        {"modelConfigs/customAliases/tierwise-x": '{"modelConfig": {"model": "m"}}'},
    ),
    "yaml": (
        YAML_LINES,
        YAMLS + read_shapes("yaml"),
        {"model": "a/b", "weak-model": "c", "architect": "true"},
    ),
}
FORMATS["crush"] = (
    JSON,
    FORMATS["json"][1],
    {"models/large": '{"provider": "a", "model": "m"}', "models/small": '{"model": "s"}'},
)
SETTINGS = read_shapes("settings")
SPLICED = {
    "./.claude/settings.json": "settings",
    ".codex/hooks.json": "settings",
    ".codex/config.toml": "toml",
    ".gemini/settings.json": "json",
    "./crush.json": "crush",
    "./.aider.conf.yml": "yaml",
}
"""A file in which our part is beside the user's own, and the shapes that stand for it."""


def test_there_are_thirty_of_each() -> None:
    assert all(len(set(shapes)) >= 30 for _, shapes, _ in FORMATS.values())
    assert len(set(SETTINGS)) >= 30


def test_every_file_that_is_shared_with_the_user_has_its_shapes() -> None:
    assert sorted(SPLICED) == sorted(glob for target in TARGETS for glob in target.spliced)
    assert set(SPLICED.values()) <= {*FORMATS, "settings"}
    languages = [language for language, _, _ in FORMATS.values()]
    dialects = [target.dialect for target in TARGETS if hasattr(target, "dialect")]
    assert len(dialects) >= 9
    assert all(dialect.text in languages for dialect in dialects)


def lay_out(shapes: list[str]) -> list[bytes]:
    """Every shape in every layout."""
    return [change(text).encode() for text in shapes for change in LAYOUTS.values()]


@pytest.mark.parametrize("keys", [{}, {"model": "opusplan", "effortLevel": "low"}])
def test_hooks_and_session_keys_go_in_and_come_out(keys: dict[str, str]) -> None:
    for data in lay_out(SETTINGS):
        wanted = settings_target(HOOKS, keys, lambda _, data=data: data, None)
        assert (wanted.problem, wanted.before) == ("", data)
        assert b".tierwise/hook" in wanted.content, data
        entry = Entry("x", hash_sha256(wanted.content), wanted.before, wanted.original)
        assert remove_part(wanted.content, entry) == data


@pytest.mark.slow
@pytest.mark.parametrize("name", FORMATS)
def test_our_values_go_in_and_come_out(name: str) -> None:
    language, shapes, lines = FORMATS[name]
    normal = normalize(language, lines)
    for data in lay_out(shapes):
        wanted = splice_lines(language, "path", data, lines, None)
        assert (wanted.problem, wanted.before) == ("", data)
        read = language.read(wanted.content, list(lines))
        assert normalize(language, read) == normal, data
        again = splice_lines(language, "path", wanted.content, lines, None)
        assert again.content == wanted.content
        entry = Entry("x", hash_sha256(wanted.content), wanted.before, wanted.original)
        assert restore_lines(language, wanted.content, entry, lines.__contains__) == data


def normalize(language: TextFormat, lines: Values) -> dict[str, str]:
    return {key: language.normalize(raw or "0") for key, raw in lines.items()}


@pytest.mark.slow
@pytest.mark.parametrize("name", FORMATS)
def test_every_other_line_stays(name: str) -> None:
    language, shapes, lines = FORMATS[name]
    ours = tuple(key.rpartition("/")[2].encode() for key in lines)
    mark = "\ufeff".encode()
    for data in lay_out(shapes):
        content = splice_lines(language, "path", data, lines, None).content
        left = iter(content.removeprefix(mark).splitlines())
        for line in data.removeprefix(mark).splitlines():
            if language is JSON or line.lstrip(b" \t\"'").startswith(ours):
                continue
            assert any(line == other for other in left), line


def test_a_line_goes_before_the_end_of_a_yaml_document() -> None:
    content = splice_lines(YAML_LINES, "path", b"git: false\n...\n", {"model": "m"}, None).content
    assert content == b"git: false\nmodel: m\n...\n"
