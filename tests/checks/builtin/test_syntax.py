"""Syntax of Python, JSON, YAML, TOML and shell: what is refused, where, and what must not be."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest
from tests.support.hooked import check_text

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
    (".github/workflows/ci.yml", "run: ${{ matrix.x }}\n- bad\n", "YAML", 2),
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
    ("chart/templates/x.yaml", "a: {{ .Values.b }}\n{{- if .c }}\nd: 1\n{{- end }}\n"),
    ("play.yml", "{% for x in y %}\n- {{ x }}-z: [\n{% endfor %}\n"),
    ("a.toml", 'a = 1\n[b]\nc = ["x"]\n'),
    ("a.txt", "{ [ ( not a language\n"),
    ("Makefile", "all:\n\techo (\n"),
]
SHELL_BROKEN = [
    ("a.sh", "if true; then\n  echo x\n", 3),
    ("a.sh", "echo )\n", 1),
    ("run", "#!/bin/sh\nfor x in y; do\n", 3),
    ("run", "#!/usr/bin/env -S bash -e\ncase x in\n", 3),
]
SHELL_SOUND = [
    ("a.sh", "a=(1 2)\n[[ $a == b ]] && echo x\n"),
    ("a.bash", "shopt -s extglob\nls !(a|b)\n"),
    ("run", "#!/bin/sh\necho 'x'\n"),
    ("a.sh", "cat <<END\n$(\nEND\n"),
]


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


@pytest.mark.skipif(not shutil.which("bash"), reason="bash is not installed")
@pytest.mark.parametrize(("path", "content", "line"), SHELL_BROKEN)
def test_a_broken_script_is_named_with_its_line(path: str, content: str, line: int) -> None:
    (finding,) = check_text("syntax", path, content)
    assert finding.message.startswith("shell: ")
    assert finding.line in (line, line - 1), "shells differ by one at the end of a file"


@pytest.mark.skipif(not shutil.which("bash"), reason="bash is not installed")
@pytest.mark.parametrize(("path", "content"), SHELL_SOUND[:3])
def test_a_sound_script_passes(path: str, content: str) -> None:
    assert check_text("syntax", path, content) == []


@pytest.mark.skipif(not shutil.which("bash"), reason="bash is not installed")
def test_a_script_is_read_and_never_run(tmp_path: Path) -> None:
    trace = tmp_path / "ran"
    assert check_text("syntax", "a.sh", f"touch {trace}\n") == []
    assert not trace.exists()


@pytest.mark.skipif(not shutil.which("perl"), reason="perl is not installed")
def test_a_script_of_another_language_is_left_alone_whatever_its_name_says(tmp_path: Path) -> None:
    trace = tmp_path / "ran"
    assert (
        check_text("syntax", "a.sh", f"#!/usr/bin/perl\nBEGIN {{ open F, '>{trace}' }}\nif ( {{\n")
        == []
    )
    assert check_text("syntax", "b.sh", "#!/usr/bin/env python3\nprint('(')\n") == []
    assert check_text("syntax", "c.sh", "#!/usr/bin/env fish\nif true\nend\n") == []
    assert not trace.exists()


def test_syntax_that_only_the_projects_newer_python_knows_is_let_through(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A stand-in for the project's interpreter: it accepts what this one does not.
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text("#!/bin/sh\nexit 0\n")
    python.chmod(0o755)
    monkeypatch.chdir(tmp_path)
    assert check_text("syntax", "a.py", "newer syntax\n") == []
    python.write_text("#!/bin/sh\nexit 9\n")
    assert len(check_text("syntax", "a.py", "newer syntax\n")) == 1


def test_an_interpreter_on_the_path_that_does_not_run_is_no_judge(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As pyenv's shims: the newest is named on PATH and ends with 127, an older one that runs knows the syntax.
    minor = sys.version_info[1]
    for newer, code in ((minor + 2, 127), (minor + 1, 0)):
        shim = tmp_path / f"python3.{newer}"
        shim.write_text(f"#!/bin/sh\nexit {code}\n")
        shim.chmod(0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert check_text("syntax", "a.py", "newer syntax\n") == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("pyproject.toml", '[project]\nrequires-python = ">={version}"\n'),
        ("pyproject.toml", '[project]\nrequires-python = "!=3.0,>= {version},<4"\n'),
        ("pyproject.toml", '[tool.poetry.dependencies]\npython = "^{version}"\n'),
        (".python-version", "{version}.1\n"),
    ],
)
def test_a_project_that_asks_for_a_newer_python_than_any_here_is_not_judged(
    name: str, text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    minor = sys.version_info[1]
    (tmp_path / name).write_text(text.format(version=f"3.{minor + 1}"))
    assert check_text("syntax", "a.py", "newer syntax\n") == []
    (tmp_path / name).write_text(text.format(version=f"3.{minor}"))
    assert len(check_text("syntax", "a.py", "newer syntax\n")) == 1


@pytest.mark.parametrize("suffix", ["py", "json", "yaml", "toml"])
def test_nesting_without_end_is_a_finding_and_not_a_crash(suffix: str) -> None:
    content = "[" * 200_000 if suffix != "toml" else "a = " + "[" * 20_000
    found = check_text("syntax", f"a.{suffix}", content)
    assert len(found) == 1, sys.version
