"""The line by which a project's settings start our hook.  Standard library only; hooks load this."""

LAUNCHER = ".tierwise/hook"
OLD_ADDRESS = "/tierwise/hook/"  # of hooks over HTTP, which early versions wired to this machine
# A session may start in a subfolder: the launcher is looked for upwards, to the top of the work tree at most.
# `|| true`: a shell that finds no launcher (another branch, a half-taken-out Tierwise) exits 2, which would
# block every prompt.  What the hook has to say it says on standard output.
_LINE = (
    'd=$CLAUDE_PROJECT_DIR; while [ ! -f "$d/{launcher}" ] && [ ! -e "$d/.git" ]'
    ' && [ "$d" != "${{d%/*}}" ]; do d=${{d%/*}}; done; sh "$d/{launcher}" {event} || true'
)


def make_hook_line(event: str) -> str:
    """The command for one event, as sync writes it."""
    return _LINE.format(launcher=LAUNCHER, event=event)
