"""Syntax of Python, JSON, YAML, TOML and shell: what is refused, where, and what must not be."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest
from tests.support.hooked import check_text

from tierwise.checks.languages import newer_python

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


JUDGE = """#!{python}
import sys
print({minor}, flush=True)
while size := sys.stdin.buffer.readline():
    sys.stdin.buffer.read(int(size))
    print('{answer}', flush=True)
"""


def put_python(folder: Path, minor: int, script: str) -> None:
    folder.mkdir(exist_ok=True)
    path = folder / f"python3.{minor}"
    path.write_text(script)
    path.chmod(0o755)


def test_syntax_that_only_a_newer_python_knows_is_let_through(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As pyenv's shims: the newest is named on PATH and ends with 127, an older one that runs knows the syntax.
    minor = sys.version_info[1]
    work_tree, programs = tmp_path / "repository", tmp_path / "bin"
    work_tree.mkdir()
    put_python(programs, minor + 2, "#!/bin/sh\nexit 127\n")
    monkeypatch.chdir(work_tree)
    monkeypatch.setenv("PATH", str(programs))
    newer = {"python": sys.executable, "minor": minor + 1}
    put_python(programs, minor + 1, JUDGE.format(**newer, answer='["", 0, 0]'))
    assert check_text("syntax", "a.py", "newer syntax\n") == []
    put_python(programs, minor + 1, JUDGE.format(**newer, answer='["bad", 1, 2]'))
    (finding,) = check_text("syntax", "a.py", "newer syntax\n")
    assert (finding.message, finding.line, finding.column) == ("Python: bad", 1, 2)


def test_no_program_of_the_work_tree_is_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trace = tmp_path / "ran"
    trap = f"#!/bin/sh\ntouch {trace}\n"
    work_tree = tmp_path / "repository"
    bin_folder = work_tree / ".venv" / "bin"
    bin_folder.mkdir(parents=True)
    minor = sys.version_info[1]
    for name in ("python", "python3", f"python3.{minor + 1}", "bash", "sh", "zsh", "git"):
        for folder in (bin_folder, work_tree):
            (folder / name).write_text(trap)
            (folder / name).chmod(0o755)
    (tmp_path / "linked").symlink_to(bin_folder)
    monkeypatch.chdir(work_tree)
    path = [str(bin_folder), ".", "", ".venv/bin", str(tmp_path / "linked"), "/usr/bin", "/bin"]
    monkeypatch.setenv("PATH", os.pathsep.join(path))
    assert len(check_text("syntax", "a.py", "newer syntax\n")) == 1
    assert len(check_text("syntax", "a.sh", "if\n")) == 1
    assert len(check_text("syntax", "a", "#!/bin/zsh\nif true; then\n")) <= 1
    assert not trace.exists()


def test_the_search_for_a_newer_python_is_bounded_for_a_whole_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Shims that never answer: each is started once, however many files ask, and all within one budget of time.
    minor = sys.version_info[1]
    trace, programs = tmp_path / "started", tmp_path / "bin"
    for newer in range(minor + 1, minor + 5):
        put_python(programs, newer, f"#!/bin/sh\necho x >> {trace}\nexec sleep 60\n")
    monkeypatch.setattr(newer_python, "_SECONDS", 1.0)
    monkeypatch.setenv("PATH", f"{programs}:/usr/bin:/bin")
    judge = newer_python.NewerPython(outside=str(tmp_path / "repository"))
    assert [judge.judge_code(b"newer syntax") for _ in range(50)] == [None] * 50
    judge.close()
    assert len(trace.read_text().split()) <= 4


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("pyproject.toml", '[project]\nrequires-python = ">={version}"\n'),
        ("pyproject.toml", '[project]\nrequires-python = "!=3.0,>= {version},<4"\n'),
        ("pyproject.toml", '[tool.poetry.dependencies]\npython = "^{version}"\n'),
        (".python-version", "{version}.1\n"),
        ("pyproject.toml", '[project]\nrequires-python = "<4,>={version}"\n'),
        ("pyproject.toml", '[project]\nrequires-python = "=={version}.*"\n'),
        ("pyproject.toml", '[project]\nrequires-python = "~={version}.0"\n'),
        ("pyproject.toml", '[tool.poetry.dependencies]\npython = ">={version},<4"\n'),
        ("pyproject.toml", '[tool.poetry.dependencies]\npython = {{version = "~{version}"}}\n'),
        ("pyproject.toml", '[tool.poetry.dependencies]\npython = "^{version} || ^3.30"\n'),
        ("pyproject.toml", '[tool.ruff]\ntarget-version = "py{digits}"\n'),
        ("src/pyproject.toml", '[project]\nrequires-python = ">={version}"\n'),
        ("setup.cfg", "[options]\npython_requires = >={version}\n"),
        ("setup.py", "setup(python_requires='>={version}')\n"),
        (".tool-versions", "nodejs 20\npython {version}.2 3.8.1\n"),
        ("mise.toml", '[tools]\npython = "{version}"\n'),
        ("Pipfile", '[requires]\npython_version = "{version}"\n'),
        ("runtime.txt", "python-{version}.4\n"),
    ],
)
def test_a_project_that_asks_for_a_newer_python_than_any_here_is_not_judged(
    name: str, text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    minor = sys.version_info[1]
    (tmp_path / name).parent.mkdir(exist_ok=True)
    for wanted, findings in ((minor + 1, 0), (minor, 1)):
        filled = text.format(version=f"3.{wanted}", digits=f"3{wanted}")
        (tmp_path / name).write_text(filled)
        assert len(check_text("syntax", "src/a.py", "newer syntax\n")) == findings


def test_more_than_a_version_means_the_next_one_and_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    minor = sys.version_info[1]
    (tmp_path / "pyproject.toml").write_text(f'[project]\nrequires-python = ">3.{minor}"\n')
    assert check_text("syntax", "a.py", "newer syntax\n") == []


def test_a_scripts_own_metadata_counts_before_the_projects(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    minor = sys.version_info[1]
    (tmp_path / "pyproject.toml").write_text('[project]\nrequires-python = ">=3.8"\n')
    block = '# /// script\n# requires-python = ">=3.{}"\n# dependencies = [\n#   "x",\n# ]\n# ///\nnewer syntax\n'
    assert check_text("syntax", "a.py", block.format(minor + 1)) == []
    assert len(check_text("syntax", "a.py", block.format(minor))) == 1


DUPLICATES = [
    ("a.json", '{\n "a": {"b": 1, "c": 2},\n "b": [{"a": 1}],\n "a": 2\n}', 4),
    ("tsconfig.json", '{"a": 1, // why\n "a": 2,}', 2),
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


@pytest.mark.parametrize("suffix", ["py", "json", "yaml", "toml"])
def test_nesting_without_end_is_a_finding_and_not_a_crash(suffix: str) -> None:
    content = "[" * 200_000 if suffix != "toml" else "a = " + "[" * 20_000
    found = check_text("syntax", f"a.{suffix}", content)
    assert len(found) == 1, sys.version
