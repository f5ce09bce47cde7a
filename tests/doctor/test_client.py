"""The client: is it there, how old is it, and what does that mean."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.doctor import check, fake_client, levels, says

from tierwise.doctor import client, overrides
from tierwise.doctor.place import look


@pytest.mark.parametrize(
    ("version", "variable", "effort"),
    [("2.1.197", "beat everything", "ignores an effort"), ("2.1.240", "beat everything", "ignores an effort"),
     ("2.1.259", "only a default", "ignores an effort"), ("2.1.329", "only a default", "is applied")],
)  # fmt: skip
def test_a_version_is_explained(
    version: str, variable: str, effort: str, root: Path, env: dict[str, str], tmp_path: Path
) -> None:
    env["PATH"] = fake_client(tmp_path, f"echo '{version} (Claude Code)'")
    said = says(
        iter([*check(client.check_client, root, env), *check(overrides.check_overrides, root, env)])
    )
    assert version in said
    assert variable in said
    assert effort in said
    assert ("runs on haiku" in said) == (version == "2.1.197")


def test_a_missing_client_is_a_warning(root: Path, env: dict[str, str]) -> None:
    assert levels(client.check_client(look(str(root), env)))["client"] == "warn"


def test_without_a_version_nothing_is_said_of_this_client(root: Path, env: dict[str, str]) -> None:
    text = says(iter(check(client.check_client, root, env)))
    assert "applied from 2.1.310 on" in text and "from 2.1.240 on" in text


def test_a_client_that_does_not_answer_is_a_warning(
    root: Path, env: dict[str, str], tmp_path: Path
) -> None:
    env["PATH"] = fake_client(tmp_path, "exit 1")
    assert "does not tell its version" in says(client.check_client(look(str(root), env)))
