"""Every kind of work that a policy can route, in one list.  Standard library only.

The kinds are those that the project's seed documents name: the tables of the 15-step development loop,
the tier lists of the routing guides, and the agent roles.  ``tierwise.yaml`` may add its own under ``kinds:``.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

# kind -> what it means, in words a person would use.
KINDS: dict[str, str] = {
    # usually light
    "docs": "documentation, README, guides",
    "changelog": "changelog and release notes",
    "config": "configuration files, CI files, Dockerfiles",
    "boilerplate": "scaffolding that follows an existing pattern",
    "rename": "renaming and moving without a change of behaviour",
    "imports": "sorting, adding and removing imports",
    "formatting": "formatting and lint fixes by hand",
    "commit-message": "writing a commit message or a pull request text",
    "docstring": "docstrings and code comments",
    "naming": "names for variables, functions, branches",
    "classification": "labelling, triage, sorting into kinds",
    "search": "finding code, reading a codebase, answering where something is",
    "summary": "summaries of text, logs, changes",
    "handoff": "the state of the work, written for a fresh context",
    # usually mid
    "tests": "unit and integration tests",
    "e2e-tests": "running and triaging end-to-end tests",
    "feature": "a feature or function from a clear specification",
    "bug-fix": "a bug with clear steps to reproduce",
    "refactor": "restructuring within one file or module",
    "review": "surface code review: style, obvious faults",
    "api-endpoint": "an endpoint that follows existing patterns",
    "database-query": "writing or changing a query",
    "build-plan": "breaking a validated plan into tasks",
    "remediation": "fixing faults that are already named",
    "dependency-update": "raising a dependency's version",
    "ui": "styling and layout of an interface",
    # usually frontier
    "planning": "planning a feature, choosing an approach",
    "research": "exploring unknowns before a decision",
    "architecture": "system design, module boundaries, public interfaces",
    "validation": "checking requirements or a plan with fresh eyes",
    "audit": "deep audit of correctness across files",
    "debugging": "a fault whose cause is unknown",
    "migration": "moving between frameworks, versions or data stores",
    "schema": "database schemas and data models",
    "security": "authentication, payments, encryption, vulnerabilities",
    "performance": "making it faster or smaller with trade-offs",
    "concurrency": "races, deadlocks, distributed state",
    "multi-file-refactor": "restructuring across modules or services",
    "orchestration": "splitting work among agents and joining the results",
}

# Work that has a right answer: a command does it, no model.
AUTOMATED: dict[str, str] = {
    "format": "format the code",
    "lint": "run the linter",
    "types": "run the type checker",
    "unit-tests": "run the tests",
    "build": "build or compile the project",
    "commit-check": "check a commit message",
    "preflight": "check that files exist and dependencies are installed",
    "smoke": "check that the app starts and the tests pass",
}

# Automated work that only the project itself knows the command for: `tierwise do` finds it.
OF_THE_PROJECT = (
    "format",
    "lint",
    "types",
    "unit-tests",
    "build",
)

SCOPES = ("single-file", "multi-file", "cross-service")
AMBIGUITIES = ("low", "medium", "high")
EFFORTS = ("low", "medium", "high", "xhigh", "max")
# Kinds whose failures are found late, whatever the policy protects: they are never lowered, moved or explored.
FOUND_LATE = frozenset(("security", "validation", "audit"))
# The agents that Claude Code itself brings.
CLIENT_AGENTS = (
    "Explore",
    "Plan",
    "claude",
    "fork",
    "general-purpose",
    "statusline-setup",
)
ALIASES = ("haiku", "sonnet", "opus", "fable")
# The tiers of the presets' ladder, each with a slash command that is shipped.
SHIPPED_TIERS = ("light", "mid", "frontier")


def sort_kinds(shares: "dict[str, float]") -> list[str]:
    """Return the kinds, the likeliest first; equally likely ones in the order of their names."""
    names = _BY_NAME
    if shares.keys() != KINDS.keys():
        names = sorted(shares)
    return sorted(
        names,
        key=shares.__getitem__,
        reverse=True,
    )


_BY_NAME = sorted(KINDS)


def is_ci(environ: "Mapping[str, str]") -> bool:
    """Return whether nobody watches: the variable CI is set, and not to a word for no."""
    said = environ.get("CI", "").strip().lower()
    return said not in ("", "0", "false", "no")
