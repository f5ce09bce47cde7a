"""What a pipeline remembers of clean files: never a verdict that would be another one today."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.support.repository import git

from tierwise import local_state
from tierwise.checks import known_clean, run
from tierwise.checks.known_clean import NAME, KnownClean, digest_file
from tierwise.checks.worktree import WorkTree
from tierwise.domain.change import EXECUTABLE, REGULAR, Change
from tierwise.domain.check_names import PREFLIGHT

CLEAN = "x = 1\n"
BROKEN = "x = = 1\n"


@pytest.fixture
def looked_into(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The paths of files that a check looks into, each as often as it does."""
    found: list[str] = []
    judge = run._ContentJudge.judge_file

    def note(self: run._ContentJudge, change: Change, data: bytes) -> bool:
        if self.check.name == "syntax":
            found.append(change.path)
        return judge(self, change, data)

    monkeypatch.setattr(run._ContentJudge, "judge_file", note)
    yield found


def check(root: Path, table: dict[str, object] | None = None) -> list[str]:
    """What the checks say of every file, with what earlier runs know."""
    known = KnownClean(str(root))
    snapshot = WorkTree(str(root), everything=True)
    results = run.run_checks(snapshot, table, PREFLIGHT, root=str(root), known=known)
    known.save()
    return [f"{result.name}: {finding.path}" for result in results for finding in result.findings]


def test_a_clean_file_is_looked_into_once(repository: Path, looked_into: list[str]) -> None:
    (repository / "a.py").write_text(CLEAN)
    assert check(repository) == check(repository) == []
    assert looked_into.count("a.py") == 1


@pytest.mark.slow
def test_a_finding_is_told_every_time(repository: Path, looked_into: list[str]) -> None:
    (repository / "a.py").write_text(BROKEN)
    assert check(repository) == check(repository) == ["syntax: a.py"]
    assert looked_into.count("a.py") == 2


def change_content(root: Path) -> None:
    (root / "a.py").write_text(BROKEN)


def move_file(root: Path) -> None:
    (root / "a.txt").rename(root / "b.json")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "content", "change", "found"),
    [
        ("a.py", CLEAN, change_content, ["syntax: a.py"]),
        ("a.txt", "no json", move_file, ["syntax: b.json"]),
    ],
)
def test_a_changed_file_is_judged_anew(
    name: str, content: str, change: Callable[[Path], None], found: list[str], repository: Path
) -> None:
    (repository / name).write_text(content)
    assert check(repository) == []
    change(repository)
    assert check(repository) == found


def test_changed_settings_are_judged_anew(repository: Path) -> None:
    (repository / "a.py").write_text("x = 1 \n")
    off: dict[str, object] = {"checks": {"builtin": {"trailing-whitespace": False}}}
    on: dict[str, object] = {"checks": {"builtin": {"trailing-whitespace": True}}}
    assert check(repository, off) == []
    assert check(repository, on) == ["trailing-whitespace: a.py"]


@pytest.mark.parametrize("what", ["_digest_code", "_find_version"])
def test_other_code_judges_anew(
    what: str, repository: Path, monkeypatch: pytest.MonkeyPatch, looked_into: list[str]
) -> None:
    (repository / "a.py").write_text(CLEAN)
    check(repository)
    monkeypatch.setattr(known_clean, what, lambda *_: "other")
    check(repository)
    assert looked_into.count("a.py") == 2


@pytest.mark.parametrize("changed", ["module.py", "secrets/shapes.json", "templates/names.txt"])
def test_the_digest_of_the_code_is_of_what_is_in_it(
    changed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the shapes of secrets, too: a file that was clean may hold one of a new shape."""
    monkeypatch.setattr(known_clean.tierwise, "__file__", str(tmp_path / "package" / "__init__.py"))
    monkeypatch.setattr(known_clean.bundle, "path", lambda *parts: str(tmp_path.joinpath(*parts)))
    assert known_clean._digest_code() == ""
    top = tmp_path / "package"
    if changed.startswith("templates"):
        top = tmp_path
    for folder in (tmp_path / "package", (top / changed).parent):
        folder.mkdir(parents=True, exist_ok=True)
    (tmp_path / "package" / "other.py").write_text("a = 1\n")
    digests = set()
    for content in ("a = 1\n", "a = 2\n"):
        (top / changed).write_text(content)
        digests.add(known_clean._digest_code())
    assert len(digests) == 2


def test_without_a_digest_of_the_code_nothing_is_kept(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(known_clean, "_digest_code", lambda: "")
    check(repository)
    assert not local_state.has_file(str(repository), NAME)


def test_a_verdict_that_depends_on_more_than_the_file_is_not_kept(
    repository: Path, looked_into: list[str]
) -> None:
    """The committed version excuses comments in the JSON; a program of the machine reads the script."""
    (repository / "a.json").write_text("// ours\n{}\n")
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "feat: json with comments")
    (repository / "a.json").write_text("// ours\n[]\n")
    (repository / "a.sh").write_text("echo 1\n")
    check(repository)
    check(repository)
    assert (looked_into.count("a.json"), looked_into.count("a.sh")) == (2, 2)


@pytest.mark.parametrize("content", [b"\xff\x00", b"no digest\n", b""])
def test_damaged_knowledge_is_none(
    content: bytes, repository: Path, looked_into: list[str]
) -> None:
    (repository / "a.py").write_text(CLEAN)
    local_state.write(str(repository), NAME, data=content)
    assert check(repository) == check(repository) == []
    assert looked_into.count("a.py") == 1


def test_damage_is_not_kept(repository: Path) -> None:
    (repository / "a.py").write_text(CLEAN)
    check(repository)
    known = repository / ".tierwise/local" / NAME
    sound = known.read_bytes()
    local_state.write(str(repository), NAME, data=b"\xff\x00 no digest\n" + sound[:40])
    check(repository)
    assert known.read_bytes() == sound


def test_knowledge_that_git_tracks_is_none(repository: Path) -> None:
    """Whoever can commit must not be able to say that a file is clean."""
    (repository / "a.py").write_text(CLEAN)
    check(repository)
    known = (repository / ".tierwise" / "local" / NAME).read_bytes()
    git(repository, "add", "-f", f".tierwise/local/{NAME}")
    git(repository, "commit", "-qm", "feat: knowledge")
    assert known and KnownClean(str(repository))._before == set()


def test_what_was_known_before_is_kept_up_to_a_limit(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (repository / "a.py").write_text(CLEAN)
    check(repository)
    (repository / "a.py").write_text("x = 2\n")
    check(repository)
    lines = (local_state.read(str(repository), NAME) or b"").split()
    monkeypatch.setattr(known_clean, "_MOST", 1)
    (repository / "a.py").write_text("x = 3\n")
    check(repository)
    fewer = (local_state.read(str(repository), NAME) or b"").split()
    assert len(fewer) == len(lines) - 1


def test_path_mode_and_content_are_told_apart() -> None:
    files = [
        (b"", make_change("a", REGULAR), b"bc"),
        (b"", make_change("ab", REGULAR), b"c"),
        (b"", make_change("a", EXECUTABLE), b"bc"),
        (b"a", make_change("", REGULAR), b"bc"),
    ]
    assert len({digest_file(*file) for file in files}) == len(files)


def make_change(path: str, mode: str) -> Change:
    return Change(path, "A", mode, "0", "000000", "0")
