"""What git's configuration says about a message, asked in one process."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.repository import git, make_repository

from tierwise.commits import git as commit_git


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = make_repository(tmp_path / "repo")
    monkeypatch.chdir(root)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", "/dev/null")
    return root


def _set(root: Path, **settings: str) -> None:
    for name, value in settings.items():
        git(root, "config", name.replace("__", "."), value)


def test_without_settings_gits_own_defaults_hold(root: Path) -> None:
    rules = commit_git.read_rules(b"feat: x\n", editor=True)
    assert (rules.mode, rules.comment, rules.encoding, rules.verbose) == (
        "strip",
        b"#",
        "utf-8",
        False,
    )
    assert commit_git.read_rules(b"feat: x\n", editor=False).mode == "whitespace"


def test_each_setting_is_read(root: Path) -> None:
    _set(root, commit__cleanup="verbatim", core__commentChar=";", i18n__commitEncoding="latin-1")
    rules = commit_git.read_rules(b"", editor=True)
    assert (rules.mode, rules.comment, rules.encoding) == ("verbatim", b";", "latin-1")


def test_a_key_without_a_value_means_true(root: Path) -> None:
    with (root / ".git" / "config").open("a") as config:
        config.write("[commit]\n\tverbose\n")
    assert commit_git.read_rules(b"", editor=True).verbose


@pytest.mark.parametrize(
    "key", ["[core]\n\tcommentChar", "[commit]\n\tcleanup", "[i18n]\n\tcommitEncoding"]
)
def test_a_text_without_a_value_says_nothing(root: Path, key: str) -> None:
    with (root / ".git" / "config").open("a") as config:
        config.write(f"{key}\n")
    rules = commit_git.read_rules(b"", editor=True)
    assert (rules.mode, rules.comment, rules.encoding) == ("strip", b"#", "utf-8")


def test_an_automatic_comment_character_is_none_without_an_editor(root: Path) -> None:
    _set(root, core__commentChar="auto")
    assert commit_git.read_rules(b"feat: x\n", editor=False).comment == b""
    assert commit_git.read_rules(b"feat: x\n\n# Please enter\n", editor=True).comment == b"#"


@pytest.mark.parametrize(
    ("stored", "stops"),
    [
        (b"", True),
        (b"\n \n", True),
        (b"Signed-off-by: A <a@example.invalid>\n", True),
        (b"feat: x\n", False),
    ],
)
def test_git_stops_by_itself_where_nothing_is_said(root: Path, stored: bytes, stops: bool) -> None:
    rules = commit_git.read_rules(stored, editor=True)
    assert commit_git.will_stop(stored, rules) is stops


def test_git_stops_at_the_untouched_template(root: Path) -> None:
    template = root / "template"
    template.write_text("Say why:\n# hint\n")
    _set(root, commit__template=str(template))
    rules = commit_git.read_rules(b"", editor=True)
    assert commit_git.will_stop(b"Say why:\n", rules)
    assert not commit_git.will_stop(b"Say why:\nbecause\n", rules)


def test_bytes_in_another_encoding_are_read_and_named() -> None:
    text, fault = commit_git.decode(b"feat: x\n\ncaf\xe9\n", "utf-8")
    assert text == "feat: x\n\ncaf\udce9\n"
    assert fault is not None
    assert (fault.rule, fault.line, fault.column) == ("encoding", 3, 4)
    assert commit_git.decode(b"caf\xe9", "latin-1") == ("café", None)


def test_an_unknown_encoding_is_read_as_utf_8() -> None:
    assert commit_git.decode("é".encode(), "no-such") == ("é", None)


def test_the_state_folder_is_the_one_beside_the_message(root: Path, tmp_path: Path) -> None:
    assert commit_git.folder_of(".git/COMMIT_EDITMSG") == ".git"
    assert commit_git.folder_of(str(tmp_path / "elsewhere")) == ".git"
