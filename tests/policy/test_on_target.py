"""Tiers in other coding tools: named models, dated defaults, and the next tier up."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.policies import synced, write_policy

from tierwise.cli import run
from tierwise.domain import coding_tools
from tierwise.policy.compile import compile_table
from tierwise.policy.complaints import PolicyError
from tierwise.policy.load import parse_policy
from tierwise.policy.on_target import ServedTier, find_gaps, find_model, serve_choice
from tierwise.policy.section import Assignment

LOCAL = "tiers: {light: {model: tiny, provider: openai, base_url: 'http://127.0.0.1:1/v1'}}\n"


def policy_of(text: str) -> bytes:
    return f"version: 1\n{text}".encode()


def test_a_tier_runs_on_the_model_that_the_policy_names_there() -> None:
    policy = parse_policy(policy_of("tiers: {mid: {codex: gpt-x, opencode: me/m}}\n")).policy
    assert find_model(policy, "codex", "mid") == "gpt-x"
    assert find_model(policy, "opencode", "mid") == "me/m"
    assert find_model(policy, "claude", "mid") == "sonnet"


def test_without_one_the_dated_default_of_its_family_holds() -> None:
    policy = parse_policy(policy_of("")).policy
    defaults = coding_tools.default_models("codex")
    assert find_model(policy, "codex", "light") == defaults["haiku"]
    assert find_model(policy, "codex", "frontier") == defaults["opus"]


def test_every_other_tool_has_a_default_for_each_family() -> None:
    for target in coding_tools.list_targets()[1:]:
        assert set(coding_tools.default_models(target)) == {"haiku", "sonnet", "opus", "fable"}
        assert coding_tools.label_of(target)


def test_a_tier_without_a_model_there_is_served_by_the_next_one_up() -> None:
    policy = parse_policy(policy_of(f"targets: [claude, codex]\n{LOCAL}")).policy
    served = serve_choice(policy, "codex", Assignment(tier="light", effort="low"))
    model = coding_tools.default_models("codex")["sonnet"]
    assert served == ServedTier("mid", model, "medium")
    assert list(find_gaps(policy)) == [
        f"Codex has no model for tier light: its work runs on mid ({model}) there"
    ]


def test_a_tool_without_any_model_above_is_said_too() -> None:
    text = f"extends: none\ntargets: [codex]\ndefault: light\n{LOCAL}"
    policy = parse_policy(policy_of(text)).policy
    assert serve_choice(policy, "codex", Assignment(tier="light")) is None
    assert "no model for tier light or a higher one" in next(find_gaps(policy))


def test_check_says_so_each_time(
    repository: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    synced(repository, f"targets: [claude, codex]\n{LOCAL}")
    monkeypatch.chdir(repository)
    for _ in range(2):  # from the policy, then from the note that all is in sync
        assert run(["check"]) == 0
        assert "Codex has no model for tier light" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("targets: [codx]", 'did you mean "codex"'),
        ("targets: [claude, claude]", "stands here twice"),
        ("targets: []", "at least one entry"),
        ('tiers: {mid: {codex: "a\\nb"}}', "one line of visible characters"),
        ("tiers: {mid: {codx: m}}", 'did you mean "codex"'),
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_place(text: str, said: str) -> None:
    with pytest.raises(PolicyError, match=said) as caught:
        parse_policy(policy_of(text))
    assert "tierwise.yaml:2" in str(caught.value)


def test_the_table_has_the_other_tools_only_where_they_are_wanted() -> None:
    assert "targets" not in compile_table(parse_policy(policy_of("")))
    table = compile_table(parse_policy(policy_of("targets: [claude, codex]\n")))
    assert table["targets"]["codex"]["mid"]["model"] == find_model(
        parse_policy(policy_of("")).policy, "codex", "mid"
    )


def test_without_claude_code_nothing_of_it_is_written(repository: Path) -> None:
    write_policy(repository)
    synced(repository, "targets: [codex]\n")
    assert not (repository / ".claude").exists()


def test_what_takes_a_tiers_work_is_followed_to_its_end_and_each_model_named_once() -> None:
    text = """targets: [copilot]
tiers:
  light: {model: haiku, fallback: mid}
  mid: {model: sonnet, fallback: top}
  top: {model: opus, fallback: light}
default: mid
extends: none
"""
    policy = parse_policy(policy_of(text)).policy
    served = serve_choice(policy, "copilot", Assignment(tier="mid"))
    assert served is not None
    assert served.fallbacks == ("claude-opus-5.5", "claude-haiku-5.5")
