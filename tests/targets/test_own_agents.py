"""What each of the user's own agents runs on, and who decides."""

from __future__ import annotations

from pathlib import Path

import pytest

from tierwise.policy.load import parse_policy
from tierwise.sync.disk import reader
from tierwise.targets.own_agents import NOT_LOADED, own_agents_view
from tierwise.targets.target import RepoReader

POLICY = b"version: 1\nextends: balanced\nagents: {named: mid, off-one: off}\n"
RAW = "name: raw\ndescription: Use when. Examples:\n\n<e>\n"


@pytest.mark.parametrize(
    ("frontmatter", "today", "then", "why"),
    [
        ("name: named\ndescription: d\nmodel: opus", "opus", "sonnet", "tierwise.yaml:3"),
        ("name: off-one\ndescription: d\nmodel: opus", "opus", "opus", "off in tierwise.yaml:3"),
        ("name: own\ndescription: d\nmodel: opus", "opus", "opus", "the agent's own file"),
        ("name: free\ndescription: d", "inherit", "by the task", "the policy's routes"),
        (f"{RAW}model: opus", "opus", NOT_LOADED, "its frontmatter is not valid YAML"),
        ("name: bare\nmodel: opus", "opus", NOT_LOADED, "it has no `description:` with a text"),
    ],
)
def test_each_agent_is_told_with_what_decides(
    frontmatter: str, today: str, then: str, why: str, tmp_path: Path
) -> None:
    folder = tmp_path / ".claude" / "agents"
    folder.mkdir(parents=True)
    (folder / "x.md").write_text(f"---\n{frontmatter}\n---\nDo.\n", encoding="utf-8")
    read = reader(str(tmp_path))
    (agent,) = own_agents_view(parse_policy(POLICY), RepoReader(str(tmp_path), read, {}))
    assert (agent.today, agent.then, agent.why) == (today, then, why)
