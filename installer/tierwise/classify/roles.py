"""What agents are for, and what an annotation may call a kind of work.  Data only; standard library only."""

from __future__ import annotations

from tierwise.classify.words import word_set

# The agents that Claude Code and this project ship, by what they are for.
ROLES: dict[str, str] = {
    "Explore": "search",
    "explorer": "search",
    "Plan": "planning",
    "planner": "planning",
    "researcher": "research",
    "requirements-validator": "validation",
    "integration-validator": "validation",
    "build-planner": "build-plan",
    "build-checker": "validation",
    "implementer": "feature",
    "code-reviewer": "review",
    "deep-auditor": "audit",
    "remediator": "remediation",
    "test-writer": "tests",
    "e2e-tester": "e2e-tests",
    "debugger": "debugging",
    "refactorer": "refactor",
    "security-reviewer": "security",
    "doc-writer": "docs",
    "formatter": "formatting",
    "commit-writer": "commit-message",
    "orchestrator": "orchestration",
}

READ_ONLY = ("Explore", "Plan")  # Claude Code's own agents that cannot write
NO_ROLE = "general-purpose"  # names no role: the kind of work says more than the agent does

# What an annotation's `domain:` may be called beside the kinds' own names.
DOMAINS: dict[str, str] = {
    "doc": "docs",
    "documentation": "docs",
    "readme": "docs",
    "test": "tests",
    "testing": "tests",
    "unit-tests": "tests",
    "e2e": "e2e-tests",
    "configuration": "config",
    "bug": "bug-fix",
    "bugfix": "bug-fix",
    "fix": "bug-fix",
    "features": "feature",
    "auth": "security",
    "authentication": "security",
    "payment": "security",
    "payments": "security",
    "crypto": "security",
    "database": "schema",
    "db": "schema",
    "plan": "planning",
    "design": "architecture",
    "debug": "debugging",
    "perf": "performance",
    "dependencies": "dependency-update",
    "deps": "dependency-update",
    "refactoring": "refactor",
    "format": "formatting",
    "lint": "formatting",
    "api": "api-endpoint",
    "query": "database-query",
}

# Work whose product is prose, labels or layout.
TEXT_KINDS = word_set(
    "docs changelog imports formatting commit-message docstring naming classification search summary handoff"
)
# What the seeds call mechanical (the lightest tier does it) and reasoning-intensive.
MECHANICAL = TEXT_KINDS | {"config", "boilerplate", "rename"}
REASONING = word_set(
    "planning research architecture validation audit debugging migration schema security performance concurrency "
    "multi-file-refactor orchestration"
)
