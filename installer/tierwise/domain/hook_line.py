"""The line by which a project's settings start our hook.  Standard library only; hooks load this."""

LAUNCHER = ".tierwise/hook"
CODEX = "Codex"  # before an event's name: Codex is the client that asks
# A session may start in a subfolder: the launcher is looked for upwards, to the top of the work tree at most.
# `|| true`: a shell that finds no launcher (another branch, a half-taken-out Tierwise) exits 2, which would
# block every prompt.  What the hook has to say it says on standard output.
_LINE = (
    'd={start}; while [ ! -f "$d/{launcher}" ] && [ ! -e "$d/.git" ]'
    ' && [ "$d" != "${{d%/*}}" ]; do d=${{d%/*}}; done; sh "$d/{launcher}" {event} || true'
)


def make_hook_line(event: str) -> str:
    """Return the command for one event, as sync writes it."""
    return _LINE.format(
        start="$CLAUDE_PROJECT_DIR",
        launcher=LAUNCHER,
        event=event,
    )


def make_codex_line(event: str) -> str:
    """Return the same for Codex, which starts a hook in the session's folder and names no other."""
    return _LINE.format(
        start="$PWD",
        launcher=LAUNCHER,
        event=CODEX + event,
    )
