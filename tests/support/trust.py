"""What a person does who has looked at a repository's policy: allow its powers."""

from __future__ import annotations

from pathlib import Path

from tierwise.policy.compile import compile_table
from tierwise.policy.load import load_policy
from tierwise.trust.guard import note_trust


def trust(root: Path) -> dict[str, str]:
    """Trust the powers of the policy as it stands in ``root``, as `tierwise trust` does."""
    return note_trust(str(root), compile_table(load_policy(str(root))))
