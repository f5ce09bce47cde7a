"""Bytes that are no text of a policy."""

from __future__ import annotations

import pytest

from tierwise.policy.complaints import PolicyError
from tierwise.policy.load import parse_policy


def test_bytes_that_are_not_utf8_are_refused_with_their_line() -> None:
    with pytest.raises(PolicyError, match=r"^tierwise.yaml:2: byte 17 is not UTF-8$"):
        parse_policy(b"version: 1\nmode: \xff\n")
