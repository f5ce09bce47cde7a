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
    name, arguments = "".join(sys.argv[1:2]), sys.argv[2:]
    if name in ("", "--help", "-h"):
        return _show_usage(is_asked=name != "")
    if name not in _GIT_HOOKS:
        from tierwise.claude_hooks import hook

        return hook.main(name)
    if name != "commit-msg":  # which cleans what it prints itself, where it has much to say
        _clean_stderr()
    if name == "pre-commit":
        from tierwise.checks.git_hooks import pre_commit

        return pre_commit.main(arguments, _find_drift)
    module = __import__(_GIT_HOOKS[name], fromlist=["main"])
    code: int = module.main(arguments)
    return code


def _show_usage(*, is_asked: bool) -> int:
    usage = f"usage: tierwise-hook {'|'.join(_GIT_HOOKS)}|EVENT [ARGUMENT …]"
    if is_asked:
        print(usage)
        return 0
    print(usage, file=sys.stderr)
    return 2


def _clean_stderr() -> None:
    """Neutralise what a hook prints: what a commit is refused for is the repository's to choose."""
    from tierwise.shown import CleanStream

    sys.stderr = CleanStream(sys.stderr)


def _find_drift(root: str) -> "list[tuple[str, str]]":
    """Return what the sync package says of the generated files; asked only where a commit touches one."""
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
    folder = __file__.rpartition("/tierwise/")[0] or __file__.rpartition("\\tierwise\\")[0]
    sys.path.insert(0, folder)
    run()
