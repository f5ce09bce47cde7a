"""Syntax of Python, JSON, YAML and TOML: what is refused, where, and what must not be."""

from __future__ import annotations

import sys

import pytest
from tests.support.hooked import check_text

from tierwise.checks.languages.yaml_text import find_errors
from tierwise.checks.model import CheckContext
from tierwise.domain.change import REGULAR, Change

BROKEN = [
    ("a.py", "x = (\n", "Python", 1),
    ("a.py", "ok = 1\ndef f(:\n    pass\n", "Python", 2),
    ("a.py", "def f():\n    pass\nreturn 1\n", "Python", 3),
    ("a.pyi", "class\n", "Python", 1),
    ("tool", "#!/usr/bin/env python3\nprint 'x'\n", "Python", 2),
    # From 3.13 on the comma itself is the fault, not what follows it.
    ("a.json", '{\n "a": 1,\n}\n', "JSON", 2 if sys.version_info >= (3, 13) else 3),
    ("a.json", '{"a": NaN}', "JSON", 0),
    ("a.json", '{"a": 1} x', "JSON", 1),
    ("a.json", "// no comments here\n{}", "JSON", 1),
    ("tsconfig.json", "{ // but this is not closed\n", "JSON", 2),
    ("a.jsonl", '{"a": 1}\n{"a": }\n', "JSON", 2),
    ("a.yaml", "a: [1, 2\nb: 3\n", "YAML", 2),
    ("a.yml", "a: b: c\n", "YAML", 1),
    ("a.yaml", "a:\n\t- b\n", "YAML", 2),
    ("a.yml", "a: {{ b }}\nc: [\n", "YAML", 3),
    (".github/workflows/ci.yml", "run: ${{ matrix.x }}\n- bad\n", "YAML", 2),
    (".cline/agents/a.yaml", "---\nname: a: b\n---\n\nText.\n", "YAML", 2),
    (".cline/agents/a.yaml", "name: a: b\n", "YAML", 1),
    ("roles/a.yaml", "---\nname: a\n---\n\nTwo things: b: c\n", "YAML", 5),
    ("a.toml", "a = \n", "TOML", 1),
    ("a.toml", "[a]\nb = 1\n[a]\n", "TOML", 3),
    ("poetry.lock", "[[package]\n", "TOML", 1),
]


SOUND = [
    ("a.py", "async def f():\n    return [x async for x in y]\n"),
    ("a.py", '# -*- coding: latin-1 -*-\nx = "\xe9"\n'.encode("latin-1")),
    ("a.py", "\ufeffx = 1\n"),
    ("a.py", "x = '\\d'\n"),
    ("old", "#!/usr/bin/python2\nprint 'x'\n"),
    ("a.json", '\ufeff{"a": [1, 2.5, null, "\\u00e9"]}'),
    ("a.json", ""),
    ("a.json", '"text with NaN in it"'),
    ("a.json", '{"a": 1}'.encode("utf-16")),
    ("tsconfig.json", '{\n // why\n "a": "http://x", /* so */ "b": [1, 2,],\n}\n'),
    ("tsconfig.build.json", '{"a": 1, // x\n}'),
    (".vscode/settings.json", '{"a": "\\"//", }'),
    (".devcontainer/devcontainer.json", "// head\n{}"),
    ("a.jsonc", "[1, /* two */ 3,]"),
    ("a.jsonl", '{"a": 1}\n\n{"b": 2}\n'),
    ("stack.yaml", "a: !Ref b\nc: !Sub ['${d}', {d: !GetAtt e.f}]\n"),
    ("secrets.yml", "a: !vault |\n  $ANSIBLE_VAULT;1.1\n"),
    ("many.yaml", "a: 1\n---\nb: 2\n...\n"),
    (".cline/agents/a.yaml", "---\nname: a\n---\n\nTwo things: b: c\n- [\n"),
    ("web/.cline/agents/a.yaml", "---\r\nname: a\r\n---\r\nTwo: b: c\r\n"),
    ("chart/templates/x.yaml", "a: {{ .Values.b }}\n{{- if .c }}\nd: 1\n{{- end }}\n"),
    ("play.yml", "{% for x in y %}\n- {{ x }}-z: [\n{% endfor %}\n"),
    ("a.toml", 'a = 1\n[b]\nc = ["x"]\n'),
    ("a.toml", 'a = {\n  b = 1,\n  c = "\\e[0m", # TOML 1.1\n}\nt = 07:32\n'),
    ("config/database.yml", "test:\n  <<: *default\n  <%= x %>: [\n"),
    ("a.yml", "{{ cookiecutter.name }}: {{ cookiecutter.value }}-x\nb: {{ c }}{{ d }}\n"),
    ("a.yaml", "{{- range .x }}\n- {{ . }}: [\n{{- end }}\n"),
    ("src/tsconfig.base.json", '{"a": 1, // x\n}'),
    ("packages/config/node.json", '{"compilerOptions": {"strict": true, }}'),
    ("nx.json", "{ // why\n}"),
    (".eslintrc.json", "{ /* why */ }"),
    ("apps/web/project.json", "{ // why\n}"),
    ("a.txt", "{ [ ( not a language\n"),
    ("Makefile", "all:\n\techo (\n"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("path", "content", "language", "line"), BROKEN)
def test_a_broken_file_is_named_with_its_language_and_line(
    path: str, content: str, language: str, line: int
) -> None:
    (finding,) = check_text("syntax", path, content)
    assert finding.message.startswith(f"{language}: ")
    assert finding.line == line


@pytest.mark.parametrize(("path", "content"), SOUND)
def test_a_sound_file_passes(path: str, content: str | bytes) -> None:
    assert check_text("syntax", path, content) == []


DUPLICATES = [
    ("a.json", '{\n "a": {"b": 1, "c": 2},\n "b": [{"a": 1}],\n "a": 2\n}', 4),
    ("tsconfig.json", '{"a": 1, // why\n "a": 2,}', 2),
    ("a.json", '{"a\tb": 1,\n "a\tb": 2}', 2),
    (
        "a.json",
        '{"x\n:": 1, "x\n,": 2, "x\n:": 3}',
        0,
    ),  # the place is not told: a line end in a key
    ("a.yaml", "a: 1\nb:\n  a: 2\na: 3\n", 4),
    ("a.yaml", "- {x: 1, y: 2, x: 3}\n", 1),
]


SINGLE_KEYS = [
    ("a.json", '{"//": "one", "//": "two", "a": {"a": {"a": 1}}}'),
    ("a.yaml", "a: {a: {a: a}}\nb: [a, a]\n? c\n: c\n"),
    ("a.yaml", "x: &x {a: 1}\ny: &y {b: 1}\nz:\n  <<: *x\n  <<: *y\n"),
    ("a.yaml", "a: 1\n---\na: 2\n"),
]


@pytest.mark.parametrize(("path", "content", "line"), DUPLICATES)
def test_a_key_that_is_there_twice_is_a_finding(path: str, content: str, line: int) -> None:
    (finding,) = check_text("syntax", path, content)
    assert "is there twice" in finding.message
    assert finding.line == line


def test_a_key_that_was_there_twice_before_is_none_beside_a_prompt_either() -> None:
    role = b"---\nname: a\nname: a\n---\n\nTwo things: b: c\n"
    change = Change(".cline/agents/a.yaml", "M", REGULAR, "1" * 40, REGULAR, "2" * 40)
    context = CheckContext(read_old=lambda _: role)
    assert find_errors(change, role + b"More.\n", context) == []


@pytest.mark.parametrize(("path", "content"), SINGLE_KEYS)
def test_the_same_key_in_another_mapping_is_none(path: str, content: str) -> None:
    assert check_text("syntax", path, content) == []


@pytest.mark.parametrize(
    "path",
    [
        "tests/fixtures/broken.json",
        "packages/a/__fixtures__/x.json",
        "crates/p/testdata/x.json",
        "tests/invalid/x.json",
        "test/data/syntax-error.json",
        "src/__tests__/malformed.config.json",
    ],
)
def test_a_fixture_that_is_meant_to_be_broken_is_let_through(path: str) -> None:
    assert check_text("syntax", path, "{") == []


@pytest.mark.parametrize("path", ["src/broken.json", "tests/config.json", "invalid/x.json"])
def test_a_broken_name_alone_excuses_nothing(path: str) -> None:
    assert len(check_text("syntax", path, "{")) == 1


@pytest.mark.slow
@pytest.mark.parametrize("suffix", ["py", "json", "yaml", "toml"])
def test_nesting_without_end_is_a_finding_and_not_a_crash(suffix: str) -> None:
    content = "[" * 200_000 if suffix != "toml" else "a = " + "[" * 20_000
    found = check_text("syntax", f"a.{suffix}", content)
    assert len(found) == 1, sys.version
