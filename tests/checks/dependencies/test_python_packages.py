"""Python: what a project declares against what is installed."""

from __future__ import annotations

from pathlib import Path

from tests.support.checks import find_missing


def venv(root: Path, **versions: str) -> None:
    folder = root / ".venv" / "lib" / "python3.11" / "site-packages"
    folder.mkdir(parents=True)
    for name, version in versions.items():
        (folder / f"{name}-{version}.dist-info").mkdir()


def test_a_declared_distribution_that_is_missing_is_named_with_the_command(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(
        '[project]\nname = "x"\ndependencies = ["Ruamel.YAML>=0.17", "httpx", "click>=8; python_version < \'3.0\'"]\n'
    )
    venv(tmp_path, ruamel_yaml="0.18.6")
    assert find_missing(tmp_path) == ["httpx is not installed in .venv (`pip install -e .`)"]
    (tmp_path / "uv.lock").write_text(
        'version = 1\n[[package]]\nname = "ruamel-yaml"\nversion = "0.18.6"\n'
    )
    assert find_missing(tmp_path) == ["httpx is not installed in .venv (`uv sync`)"]


def test_a_version_that_neither_the_lock_nor_the_project_asks_for_is_named(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(
        '[project]\nname = "x"\ndependencies = ["httpx", "rich>=13,<14"]\n'
    )
    (tmp_path / "uv.lock").write_text('[[package]]\nname = "httpx"\nversion = "0.28.1"\n')
    venv(tmp_path, httpx="0.27.0", rich="14.0.0")
    wrong, unasked = find_missing(tmp_path)
    assert "0.27.0" in wrong
    assert "0.28.1 in the lock file" in wrong
    assert "rich is 14.0.0" in unasked


def test_requirements_files_include_each_other_and_poetry_has_its_own_table(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text(
        "# c\n-r base.txt\n--hash=x\nA==1.0 --hash=sha256:0\n"
    )
    (tmp_path / "base.txt").write_text("b\nc @ https://example.org/c.whl\n")
    venv(tmp_path, a="1.0")
    assert [text.split()[0] for text in find_missing(tmp_path)] == ["b", "c"]
    (tmp_path / "pyproject.toml").write_text(
        '[tool.poetry.dependencies]\npython = "^3.10"\na = "*"\nd = {version = "*", optional = true}\ne = "^1"\n'
    )
    assert [text.split()[0] for text in find_missing(tmp_path)] == ["e"]


def test_markers_are_read_as_pip_reads_them(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text(
        'pywin32; (python_version >= "3.8" or os_name == "nt") and sys_platform == "win32"\n'
        'a; (python_version >= "3.8" or os_name == "nt") and sys_platform != "win32"\n'
        'b; extra == "test"\nc; python_version < "3.11" or os_name == "nowhere"\n'
    )
    venv(tmp_path)
    assert [text.split()[0] for text in find_missing(tmp_path)] == ["a"]


def test_groups_workspaces_and_extras_are_looked_at_as_the_projects_tool_installs_them(
    tmp_path: Path,
) -> None:
    (tmp_path / "pyproject.toml").write_text(
        '[project]\nname = "top"\ndependencies = ["a[fast]", "member"]\n'
        "[project.optional-dependencies]\nextra = ['not-asked-for']\n"
        '[dependency-groups]\ndev = ["b", {include-group = "Lint"}]\nlint = ["c"]\ndocs = ["d"]\n'
        '[tool.uv.workspace]\nmembers = ["packages/*"]\n'
    )
    member = tmp_path / "packages" / "member"
    member.mkdir(parents=True)
    (member / "pyproject.toml").write_text('[project]\nname = "member"\ndependencies = ["e"]\n')
    venv(tmp_path, a="1.0")
    metadata = tmp_path / ".venv/lib/python3.11/site-packages/a-1.0.dist-info/METADATA"
    metadata.write_text(
        'Name: a\nRequires-Dist: f; extra == "fast"\nRequires-Dist: g; extra == "slow"\n\nText\n'
    )
    names = [text.split()[0] for text in find_missing(tmp_path)]
    assert names == ["f", "e"], "pip installs no group"
    (tmp_path / "uv.lock").write_text("version = 1\n")
    assert [text.split()[0] for text in find_missing(tmp_path)] == ["f", "e", "b", "c"]


def test_excluded_members_of_a_workspace_are_left_out_wherever_they_stand(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(
        '[project]\nname = "top"\n'
        '[tool.uv.workspace]\nmembers = ["a", "b", "c"]\nexclude = ["b", "c"]\n'
    )
    (tmp_path / "uv.lock").write_text("version = 1\n")
    for name in "abc":
        (tmp_path / name).mkdir()
        (tmp_path / name / "pyproject.toml").write_text(
            f'[project]\nname = "{name}"\ndependencies = ["of-{name}"]\n'
        )
    venv(tmp_path)
    assert [text.split()[0] for text in find_missing(tmp_path)] == ["of-a"]
