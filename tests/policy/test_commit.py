"""The ``checks.commit:`` section."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from tierwise.policy.commit import CommitChecks


def test_left_out_keys_mean_what_the_preset_means() -> None:
    chosen = CommitChecks().model_dump()
    assert chosen.pop("preset") == "spec"
    assert chosen.pop("scope") == "optional"
    assert set(chosen.values()) == {None}


@pytest.mark.parametrize(
    "wrong",
    [
        {"preset": "angular"},
        {"types": ["two words"]},
        {"types": [""]},
        {"scopes": ["(a)"]},
        {"header_max_length": -1},
        {"type_case": "camel"},
        {"line_length": 80},
    ],
)
def test_what_no_rule_can_mean_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        CommitChecks(**wrong)
