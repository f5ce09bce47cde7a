"""Every bad policy gives exactly the message that stands beside it in ``tests/data/policies/bad.txt``."""

from __future__ import annotations

from pathlib import Path

import pytest

from tierwise.policy.complaints import PolicyError
from tierwise.policy.load import parse_policy

DATA = Path(__file__).parent.parent / "data" / "policies" / "bad.txt"


def _cases() -> list[tuple[str, str]]:
    blocks = DATA.read_text(encoding="utf-8").split("\n=====\n")
    pairs = [block.split("\n--- says\n") for block in blocks if block.strip()]
    return [(text, message) for text, message in pairs]


CASES = _cases()


@pytest.mark.parametrize(
    ("text", "message"), CASES, ids=[message.split(": ", 1)[1][:60] for _, message in CASES]
)
def test_a_bad_policy_is_refused_with_place_cause_and_remedy(text: str, message: str) -> None:
    with pytest.raises(PolicyError) as caught:
        parse_policy(f"{text}\n".encode())
    assert str(caught.value) == message


def test_there_are_at_least_sixty_of_them() -> None:
    assert len({message for _, message in CASES}) >= 60


@pytest.mark.parametrize(
    "text",
    [r'"x\ny": 1', r'agents: {"x\ny": mid}', r'targets: ["x\ny"]', r'tiers: {"x\ny": {model: m}}'],
)
def test_what_a_policy_holds_fakes_no_line_of_the_error(text: str) -> None:
    with pytest.raises(PolicyError) as caught:
        parse_policy(f"{text}\n".encode())
    assert all(line.startswith("tierwise.yaml:1:") for line in str(caught.value).splitlines())
