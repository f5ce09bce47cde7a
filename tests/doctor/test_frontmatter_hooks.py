"""Hooks that agents, commands and skills bring in their frontmatter."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.doctor import levels, says

from tierwise.doctor import wiring
from tierwise.doctor.place import look

FRONTMATTER_HOOKS = """---
name: helper
hooks:
  PreToolUse:
    - matcher: {matcher}
      hooks: [{{type: command, command: rewrite-models}}]
---
Help.
"""
OWN_FILES = (
    ".claude/agents/helper.md",
    "below/.claude/agents/helper.md",
    ".claude/commands/team/helper.md",
    ".claude/skills/helper/SKILL.md",
)


@pytest.mark.parametrize("is_in_home", [False, True])
@pytest.mark.parametrize("path", OWN_FILES)
def test_hooks_in_frontmatter_on_the_same_calls_are_a_warning(
    path: str, is_in_home: bool, root: Path, env: dict[str, str], home: Path
) -> None:
    file = (home if is_in_home else root) / path
    file.parent.mkdir(parents=True, exist_ok=True)
    shown = str(file) if is_in_home else path
    expected = f"{shown} has a hook on the same calls: rewrite-models"
    file.write_text(FRONTMATTER_HOOKS.format(matcher="Bash"))
    assert expected not in says(wiring.check_wiring(look(str(root), env)))
    file.write_text(FRONTMATTER_HOOKS.format(matcher="Agent|Task"))
    is_read = not (is_in_home and path.startswith("below"))
    assert (expected in says(wiring.check_wiring(look(str(root), env)))) is is_read


def test_frontmatter_that_does_not_parse_has_no_hooks(root: Path, env: dict[str, str]) -> None:
    path = root / ".claude" / "commands" / "torn.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("---\nhooks: [\n---\n")
    assert levels(wiring.check_wiring(look(str(root), env))).keys() == {"wiring"}
