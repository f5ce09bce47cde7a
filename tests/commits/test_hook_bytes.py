"""The commit-msg hook and the bytes that a message may hold."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.commit_hook import HookedRepository, hooked_repository


@pytest.fixture
def repo(tmp_path: Path) -> HookedRepository:
    return hooked_repository(tmp_path)


def test_crlf_from_an_editor_is_no_fault(repo: HookedRepository) -> None:
    assert repo.commit(editor='printf "feat: x\\r\\n\\r\\nbody\\r\\n" > "$1"').code == 0


def test_crlf_that_git_keeps_is_no_fault_either(repo: HookedRepository) -> None:
    repo.must("config", "commit.cleanup", "verbatim")
    assert repo.commit("-m", "feat: x\r\n\r\nbody\r\n").code == 0


@pytest.mark.slow
def test_non_ascii_text_passes_in_any_encoding(repo: HookedRepository) -> None:
    assert repo.commit("-m", "feat: größer, 更大, 🦊").code == 0
    repo.must("config", "i18n.commitEncoding", "ISO-8859-1")
    assert repo.commit("-m", "feat: größer".encode("latin-1")).code == 0


def test_bytes_that_are_no_text_warn_and_pass(repo: HookedRepository) -> None:
    done = repo.commit("-m", b"feat: \xff\xfe")
    assert done.code == 0
    assert "line 1, column 7: a byte that is not utf-8" in done.err


@pytest.mark.slow
def test_lengths_are_counted_in_the_configured_encoding(repo: HookedRepository) -> None:
    repo.policy(preset="spec", header_max_length=12)
    repo.must("config", "i18n.commitEncoding", "ISO-8859-1")
    assert repo.commit("-m", "feat: ääääää".encode("latin-1")).code == 0
    assert repo.commit("-m", "feat: äääääää".encode("latin-1")).code == 1


def test_a_byte_order_mark_is_named(repo: HookedRepository) -> None:
    done = repo.commit("-m", "\ufefffeat: x")
    assert done.code == 1
    assert "byte order mark" in done.err
    assert "perhaps:  feat: x" in done.err


def test_escape_sequences_are_never_echoed(repo: HookedRepository) -> None:
    done = repo.commit("-m", "no \x1b[31mtype\u202e")
    assert done.code == 1
    assert "\x1b" not in done.err
    assert "\u202e" not in done.err
