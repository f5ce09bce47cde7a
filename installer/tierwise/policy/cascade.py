"""The ``escalation:``, ``gates:`` and ``reuse:`` sections: cheap first, verified, escalated."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from tierwise.policy.section import Section


class ClaudeEngine(Section):
    """How headless Claude Code is called for an attempt."""

    command: str = Field(
        "claude",
        description="The client: a name on PATH or a path.",
    )
    permission_mode: Literal["acceptEdits", "auto", "bypassPermissions", "dontAsk"] = Field(
        "acceptEdits",
        description="Claude Code's permission mode in the attempt's own folder. A folder is no sandbox.",
    )
    allowed_tools: list[str] = Field(
        default_factory=list,
        description="Tools allowed without asking, for example `Bash(pytest *)`.",
    )


class EarlyStop(Section):
    """When an attempt that runs in circles is ended."""

    enabled: bool = Field(
        True,
        description="End an attempt that runs in circles, and climb.",
    )
    repeats: int = Field(
        3, ge=2, le=20, description="The same failing command, or look, that often without an edit."
    )
    minutes: float = Field(
        10,
        gt=0,
        description="Minutes without a new edit.",
    )
    budget_share: float = Field(
        0.5, gt=0, le=1, description="Share of the attempt's money spent without a new edit."
    )


class Escalation(Section):
    """How `tierwise run` climbs."""

    attempts: int = Field(
        2, ge=1, le=9, description="Failures on one tier before the next is tried."
    )
    max_usd: float = Field(
        5.0,
        gt=0,
        description="Hard limit in US dollars for one run, all attempts and judges together.",
    )
    attempt_seconds: float = Field(
        1800,
        gt=0,
        description="Time limit of one attempt, in seconds.",
    )
    engine: Literal["auto", "claude", "api", "openai"] = Field(
        "auto",
        description="Who does the work. `auto`: Claude Code where it is found, else the API.",
    )
    handoff_tokens: int = Field(
        6000, ge=500, description="Size limit of what one attempt tells the next."
    )
    evidence_runs: int = Field(
        20, ge=2, description="Runs of a tier in the ledger before the break-even rule may skip it."
    )
    unproven: Literal["keep", "skip"] = Field(
        "keep",
        description="What to do with a middle tier that too little data speaks for: `keep` or `skip` it.",
    )
    deliver: Literal["branch", "apply"] = Field(
        "branch", description="How a result arrives: a branch, or uncommitted changes in your tree."
    )
    link: list[str] = Field(
        default_factory=list,
        description="Ignored files and folders that attempts and gates need (node_modules, .venv): linked, not copied.",
    )
    submodules: Literal["refuse", "empty"] = Field(
        "refuse",
        description="In a repository with populated submodules: refuse, or work with their folders empty.",
    )
    unverified: Literal["top", "stop"] = Field(
        "top",
        description="Where no command and no judge checks the result: start at the `top` tier, or `stop`.",
    )
    early_stop: EarlyStop = Field(
        default_factory=EarlyStop, description="When an attempt that runs in circles is ended."
    )
    batch_poll_seconds: float = Field(
        5, gt=0, le=3600, description="First pause before a batch is looked at."
    )
    claude: ClaudeEngine = Field(
        default_factory=ClaudeEngine, description="The `claude` engine's options."
    )


class Judge(Section):
    """A small model's opinion, for what nothing else can check."""

    tier: str = Field(
        "light",
        description="The tier that judges.",
    )
    rubric: str = Field(
        "Does the result do what the task asks, fully and without unasked changes?",
        description="What the judge is asked; it answers with a score from 0 to 1.",
    )
    threshold: float = Field(
        0.8,
        ge=0,
        le=1,
        description="The lowest score that passes.",
    )
    max_usd: float = Field(
        0.05,
        gt=0,
        description="Limit in US dollars for one judgement.",
    )


class SecondTest(Section):
    """A test by an author who sees the task and not the attempt."""

    tier: str = Field(
        "light",
        description="The tier that writes the test.",
    )
    max_usd: float = Field(
        0.1,
        gt=0,
        description="Limit in US dollars for writing one test.",
    )


class Mutation(Section):
    """Small faults in changed lines: does any test notice them?"""

    seconds: float = Field(
        60,
        gt=0,
        description="Time for all faults of one attempt, in seconds.",
    )
    threshold: float = Field(
        0.5, ge=0, le=1, description="Share of faults below which the record says `unnoticed`."
    )


_Off = Literal[False, "off"]


def _per_agent(value: Any) -> Any:
    """Read ``[syntax]`` as those gates for every agent; ``off`` means none."""
    if value is False or value == "off":
        return {}
    if isinstance(value, list):
        return {"*": value}
    if isinstance(value, dict):
        return {agent: _read_gates(gates) for agent, gates in value.items()}
    return value


def _read_gates(gates: Any) -> Any:
    if gates in (False, "off"):
        return []
    return gates


class Gates(Section):
    """What a result must pass."""

    use: list[str] = Field(
        default_factory=lambda: [
            "diff",
            "paths",
            "syntax",
            "tests-intact",
            "special-cases",
            "lint",
            "types",
            "tests",
            "tests-as-they-were",
        ],
        description="Gates of `tierwise run`, in order: built-in names, names from `checks:`, or commands.",
    )
    commands: dict[str, str] = Field(
        default_factory=dict, description="Your own gates: name -> shell command; exit 0 passes."
    )
    seconds: float = Field(
        600,
        gt=0,
        description="Time limit of one gate, in seconds.",
    )
    permitted_paths: list[str] = Field(
        default_factory=list,
        description="Globs that a result may touch; empty: any path of the repository.",
    )
    protected_paths: list[str] = Field(
        default_factory=lambda: [
            "tierwise.yaml",
            ".tierwise/**",
            ".claude/settings*.json",
            ".gitmodules",
        ],
        description="Globs that a result may never touch.",
    )
    max_added_lines: int | None = Field(
        None, ge=1, description="Lines that a result may add at most (gate `size`)."
    )
    answer_schema: str | None = Field(
        None,
        description="A JSON Schema file that a structured answer must satisfy (gate `schema`).",
    )
    judge: Judge = Field(
        default_factory=Judge,
        description="The gate `judge`.",
    )
    second_test: SecondTest | None = Field(
        None,
        description="For tasks without a failing test: a cheap session that sees the task, not the attempt, writes one.",
    )
    mutation: Mutation | None = Field(
        None,
        description="Whether tests notice faults in changed lines: evidence in the record, never a refusal.",
    )
    in_session: Annotated[
        dict[str, list[str]],
        BeforeValidator(
            _per_agent, json_schema_input_type=list[str] | _Off | dict[str, list[str] | _Off]
        ),
    ] = Field(
        default_factory=dict,
        description="Inside Claude Code: agent -> quick gates when it stops; `*` is every other agent.",
    )
    in_session_seconds: float = Field(
        20, gt=0, le=50, description="Time limit of all in-session gates together, in seconds."
    )


class Reuse(Section):
    """An accepted result of the same kind, offered as an example to the cheap tier."""

    enabled: bool = Field(
        False,
        description="Store accepted results locally and offer them.",
    )
    tokens: int = Field(
        1500,
        ge=100,
        description="Size limit of an example in the prompt.",
    )
    keep: int = Field(
        20,
        ge=1,
        le=500,
        description="Examples kept per kind of work.",
    )
