"""Commands at a commit see exactly the index, under real git, whatever else lies in the work tree."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.support.hooked import commit, git, hooked, policy, stage

from tierwise.checks.checkout import find_import_paths

SHOW = "cat *.py sub/*.py 2>/dev/null; false"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return hooked(tmp_path / "repository")


def use_command(root: Path, run: str, more: str = "") -> None:
    """Make ``run`` a command of the policy and commit everything."""
    policy(root, f"checks:\n{more}  commands:\n    see: {{run: {json.dumps(run)}}}\n")
    git(root, "add", "-A")
    assert commit(root, "--no-verify").returncode == 0


def said(root: Path, *arguments: str) -> str:
    """What a refused commit prints."""
    done = commit(root, *arguments)
    assert done.returncode == 1, done.stderr
    return done.stderr.decode()


@pytest.mark.slow
def test_an_unstaged_edit_of_another_file_is_not_seen(root: Path) -> None:
    stage(root, "other.py", "committed = 1\n")
    use_command(root, SHOW)
    (root / "other.py").write_text("edited = 2\n")
    stage(root, "a.py", "staged = 3\n")
    text = said(root)
    assert "committed = 1" in text
    assert "edited" not in text


@pytest.mark.slow
def test_an_untracked_file_and_one_only_intended_are_not_seen(root: Path) -> None:
    use_command(root, SHOW)
    (root / "untracked.py").write_text("untracked = 1\n")
    (root / "intended.py").write_text("intended = 2\n")
    git(root, "add", "-N", "intended.py")
    stage(root, "a.py", "staged = 3\n")
    text = said(root)
    assert "staged = 3" in text
    assert "untracked =" not in text
    assert "intended =" not in text


@pytest.mark.slow
def test_a_commit_of_one_path_shows_the_others_as_they_were(root: Path) -> None:
    stage(root, "a.py", "a = 'old'\n")
    stage(root, "b.py", "b = 'old'\n")
    use_command(root, SHOW)
    stage(root, "a.py", "a = 'new'\n")
    stage(root, "new.py", "new = 'staged, and not in this commit'\n")
    (root / "b.py").write_text("b = 'new'\n")
    text = said(root, "b.py")
    assert "b = 'new'" in text
    assert "a = 'old'" in text
    assert "new = " not in text


@pytest.mark.slow
def test_a_deleted_file_is_gone_although_it_lies_there_still(root: Path) -> None:
    stage(root, "gone.py", "gone = 1\n")
    use_command(root, SHOW)
    git(root, "rm", "-q", "--cached", "gone.py")
    stage(root, "a.py", "staged = 3\n")
    assert "gone = 1" not in said(root)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["path", "finder"])
def test_an_editable_install_of_the_project_is_imported_from_the_copy(
    root: Path, tmp_path: Path, kind: str
) -> None:
    stage(root, "src/mine/__init__.py", "value = 'committed'\n")
    stage(root, ".gitignore", ".venv/\n")
    venv = root / ".venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", venv], check=True)
    (packages,) = venv.glob("lib/python3*/site-packages")
    if kind == "path":
        (packages / "__editable__.mine.pth").write_text(f"{root}/src\n")
    else:
        (packages / "__editable___mine_finder.py").write_text(
            f"MAPPING: dict = {{'mine': '{root}/src/mine'}}\nNAMESPACES: dict = {{}}\n"
        )
    program = "import mine; print(mine.value, mine.__file__); raise SystemExit(1)"
    use_command(root, f'python -c "{program}"')
    (root / "src" / "mine" / "__init__.py").write_text("value = 'edited'\n")
    stage(root, "a.py", "x = 1\n")
    text = said(root)
    assert "committed" in text
    assert f"{root}/src" not in text


def test_an_editable_install_of_another_project_stands_for_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root, packages = tmp_path / "project", tmp_path / "site-packages"
    for folder in (root / "src", packages):
        folder.mkdir(parents=True)
    (packages / "a.pth").write_text(f"{tmp_path}/project-two/src\n{tmp_path}\nimport x\n")
    (packages / "b.pth").write_text(f"{root}/src\n{root}\n{root}/src\n")
    relative = os.path.relpath

    def relate(path: str, start: str) -> str:
        if not path.startswith(start):
            raise ValueError("path is on mount 'D:', start on mount 'C:'")  # as Windows says
        return relative(path, start)

    monkeypatch.setattr(os.path, "relpath", relate)
    assert find_import_paths(str(root), "/copy", str(packages)) == ["/copy/src", "/copy"]


@pytest.mark.slow
def test_git_is_there_and_the_users_repository_is_not(root: Path) -> None:
    git(root, "tag", "v1.2.3")
    run = (
        "git describe --tags; git branch --show-current; git status --porcelain; git ls-files a.py;"
        " git stash list; git tag made-by-a-command; git commit -q --allow-empty -m own; git branch -D main; false"
    )
    use_command(root, run)
    before = git(root, "for-each-ref").stdout + git(root, "rev-parse", "HEAD").stdout
    (root / "README.md").write_text("edited\n")
    stage(root, "a.py", "x = 1\n")
    text = said(root)
    assert "v1.2.3-1-g" in text
    assert "\n  main\n" in text
    assert "\n  A  a.py\n" in text
    assert "README" not in text
    assert git(root, "for-each-ref").stdout + git(root, "rev-parse", "HEAD").stdout == before


@pytest.mark.slow
def test_nested_packages_are_reached_and_the_projects_own_come_from_the_copy(root: Path) -> None:
    stage(root, ".gitignore", "node_modules/\n")
    stage(root, "packages/lib/index.js", "committed\n")
    stage(root, "packages/app/index.js", "app\n")
    nested = root / "packages" / "app" / "node_modules"
    for folder in (root / "node_modules" / "dep", nested / "other", root / "node_modules" / "@s"):
        folder.mkdir(parents=True)
        (folder / "index.js").write_text(f"{folder.name}\n")
    (root / "node_modules" / "@s" / "lib").symlink_to(root / "packages" / "lib")
    (root / "node_modules" / "@s" / "ext").mkdir()
    run = (
        "cat node_modules/dep/index.js packages/app/node_modules/other/index.js node_modules/@s/lib/index.js;"
        " ls node_modules/@s; false"
    )
    use_command(root, run)
    (root / "packages" / "lib" / "index.js").write_text("edited\n")
    stage(root, "a.py", "x = 1\n")
    text = said(root)
    for word in ("dep", "other", "committed", "ext"):
        assert f"  {word}\n" in text
    assert "edited" not in text


@pytest.mark.slow
def test_generated_files_and_submodules_are_reached_where_the_policy_says_so(
    root: Path, tmp_path: Path
) -> None:
    other = hooked(tmp_path / "other", {"inside.txt": "inside\n"})
    stage(root, ".gitignore", "generated/\n")
    (root / "generated").mkdir()
    (root / "generated" / "x.txt").write_text("generated\n")
    git(root, "-c", "protocol.file.allow=always", "submodule", "add", "-q", str(other), "sub")
    run = "cat generated/x.txt sub/inside.txt; false"
    use_command(root, run, more="  link: [generated, sub]\n")
    (root / "README.md").write_text("edited\n")
    stage(root, "a.py", "x = 1\n")
    text = said(root)
    assert "  generated\n" in text
    assert "  inside\n" in text


@pytest.mark.slow
def test_filters_and_line_ends_are_those_of_the_repository(root: Path) -> None:
    stage(root, ".gitattributes", "*.txt eol=crlf\n*.up filter=up\n")
    git(root, "config", "filter.up.smudge", "tr a-z A-Z")
    stage(root, "a.txt", "x\r\n")
    stage(root, "a.up", "word\n")
    use_command(root, "od -c a.txt; cat a.up; false")
    (root / "README.md").write_text("edited\n")
    stage(root, "a.py", "x = 1\n")
    text = said(root)
    assert "\\r" in text
    assert "WORD" in text


@pytest.mark.slow
def test_a_command_that_rewrites_files_in_the_copy_does_not_pass_in_silence(root: Path) -> None:
    policy(root, 'checks:\n  commands:\n    fix: {run: "echo more >> {files}", files: ["*.txt"]}\n')
    git(root, "add", "-A")
    assert commit(root, "--no-verify").returncode == 0
    (root / "README.md").write_text("edited\n")
    stage(root, "a.txt", "x\n")
    text = said(root)
    assert "a.txt: changed by a command" in text
    assert (root / "a.txt").read_text() == "x\n"


@pytest.mark.slow
def test_the_first_commit_a_linked_work_tree_and_a_sha256_repository_are_laid_out(
    tmp_path: Path,
) -> None:
    for name, options in (("new", []), ("sha256", ["--object-format=sha256"])):
        root = tmp_path / name
        root.mkdir()
        git(root, "init", "-q", "-b", "main", *options)
        hooks_from = hooked(tmp_path / f"{name}-hooks") / ".git" / "hooks" / "pre-commit"
        hook = root / ".git" / "hooks" / "pre-commit"
        hook.parent.mkdir(exist_ok=True)
        hook.write_bytes(hooks_from.read_bytes())
        hook.chmod(0o755)
        policy(root, f"checks:\n  commands:\n    see: {{run: {json.dumps(SHOW)}}}\n")
        (root / "untracked.py").write_text("untracked = 1\n")
        stage(root, "a.py", "staged = 1\n")
        text = said(root)
        assert "staged = 1" in text
        assert "untracked =" not in text
    root = hooked(tmp_path / "main")
    use_command(root, SHOW)
    linked = tmp_path / "linked"
    git(root, "worktree", "add", "-q", str(linked))
    policy(linked, f"checks:\n  commands:\n    see: {{run: {json.dumps(SHOW)}}}\n")
    (linked / "untracked.py").write_text("untracked = 1\n")
    stage(linked, "a.py", "staged = 1\n")
    text = said(linked)
    assert "staged = 1" in text
    assert "untracked =" not in text


@pytest.mark.slow
def test_nothing_of_the_copy_stays(root: Path, tmp_path: Path) -> None:
    use_command(root, "pwd; false")
    place = tmp_path / "temporary"
    place.mkdir()
    (root / "README.md").write_text("edited\n")
    stage(root, "a.py", "x = 1\n")
    done = commit(root, TMPDIR=str(place))
    assert str(place).encode() in done.stderr
    assert os.listdir(place) == []
