"""Agents that the client refuses, and lines of the policy that name nobody."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.policies import write_policy

from tierwise.doctor import agents
from tierwise.doctor.finding import Diagnosis
from tierwise.doctor.place import look

REFUSED = {
    "no-name": "---\ndescription: d\n---\n",
    "no-description": "---\nname: x\n---\n",
    "empty-description": "---\nname: x\ndescription:\n---\n",
    "list-description": "---\nname: x\ndescription: [d]\n---\n",
    "number-name": "---\nname: 13\ndescription: d\n---\n",
    "no-frontmatter": "just text\n",
    "half-quoted": '---\nname: x\ndescription: "a" then b\n---\n',
    "raw-lines": '---\nname: x\ndescription: Use when. Examples:\n\n<e>\nuser: "x"\n</e>\n---\n',
    "colon-and-more": "---\nname: x\ndescription: Use: this\n  more: that\n---\n",
}
LOADED = {
    "plain": "---\nname: x\ndescription: d\n---\n",
    "colon": "---\nname: x\ndescription: Use when: this happens\n---\n",
    "bracket": "---\nname: x\ndescription: [x] is y\n---\n",
    "star": "---\nname: x\ndescription: *bold* text\n---\n",
    "at": "---\nname: x\ndescription: @x\n---\n",
    "tab": "---\nname:\tx\ndescription: d\n---\n",
    "blank-in-name": "---\nname: A Name\ndescription: d\n---\n",
    "crlf": "---\r\nname: x\r\ndescription: d\r\n---\r\n",
    "bom": "\ufeff---\nname: x\ndescription: d\n---\n",
}


def words(found: list[Diagnosis]) -> str:
    return "\n".join(f"{one.level} {one.what} {one.remedy}" for one in found)


@pytest.mark.slow
@pytest.mark.parametrize("shape", sorted(REFUSED))
def test_an_agent_that_the_client_refuses_is_named(
    shape: str, root: Path, env: dict[str, str]
) -> None:
    (root / ".claude" / "agents" / f"{shape}.md").write_text(REFUSED[shape])
    found = list(agents.check_agent_files(look(str(root), env)))
    assert [one.level for one in found] == ["warn"] and shape in found[0].what


@pytest.mark.slow
@pytest.mark.parametrize("shape", sorted(LOADED))
def test_an_agent_that_the_client_loads_is_not(shape: str, root: Path, env: dict[str, str]) -> None:
    folder = root / "packages" / "web" / ".claude" / "agents"
    folder.mkdir(parents=True)
    (folder / f"{shape}.md").write_bytes(LOADED[shape].encode())
    found = list(agents.check_agent_files(look(str(root), env)))
    assert [one.level for one in found] == ["ok"], words(found)


def test_a_policy_line_that_names_nobody_is_named_with_a_guess(
    root: Path, env: dict[str, str]
) -> None:
    write_policy(root, "extends: balanced\nagents: {explorr: mid, Explore: light, off-one: off}\n")
    found = list(agents.check_agent_lines(look(str(root), env)))
    assert len(found) == 2
    assert found[0].what.endswith(
        'names the agent explorr, which is not here; did you mean "explorer"?'
    )
