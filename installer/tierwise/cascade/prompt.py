"""What attempts are told besides the handoff: the rules that all of them share, and the task with its files."""

from __future__ import annotations

from tierwise.cascade.answers import files_in_prompt
from tierwise.cascade.plan import RunPlan, RunRequest
from tierwise.cascade.planning import WrittenPlan
from tierwise.cascade.workspace import Workspace

_RULES = (
    "You work on one task in a copy of a git repository. Do the task and nothing else; do not commit. Keep the tests "
    "as strict as they are: your change is tried against the tests as they were before it."
)
_RULES_OF_ANSWER = (
    "You answer one request. Your whole answer is the result: no introduction, no closing words."
)


def describe_rules(plan: RunPlan) -> str:
    """Return what all attempts share.  For the API the context too: it is sent once and read from the cache after that."""
    rules = _RULES
    if plan.answers or not plan.edits:
        rules = _RULES_OF_ANSWER
    if plan.context and plan.engine != "claude":
        return f"{rules}\n\n<context>\n{plan.context}\n</context>"
    return rules


def describe_task(
    request: RunRequest,
    plan: RunPlan,
    written: WrittenPlan,
    workspace: Workspace | None,
) -> str:
    """Return the task, the test that it has to pass, and the files that a tier cannot read by itself."""
    parts = [request.task, written.describe_test()]
    if request.paths:
        parts.append("It is about these files: " + ", ".join(request.paths))
    has_endpoint = any(spec.provider == "openai" for spec in plan.tiers)
    if workspace is not None and (plan.engine == "api" or has_endpoint):
        paths = list(request.paths)
        parts.append(files_in_prompt(workspace.work_folder, paths))
    if plan.context and plan.engine == "claude":
        parts.append(f"<context>\n{plan.context}\n</context>")
    return "\n\n".join(part for part in parts if part)
