"""What a person does after ``tierwise install``."""

from __future__ import annotations

import json
import os
import shlex
import shutil

import click

from tierwise import repo
from tierwise.cli.show import print_line
from tierwise.doctor.checks import WIRING, run_checks
from tierwise.doctor.commands import check_commands
from tierwise.doctor.place import Place, look
from tierwise.doctor.policy import check_mode
from tierwise.doctor.wiring import wants_claude_code
from tierwise.policy.load import load_policy
from tierwise.sync.change import Plan
from tierwise.sync.ignored import ignored_paths
from tierwise.targets.registry import describe_limits
from tierwise.user_launcher import COMMAND, command_folder

PLAN = ".claude/commands/plan.md"


def print_next_steps(root: str, plan: Plan) -> None:
    """Print numbered steps after what was written, each with a command or a setting that works as it stands."""
    click.echo("Next:")
    for number, step in enumerate(_next_steps(root, plan), start=1):
        print_line(f"  {number}. {step}")
    for line in describe_limits(load_policy(root)):
        print_line(line)


def _next_steps(root: str, plan: Plan) -> list[str]:
    place = look(root, os.environ)
    steps = [
        _commands_step(place),
        f"Look at {repo.POLICY}; ROUTING.md explains it. `agents: {{NAME: TIER}}` sets an agent's tier.",
        _commit_step(root),
    ]
    if wants_claude_code(place):
        steps += [
            _session_step(place),
            _plan_step(plan),
            f"For a status line, put this into your Claude Code settings: {_status_line()}",
        ]
    steps.append("After some days of work: `tierwise report`.")
    return [step for step in steps if step]


def _commands_step(place: Place) -> str:
    """Return what makes the commands below work in a shell; empty where they do."""
    if shutil.which(COMMAND):
        return ""
    finding = next(check_commands(place))
    return f"{finding.remedy} Until then {command_folder(os.environ)}/{COMMAND} is the command."


def _plan_step(plan: Plan) -> str:
    """Return what has become of the built-in command that ours takes the place of; empty where ours was not written."""
    written = [change.path for change in plan.writes if change.new is not None]
    if PLAN not in written:
        return ""
    return (
        "In Claude Code, /plan is now Tierwise's (`commands: {plan: off}` gives the built-in back)."
    )


def _status_line() -> str:
    """Return the setting for the client's status line, with a command that is found in a session."""
    command = "tierwise-hook statusline"
    if not shutil.which("tierwise-hook"):
        command = f"sh {shlex.quote(os.path.join(command_folder(os.environ), COMMAND))} statusline"
    setting = {"statusLine": {"type": "command", "command": command}}
    return json.dumps(setting, ensure_ascii=False)[1:-1]


def _commit_step(root: str) -> str:
    ignored = ignored_paths(
        root,
        [".claude/settings.json", ".claude/agents", repo.POLICY],
    )
    if ignored:
        names = ", ".join(ignored)
        return (
            f"git ignores {names}: a clone has them only after `tierwise sync`. "
            "To share them, take them out of .gitignore, then commit."
        )
    return "Commit the files, so that your team has them too."


def _session_step(place: Place) -> str:
    findings = run_checks(place, WIRING)
    for finding in findings:
        if finding.level == "fail":
            return f"Spawns are NOT routed: {finding.what}. {finding.remedy}"
    for finding in check_mode(place):
        if finding.level == "warn":
            return f"Spawns are not routed yet: {finding.what}. {finding.remedy}"
    return "Start a new Claude Code session: its spawns are routed. `tierwise doctor` checks it."
