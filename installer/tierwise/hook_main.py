"""The ``tierwise-hook`` command: git's hooks and Claude Code's events.  Standard library only, everything lazily.

Hooks run it as a file, without ``site``: ``PYTHON -I -S …/tierwise/hook_main.py commit-msg FILE``.
"""

import sys

# git's hooks and the status line, and the module whose ``main(arguments) -> exit code`` answers each.
_GIT_HOOKS = {
    "commit-msg": "tierwise.commits.message",
    "pre-commit": "tierwise.checks.git_hooks.pre_commit",
    "post-checkout": "tierwise.sync.on_checkout",
    "post-merge": "tierwise.sync.on_checkout",
    "statusline": "tierwise.claude_hooks.statusline",
}


def main() -> int:
    """Run one hook: ``tierwise-hook commit-msg FILE``, ``tierwise-hook pre-commit``, ``tierwise-hook EVENT``."""
    asked = sys.argv[1:2] in (["--help"], ["-h"])
    if asked or not sys.argv[1:]:
        usage = f"usage: tierwise-hook {'|'.join(_GIT_HOOKS)}|EVENT [ARGUMENT …]"
        print(usage, file=sys.stdout if asked else sys.stderr)
        return 0 if asked else 2
    name, arguments = sys.argv[1], sys.argv[2:]
    if (
        name in _GIT_HOOKS and name != "commit-msg"
    ):  # which does so itself, where it has much to say
        from tierwise.shown import CleanStream

        sys.stderr = CleanStream(
            sys.stderr
        )  # what a commit is refused for is the repository's to choose
    if name == "pre-commit":
        from tierwise.checks.git_hooks import pre_commit

        code: int = pre_commit.main(arguments, _find_drift)
    elif name in _GIT_HOOKS:
        module = __import__(_GIT_HOOKS[name], fromlist=["main"])
        code = module.main(arguments)
    else:
        module = __import__("tierwise.claude_hooks.hook", fromlist=["main"])
        code = module.main(name)
    return code


def _find_drift(root: str) -> "list[tuple[str, str]]":
    """What the sync package says of the generated files; asked only where a commit touches one."""
    import site

    site.main()  # a hook starts without the installed packages, and comparing needs them
    from tierwise.cli.drift import find_drift

    return find_drift(root)


def run() -> None:
    """Run one hook and leave at once: taking an interpreter down in order costs a hook a millisecond."""
    code = main()
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:
        pass  # whoever read it has gone
    try:
        from posix import _exit
    except ImportError:  # Windows
        from os import _exit
    _exit(code)


if __name__ == "__main__":
    sys.path.insert(
        0, __file__.rpartition("/tierwise/")[0] or __file__.rpartition("\\tierwise\\")[0]
    )
    run()
