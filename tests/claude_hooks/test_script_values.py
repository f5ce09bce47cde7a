"""What the expressions of a script say, also where they name each other without an end."""

from __future__ import annotations

import pytest
from tests.support.counting import count_calls

from tierwise.claude_hooks.agent_calls import AgentCall, Calls
from tierwise.claude_hooks.script_values import MOST_CHARACTERS, MOST_TEXTS

_TWICE = 2.2  # a little more, for what is done once


def find_call(script: str) -> AgentCall:
    [call] = Calls(script).found
    return call


def name_names(times: int) -> str:
    """A prompt of names of names of names, each said many times over."""
    lines = ["const c = 'x'"]
    for name, known in (("b", "c"), ("a", "b")):
        lines.append(f"const {name} = {' + '.join([known] * times)}")
    lines.append(f"agent({' + '.join(['a'] * times)})")
    return "\n".join(lines)


def test_a_plain_value_is_followed_through_any_number_of_names() -> None:
    names = "\n".join(f"const n{number + 1} = n{number}" for number in range(9))
    call = find_call(f"const n0 = 'haiku'\n{names}\nagent('Look', {{model: n9}})")
    assert call.values["model"] == "haiku"


def test_values_that_name_each_other_tell_nothing() -> None:
    call = find_call("const a = b\nconst b = a\nagent('Look', {model: a})")
    assert (call.values, call.computed) == ({}, {"model"})


@pytest.mark.parametrize(
    "script",
    [
        "const a = {...b}\nconst b = {...a}\nagent('Look', a)",
        f"agent('Look', {'(' * 3000}a{')' * 3000})",
        f"agent('Look', {'{...' * 1500}a{'}' * 1500})",
    ],
    ids=["each other", "parentheses", "one in the other"],
)
def test_options_that_have_no_end_come_from_elsewhere(script: str) -> None:
    assert find_call(script).spread


def test_objects_that_are_spread_twice_each_are_given_up_in_time() -> None:
    names = "\n".join(f"const o{n + 1} = {{...o{n}, ...o{n}}}" for n in range(40))
    call = find_call(f"const o0 = {{model: 'haiku'}}\n{names}\nagent('Look', o40)")
    assert call.spread


def test_names_of_names_cost_their_sum_and_not_their_product() -> None:
    calls = count_calls(lambda: Calls(name_names(100)))
    assert count_calls(lambda: Calls(name_names(200))) < _TWICE * calls


def test_a_prompt_is_cut_and_so_is_what_it_may_be() -> None:
    [text] = find_call(name_names(100)).texts
    assert len(text) == MOST_CHARACTERS
    prompts = ", ".join(f"{{prompt: 'task {number}'}}" for number in range(2 * MOST_TEXTS))
    call = find_call(f"const all = [{prompts}]\nagent(one.prompt)")
    assert call.texts == [f"task {number}" for number in range(MOST_TEXTS)]


@pytest.mark.parametrize(
    "script",
    [
        "let a = 1, agent = x => x; agent('Write docs')",
        "const {agent} = tools; agent('Write docs')",
        "const [first, agent] = tools; agent('Write docs')",
        "try { x() } catch (agent) { agent('Write docs') }",
        "agent = log; agent('Write docs')",
        "const o = { run(agent) { return agent('Write docs') } }; o.run(log)",
        "import agent from 'x'; agent('Write docs')",
    ],
)
def test_calls_of_a_scripts_own_agent_are_left_alone(script: str) -> None:
    calls = Calls(script)
    assert calls.found == []
    assert calls.unread == ["the script defines an agent() of its own"]


@pytest.mark.parametrize(
    "before",
    [
        "if (agent) { go() }",
        "const o = {agent: 1}",
        "go([agent])",
        "if (a && agent === b) { go() }",
        "go([agent] == [b])",
        "for await (const x of agent) { go() }",
    ],
)
def test_a_name_that_is_only_used_takes_no_other_meaning(before: str) -> None:
    assert len(Calls(f"{before}\nawait agent('Write docs')").found) == 1
