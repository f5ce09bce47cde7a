"""Names that a repository brings lead nowhere but into it; every place that opens files by name is listed here."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tierwise.contained import find_folders, find_inside, is_plain_path, list_files

PACKAGE = Path(__file__).parents[1] / "installer" / "tierwise"
BAD_NAMES = (
    "", ".", "..", "../x", "a/../../x", "/etc/passwd", "a//b", "a/", "./a", "~/../x/..", "C:/x", "c:x", "a\\..\\b",
    "a\0b", ".git/config", "a/.GIT/hooks/x", ".git./config", "git~1/config",
)  # fmt: skip
# Calls that follow a name wherever it leads, and the places that may make them, with what their names come from.
FOLLOWING = {
    "open", "open_file", "read_text", "read_bytes", "write_text", "write_bytes", "rglob", "glob", "symlink", "walk",
    "scandir", "extractall",
}  # fmt: skip
# Objects whose methods are told the same names.
OURS = ("bundle", "files", "folder", "local_state", "ast")
OWN_FILE = "a file of the package itself"
GIT_FOLDER = "git's own folder, which no clone brings"
PERSON = "a name that the person gave on the command line"
HOME = "the person's own folders"
TEMPORARY = "a folder that was just made below /tmp"
FOUND = "what a listing of the same folder has just found"
SYSTEM = "the system's own files"
ALLOWED = {
    "bundle": OWN_FILE,
    "contained": "the one place that lists what a repository names",
    "files": "the one place that opens regular files",
    "private_folder": "opened by descriptor, through no link",
    "compiled": OWN_FILE,
    "cascade/checkouts": TEMPORARY,
    "cascade/delivery": GIT_FOLDER,
    "process_tree": SYSTEM,
    "cascade/workspace": TEMPORARY,
    "cascade/engines/openai": "a request, no file",
    "checks/checkout": TEMPORARY,
    "checks/dependencies/python_environment": FOUND,
    "checks/discover": FOUND,
    "checks/known_clean": OWN_FILE,
    "checks/project": FOUND,
    "checks/staged": GIT_FOLDER,
    "checks/worktree": "what git lists as regular files",
    "ci/summary": "a file that the CI system names in its environment",
    "classify/concepts": OWN_FILE,
    "classify/model": OWN_FILE,
    "claude_hooks/session_path": "a file that the client names in its environment",
    "cli/__init__": "the system's null device",
    "cli/commands/backtest": PERSON,
    "cli/commands/commit": PERSON,
    "cli/commands/experiment": PERSON,
    "cli/commands/export": PERSON,
    "cli/commands/run_task": PERSON,
    "cli/commands/spend": PERSON,
    "cli/experiment_runs": PERSON,
    "commits/git": "a template that the person's git configuration names",
    "commits/message": "the file that git gives a commit-msg hook",
    "commits/refusal": GIT_FOLDER,
    "commits/state": GIT_FOLDER,
    "doctor/agents": "folders of the work tree, to a depth",
    "doctor/place": HOME,
    "doctor/plugins": HOME,
    "doctor/unseen": HOME,
    "doctor/wiring": HOME,
    "domain/coding_tools": OWN_FILE,
    "domain/models": OWN_FILE,
    "gates/builtin/syntax": TEMPORARY,
    "gates/report_files": FOUND,
    "git/plumbing": GIT_FOLDER,
    "git/snapshot": GIT_FOLDER,
    "git/store": TEMPORARY,
    "learning/agent_work": HOME,
    "learning/experiment_plan": PERSON,
    "learning/reactions": OWN_FILE,
    "report/html/frame": OWN_FILE,
    "report/remembered": HOME,
    "scratch": TEMPORARY,
    "sync/stamp": OWN_FILE,
    "sync/watch/events": SYSTEM,
    "teams/files": PERSON,
    "session/history": OWN_FILE,
    "transcripts/codex": HOME,
    "transcripts/first_words": HOME,
    "transcripts/follow": HOME,
    "transcripts/roots": HOME,
    "transcripts/spawns": HOME,
    "transcripts/turns": HOME,
    "trust/notes": HOME,
    "verify/client": TEMPORARY,
    "verify/tools/continue_dev": TEMPORARY,
    "verify/tools/gemini": TEMPORARY,
    "verify/tools/session": TEMPORARY,
    "verify/clients": HOME,
    "verify/workspace": TEMPORARY,
}


@pytest.mark.parametrize("name", BAD_NAMES)
def test_a_name_that_could_lead_out_is_no_path(name: str, tmp_path: Path) -> None:
    assert not is_plain_path(name)
    assert find_inside(str(tmp_path), name) is None


@pytest.mark.parametrize("name", ["a", "a/b.md", ".gitignore", "a/.github/x", "..a/b", "a b/c~d"])
def test_a_plain_name_is_one_whether_there_is_a_file_or_not(name: str, tmp_path: Path) -> None:
    assert find_inside(str(tmp_path), name) == str(tmp_path / name)


@pytest.mark.parametrize("name", ["link", "link/a", "folder/link/a/b"])
def test_no_link_is_on_the_way(name: str, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to("folder")
    (tmp_path / "folder" / "link").symlink_to("nowhere")
    assert find_inside(str(tmp_path), name) is None


@pytest.mark.slow
def test_a_folder_that_leads_to_everything_is_looked_at_for_a_moment(tmp_path: Path) -> None:
    (tmp_path / "agents").symlink_to("/")
    assert isinstance(list_files(str(tmp_path / "agents"), ".md"), list)


def test_globs_find_folders_below_and_nothing_else(tmp_path: Path) -> None:
    for name in ("a/x/deep", "a/y", "b/node_modules/z", ".git/x"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "a" / "out").symlink_to("/")
    (tmp_path / "a" / "file").touch()

    def find(pattern: str) -> list[str]:
        found = find_folders(str(tmp_path), pattern)
        return [Path(path).relative_to(tmp_path).as_posix() for path in found]

    assert find("a/*") == ["a/x", "a/y"]
    assert find("./a/x/") == ["a/x"]
    assert find("**/deep") == ["a/x/deep"]
    assert find("*/**/**/**") == ["a", "a/x", "a/x/deep", "a/y", "b"]
    for pattern in ("/**", "../*", "a/../../*", "a/out/*", "b/missing"):
        assert find(pattern) == []


@pytest.mark.slow
def test_every_place_that_follows_a_name_is_known() -> None:
    found = {}
    for path in PACKAGE.rglob("*.py"):
        module = path.relative_to(PACKAGE).with_suffix("").as_posix()
        calls = _list_calls(ast.parse(path.read_text("utf-8")))
        if calls:
            found[module] = sorted(calls)
    unknown = {module: calls for module, calls in found.items() if module not in ALLOWED}
    assert unknown == {}, "read by tierwise.files, or through tierwise.contained.find_inside"
    assert set(ALLOWED) - set(found) == set(), "no longer needed here"


def _list_calls(tree: ast.Module) -> set[str]:
    """The calls that follow names, but those of :mod:`tierwise.files` and of other objects of ours."""
    calls = set()
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        called = node.func
        if isinstance(called, ast.Name) and called.id == "open":
            calls.add("open")
        elif isinstance(called, ast.Attribute):
            owner = called.value.id if isinstance(called.value, ast.Name) else ""
            follows = owner == "shutil" or called.attr in FOLLOWING
            if follows and owner not in OURS and called.attr != "which":
                calls.add(f"{owner}.{called.attr}")
    return calls
