"""The verdicts of commitizen and conventional-pre-commit; run by a Python that has both installed.

Standard input: one {"message"} a line.  Standard output: one {"commitizen", "conventional-pre-commit"} a line, each
true, false, or null where the peer raises.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable

from commitizen import factory, git
from commitizen.commands.check import Check
from commitizen.config import BaseConfig
from conventional_pre_commit.format import ConventionalCommit

CONFIG = BaseConfig()
COMMITIZEN = factory.committer_factory(CONFIG)
PATTERN = re.compile(COMMITIZEN.schema_pattern())


def commitizen(message: str) -> bool:
    """As ``cz check --message``."""
    commit = git.GitCommit(rev="", title="", body=Check._filter_comments(message))
    result = COMMITIZEN.validate_commit_message(
        commit_msg=commit.message,
        pattern=PATTERN,
        allow_abort=False,
        allowed_prefixes=CONFIG.settings["allowed_prefixes"],
        max_msg_length=0,
        commit_hash="",
    )
    return bool(result.is_valid)


def conventional_pre_commit(message: str) -> bool:
    """As the hook of that name without --strict."""
    commit = ConventionalCommit(message)
    return bool(commit.has_autosquash_prefix() or commit.is_merge() or commit.is_valid())


def verdict(peer: Callable[[str], bool], message: str) -> bool | None:
    """What the peer says; None where it raises."""
    try:
        return peer(message)
    except Exception:
        return None


for line in sys.stdin:
    text = json.loads(line)["message"]
    answers = {
        "commitizen": verdict(commitizen, text),
        "conventional-pre-commit": verdict(conventional_pre_commit, text),
    }
    print(json.dumps(answers))
