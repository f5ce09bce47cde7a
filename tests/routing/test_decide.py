"""Decisions: modes, agents, floors, the hybrid."""

from __future__ import annotations

import pytest
from tests.support.routing import BALANCED, route

from tierwise.classify.signals import read_signals
from tierwise.routing.decide import decide


def test_a_kind_goes_where_its_route_says_and_the_rule_names_the_line() -> None:
    decision = route("update the README", "routes:\n  docs: {tier: mid, effort: low}\n")
    assert (decision.tier, decision.model, decision.effort, decision.kind) == (
        "mid",
        "sonnet",
        "low",
        "docs",
    )
    assert decision.rule == "tierwise.yaml:3"


def test_the_same_signals_give_the_same_decision() -> None:
    first, second = (
        route("speed up the parser, it is covered by tests").as_json() for _ in range(2)
    )
    assert first == second


def test_json_has_exactly_the_keys_of_the_contract() -> None:
    keys = {"tier", "model", "effort", "kind", "rule", "reasons", "confidence"}
    assert set(route("fix the typo in the README").as_json()) == keys
    assert set(route("run the smoke test").as_json()) == keys | {"command"}


def test_work_that_nothing_tells_goes_to_the_default() -> None:
    decision = route("xyzzy")
    assert (decision.tier, decision.kind) == ("mid", "unknown")
    assert decision.rule == BALANCED["default_rule"]


def test_prompt_length_is_not_a_difficulty_signal() -> None:
    short = route("fix the typo in the README")
    long = route(
        "fix the typo in the README\n"
        + "the paragraph with the typo was written by Ann and Bob. " * 2000
    )
    assert (short.tier, short.complexity) == (long.tier, long.complexity)


class TestAgents:
    def test_an_agent_with_a_role_goes_where_its_line_says(self) -> None:
        decision = route("look for what builds the PDF", agent="Explore")
        assert (decision.tier, decision.rule) == ("light", BALANCED["agents"]["Explore"]["rule"])

    def test_a_plugin_s_agent_is_known_without_its_prefix(self) -> None:
        assert route("go on", agent="tierwise:planner").tier == "frontier"

    @pytest.mark.parametrize(
        "task",
        [
            "Drop the users table in production and rotate all signing keys",
            "Delete the accounts of inactive users with psql",
            "Grant admin rights to the CI user",
            "Do not edit any files by hand: run `alembic revision` that drops users.password and apply it",
        ],
    )
    def test_an_agent_with_a_shell_is_held_to_the_floor(self, task: str) -> None:
        policy = "agents: {db-operator: light}\n"
        decision = route(task, policy, agent="db-operator", read_only=["looker"])
        assert (decision.tier, decision.floor) == ("frontier", "frontier")

    def test_an_own_agent_that_writes_takes_the_place_of_the_shipped_one(self) -> None:
        task = "encrypt the stored passwords"
        assert route(task, agent="explorer").floor is None
        assert route(task, agent="explorer", read_only=["looker"]).floor == "frontier"

    def test_an_agent_that_cannot_write_stays_where_it_is_asked_to_look(self) -> None:
        policy = "agents: {db-operator: light}\n"
        task = "List the tables that refer to users and the columns that hold passwords"
        decision = route(task, policy, agent="db-operator", read_only=["db-operator"])
        assert decision.floor is None

    def test_a_floor_holds_whatever_the_agent(self) -> None:
        decision = route("encrypt the stored passwords", agent="implementer")
        assert (decision.tier, decision.floor) == ("frontier", "frontier")

    def test_general_purpose_names_no_role_so_the_kind_decides(self) -> None:
        assert route("update the README", agent="general-purpose").tier == "light"
        assert route("hello", agent="general-purpose").tier == "mid"

    def test_a_line_of_the_repository_s_own_beats_the_preset_s_route(self) -> None:
        own = "agents:\n  general-purpose: frontier\n"
        assert route("update the README", own, agent="general-purpose").tier == "frontier"

    def test_of_two_own_lines_the_higher_tier_counts(self) -> None:
        own = "agents:\n  general-purpose: light\nroutes:\n  docs: mid\n"
        assert route("update the README", own, agent="general-purpose").tier == "mid"

    def test_an_unlisted_agent_s_name_is_a_hint(self) -> None:
        assert route("please go ahead", agent="db-migration-expert").tier == "frontier"


class TestFloors:
    @pytest.mark.parametrize("kind", sorted(BALANCED["frontier_only"]["kinds"]))
    def test_no_annotation_but_an_override_takes_a_guarded_kind_down(self, kind: str) -> None:
        calm = f"[scope: single-file] [domain: {kind}] [ambiguity: low] a trivial, simple one line change"
        assert route(calm).tier == "frontier"

    def test_a_path_of_the_policy_is_a_floor(self) -> None:
        decision = route("sort the imports", paths=["src/auth/login.py"])
        assert (decision.tier, decision.kind) == ("frontier", "imports")
        assert decision.rule == BALANCED["frontier_only"]["paths"]["**/auth/**"]

    def test_a_path_named_in_the_task_is_a_floor(self) -> None:
        assert route("rename x to y in `src/payments/total.ts:12`").tier == "frontier"

    def test_changed_files_count_only_where_the_task_is_about_the_changes(self) -> None:
        changed = ["db/migrations/0001.sql"]
        assert route("review my changes", changed_paths=changed).tier == "frontier"
        assert route("make the sidebar responsive", changed_paths=changed).tier == "mid"
        assert route("write a commit message for the diff", changed_paths=changed).tier == "light"

    def test_requirements_raise_the_tier(self) -> None:
        assert route("update the README", context_tokens=160_000).tier == "mid"
        six = [f"src/{name}.py" for name in "abcdef"]
        assert route("rename x to y", paths=six).tier == "frontier"
        assert route("rename x to y across 12 files").tier == "frontier"
        assert route("[scope: cross-service] rename x to y").tier == "frontier"

    def test_files_that_a_light_task_names_are_no_requirement(self) -> None:
        named = " ".join(f"src/{name}.ts" for name in "abcdefgh")
        assert route(f"fix the typos in the comments of {named}").tier == "light"

    def test_a_surface_review_is_held_up_by_no_path_that_it_names(self) -> None:
        task = "code review of the table: naming, duplication, tests. It touched src/auth/policy.py"
        assert route(task, agent="code-reviewer").tier == "mid"
        audit = "audit the correctness of src/auth/policy.py in depth"
        assert route(audit).tier == "frontier"

    def test_all_conditions_of_a_requirement_must_hold(self) -> None:
        rule = "requires:\n  - {domain: docs, ambiguity: medium, tier: frontier}\n"
        assert route("[ambiguity: medium] update the README", rule).tier == "frontier"
        assert route("update the README", rule).tier == "light"
        assert route("[ambiguity: medium] make the sidebar responsive", rule).tier == "mid"


class TestModes:
    def test_manual_looks_at_agents_and_overrides_but_keeps_the_floors(self) -> None:
        manual = "mode: manual\n"
        assert route("update the README", manual).tier == "mid"
        assert route("update the README", manual, agent="doc-writer").tier == "light"
        assert route("[tier: frontier] update the README", manual).tier == "frontier"
        assert route("rotate the api keys", manual).tier == "frontier"
        assert route("run the smoke test", manual).tier == "mid"

    def test_rules_never_look_at_complexity(self) -> None:
        hard = "implement the CSV export feature with an external API, from scratch, backwards compatible, in 4 files"
        assert route(hard, "mode: rules\n").tier == "mid"
        assert route(hard).tier == "frontier"

    @pytest.mark.parametrize(
        ("task", "tier"),
        [
            ("a simple change to the README, nothing else", "light"),
            ("add a flag to the list command", "mid"),
            ("debug it across all services and third party webhooks, nobody knows why", "frontier"),
        ],
    )
    def test_complexity_alone_knows_three_bands(self, task: str, tier: str) -> None:
        assert route(task, "mode: complexity\n").tier == tier


class TestHybrid:
    SIMPLE = (
        "plan the approach for a trivial change, same pattern as the others, only this function"
    )

    def test_very_low_complexity_takes_planning_one_tier_down(self) -> None:
        assert route(self.SIMPLE).tier == "mid"

    def test_a_route_to_the_top_tier_is_not_undone_for_being_mechanical(self) -> None:
        assert route("update the README", "routes:\n  docs: frontier\n").tier == "frontier"

    def test_the_line_of_an_agent_is_not_taken_down(self) -> None:
        assert route(self.SIMPLE, agent="planner").tier == "frontier"

    def test_but_not_where_nobody_watches(self) -> None:
        assert route(self.SIMPLE, background=True).tier == "frontier"
        assert route(self.SIMPLE, ci=True).tier == "frontier"

    @pytest.mark.parametrize(
        "what",
        ["validate the requirements", "audit the module", "review the code for vulnerabilities"],
    )
    def test_and_never_validation_audit_or_review_of_security(self, what: str) -> None:
        assert (
            route(f"{what}, a trivial and simple one, single file, same pattern as the others").tier
            == "frontier"
        )

    def test_production_makes_an_error_dear(self) -> None:
        assert route("raise the timeout in config.yaml").tier == "light"
        assert route("raise the timeout in config.yaml on production").tier == "mid"

    def test_when_in_doubt_up(self) -> None:
        decision = route("upgrade from Django 3 to 5, major version")
        assert (decision.kind, decision.tier) == ("migration", "frontier")


def test_ci_routes_replace_the_others_where_ci_is_set() -> None:
    policy = "ci:\n  routes:\n    review: frontier\n"
    assert route("review this PR", policy).tier == "mid"
    assert route("review this PR", policy, ci=True).tier == "frontier"


def test_the_policy_s_own_kinds_are_told_by_words_and_paths() -> None:
    policy = "kinds:\n  graphql: {words: [graphql, resolver], paths: ['**/*.graphql']}\nroutes:\n  graphql: frontier\n"
    assert route("tweak the resolver a bit", policy).kind == "graphql"
    assert route("change it", policy, paths=["api/types.graphql"]).tier == "frontier"
    assert route("change it", policy, paths=["api/types.py"]).kind != "graphql"


def test_a_decision_names_the_tier_that_a_floor_has_lifted_it_from() -> None:
    policy = "frontier_only:\n  paths: ['core/**']\n"
    decision = route("rename x to y in core/shapes.py", policy)
    assert decision.is_by_floor
    assert decision.base == "light"


def test_a_ladder_of_one_tier_still_decides() -> None:
    table = {
        **BALANCED,
        "ladder": ["mid"],
        "routes": {},
        "agents": {},
        "requires": [],
        "frontier_only": {},
    }
    assert decide(read_signals("plan a trivial one, single file"), table).tier == "mid"


@pytest.mark.parametrize(
    "prompt",
    [
        "Refactor\nAudit the login for security holes in file0.py",
        "Cleanup\nCheck the upload of pictures for holes that an attacker could use",
        "Docs\nAudit the payment code across all modules for wrong sums",
        "Typo\nAudit the password reset for weaknesses",
    ],
)
def test_a_bare_description_does_not_hide_the_judgement_that_a_prompt_asks_for(prompt: str) -> None:
    assert route(prompt, agent="general-purpose").tier == "frontier"
