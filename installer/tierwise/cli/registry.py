"""The list of commands: name, module, one line of help.  A command's module is imported when it is called.

Each module defines ``command``, a :class:`click.Command`; a test holds the help lines here against theirs.
"""

# Sections and their order are what ``tierwise --help`` shows.
SECTIONS: dict[str, dict[str, tuple[str, str]]] = {
    "Set up": {
        "install": ("install", "Write the policy's config into this repository."),
        "uninstall": ("uninstall", "Take everything out again and restore what was there."),
        "policy": ("policy", "Show or edit the policy."),
        "trust": ("trust", "Allow the commands and addresses that the policy names."),
        "schema": ("schema", "Print the JSON Schema of tierwise.yaml."),
        "doctor": ("doctor", "Check the whole set-up and say what to fix."),
    },
    "Keep in sync": {
        "status": ("status", "Say what is in sync and what is not."),
        "diff": ("diff", "Show what sync would change."),
        "check": ("check", "Exit 1 when a generated file has drifted from the policy."),
        "sync": ("sync", "Bring the generated files up to the policy."),
        "watch": ("watch", "Keep the generated files in sync while you edit."),
    },
    "Route": {
        "route": ("route", "Explain which tier a task would go to, and why."),
        "audit": ("audit", "Show what was decided, written and served, spawn by spawn."),
        "verify": (
            "verify",
            "Prove the policy on the wire, in your own coding tool's client, without a token.",
        ),
        "run": ("run_task", "Do a task on the cheapest tier that passes the gates."),
        "runs": ("runs", "List and show earlier runs."),
        "escalate": ("escalate", "Send a task's next spawn one tier up."),
        "session": (
            "session",
            "Show how a conversation is routed; pin it to a tier, pause its routing, or resume it.",
        ),
    },
    "Check": {
        "do": ("do", "Run the project's own formatter, linter, type checker, tests or build."),
        "ci": (
            "ci",
            "Check a change in a pipeline: drift, policy, commit messages, checks.",
        ),
        "gate": ("gate", "Run the cascade's gates on the working tree."),
        "commit": ("commit", "Check commit messages; derive the next version."),
        "preflight": ("preflight", "Run the checks before an implementation step."),
        "smoke": ("smoke", "Run the checks after an implementation step."),
        "git-hooks": ("git_hooks", "Install, remove or show the git hooks."),
    },
    "Measure": {
        "estimate": ("estimate", "Estimate what the policy costs, with and without routing."),
        "report": ("report", "Report what it cost and what it would have cost."),
        "replay": (
            "replay",
            "Show what routing the main conversation would have saved on your own history.",
        ),
        "flag": ("flag", "Record a judgement on a finished task."),
        "budget": ("budget", "Compare today's spend with the policy's limits."),
        "spend": (
            "spend",
            "Keep to a pull request's budget in a pipeline, by what its calls were held for and cost.",
        ),
        "statusline": ("statusline", "Print one line for Claude Code's status line."),
        "export": ("export", "Write usage records as Parquet or CSV."),
    },
    "Learn": {
        "outcomes": ("outcomes", "Show what became of each decision, by kind, tier or agent."),
        "learn": ("learn", "Propose lines of the policy from what happened."),
        "backtest": ("backtest", "Estimate what another policy would have cost and missed."),
        "experiment": (
            "experiment",
            "Run the same tasks on two tiers, the cheaper first, and say what the difference is.",
        ),
    },
}

COMMANDS: dict[str, tuple[str, str]] = {
    name: entry for section in SECTIONS.values() for name, entry in section.items()
}
