"""Which Python a file asks for."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from tests.support.hooked import check_text


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
