"""Files out of a model's answer: line ends, undecodable files, thinking, and honest words for what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from tierwise.cascade.answers import AnswerError, files_in_prompt, write_answer


def block(path: str, content: str) -> str:
    return f"=== FILE: {path}\n{content}=== END\n"


def test_line_ends_and_a_byte_order_mark_stay_as_they_were(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"\xef\xbb\xbfone\r\ntwo\r\n")
    write_answer(block("a.txt", "one\nthree\n"), str(tmp_path))
    assert (tmp_path / "a.txt").read_bytes() == b"\xef\xbb\xbfone\r\nthree\r\n"


def test_a_file_that_is_no_text_is_neither_shown_nor_overwritten(tmp_path: Path) -> None:
    (tmp_path / "a.bin").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "b.txt").write_text("b\n")
    assert files_in_prompt(str(tmp_path), ["a.bin", "b.txt"]).startswith("=== FILE: b.txt")
    with pytest.raises(AnswerError, match=r"a\.bin is not UTF-8 text"):
        write_answer(block("b.txt", "new\n") + block("a.bin", "new\n"), str(tmp_path))
    assert (tmp_path / "b.txt").read_text() == "b\n"


def test_a_block_that_the_model_only_thought_of_is_not_written(tmp_path: Path) -> None:
    thought = "<think>\n" + block("a.txt", "draft\n") + "</think>\n"
    write_answer(thought + block("b.txt", "final\n"), str(tmp_path))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b.txt"]
    with pytest.raises(AnswerError, match="no `=== FILE:` block"):
        write_answer(thought, str(tmp_path))


def test_a_thought_that_the_prompt_has_opened_is_no_answer(tmp_path: Path) -> None:
    write_answer(block("a.txt", "draft\n") + "</think>\n\n" + block("b.txt", "x\n"), str(tmp_path))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b.txt"]


def test_a_file_with_a_closing_tag_alone_is_written_with_the_others(tmp_path: Path) -> None:
    write_answer(block("a.txt", "1\n</think>\n2\n") + block("b.txt", "b\n"), str(tmp_path))
    assert (tmp_path / "a.txt").read_text() == "1\n</think>\n2\n"
    assert (tmp_path / "b.txt").read_text() == "b\n"


@pytest.mark.parametrize(
    "content", ['open = "<think>"\n', "<think>\nhow\n</think>\n", "</think>\n"]
)
def test_a_file_may_speak_of_thinking_itself(tmp_path: Path, content: str) -> None:
    thought = "<think>=== FILE: c.txt\nno\n=== END\n</think>\n"
    write_answer(thought + block("a.txt", content) + block("b.txt", "b\n"), str(tmp_path))
    assert (tmp_path / "a.txt").read_text() == content
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.txt", "b.txt"]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("I fixed it!", "no `=== FILE:` block"),
        ("=== FILE: a.txt\nhalf of it", "the block of a.txt has no `=== END`"),
        (block("a.txt", "same\n"), "the answer repeats a.txt unchanged"),
        (block("../a.txt", "x\n"), "outside the repository"),
        (block(".git/config", "x\n"), "outside the repository"),
    ],
)
def test_each_kind_of_bad_answer_has_words_of_its_own(
    tmp_path: Path, answer: str, words: str
) -> None:
    (tmp_path / "a.txt").write_text("same\n")
    with pytest.raises(AnswerError, match=words):
        write_answer(answer, str(tmp_path))
