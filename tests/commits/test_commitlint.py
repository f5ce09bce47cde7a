"""What commitlint's own parser makes of a message; its verdicts stand in data/commit_verdicts.jsonl."""

from __future__ import annotations

import pytest

from tierwise.commits.commitlint import parse

HEADERS = [
    ("feat: x", ("feat", None, "x")),
    ("feat(a)(b): x", ("feat", "a)(b", "x")),
    ("feat!: x", ("feat", None, "x")),
    ("feat(): x", ("feat", "", "x")),
    ("feat:x", (None, None, None)),
    ("é: x", (None, None, None)),
]


@pytest.mark.parametrize(("line", "parts"), HEADERS)
def test_a_header_is_read_as_commitlint_reads_it(line: str, parts: tuple[str | None, ...]) -> None:
    found, _ = parse(line)
    assert found.header == line
    assert (found.type, found.scope or None, found.subject) == (
        parts[0],
        parts[1] or None,
        parts[2],
    )


def test_body_and_footer_keep_their_first_lines_number() -> None:
    found, _ = parse("feat: x\n\nbody\nmore\n\nRefs: #1\nBREAKING CHANGE: y")
    assert found.body == (2, ["body", "more"])
    assert found.footer == (5, ["Refs: #1", "BREAKING CHANGE: y"])


def test_lines_of_a_signature_check_are_left_out_and_numbers_stay() -> None:
    found, numbers = parse("\ngpg: Signature made\nfeat: x\n\nbody")
    assert found.header == "feat: x"
    assert numbers == [3, 4, 5]


def test_an_empty_message_has_no_parts() -> None:
    found, _ = parse("\n\n")
    assert (found.header, found.body, found.footer) == (None, None, None)
