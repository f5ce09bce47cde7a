"""Bytes that are no text of a policy."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tierwise.policy.complaints import PolicyError
from tierwise.policy.load import load_policy, parse_policy


def test_bytes_that_are_not_utf8_are_refused_with_their_line() -> None:
    with pytest.raises(PolicyError, match=r"^tierwise.yaml:2: byte 17 is not UTF-8$"):
        parse_policy(b"version: 1\nmode: \xff\n")


@pytest.mark.parametrize("make", [Path.mkdir, lambda path: path.symlink_to("nothing")])
def test_what_is_no_regular_file_is_not_called_missing(
    make: Callable[[Path], None], tmp_path: Path
) -> None:
    make(tmp_path / "tierwise.yaml")
    with pytest.raises(PolicyError, match="is no regular file; move it away"):
        load_policy(str(tmp_path))
