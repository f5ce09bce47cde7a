"""The commands behind one name, and what is said where one of them fails."""

from __future__ import annotations

import errno
import importlib
import os
import sys

import click

from tierwise import __version__
from tierwise.cli.registry import COMMANDS, SECTIONS
from tierwise.errors import (
    OK,
    OUTSIDE,
    STOPPED,
    USAGE,
    OutsideError,
    TierwiseError,
)
from tierwise.repo import find_current_folder, find_foreign
from tierwise.shown import neutralise


class _LazyGroup(click.Group):
    """A group that imports a command's module only when that command runs."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(
        self,
        ctx: click.Context,
        cmd_name: str,
    ) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"tierwise.cli.commands.{COMMANDS[cmd_name][0]}")
        command: click.Command = module.command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and not args[0].startswith("-") and args[0] not in COMMANDS:
            import difflib

            close = difflib.get_close_matches(
                args[0],
                COMMANDS,
                n=1,
            )
            hint = f' Did you mean "{close[0]}"?' if close else ""
            ctx.fail(f'There is no command "{args[0]}".{hint}')
        find_current_folder()  # before a command's libraries are imported: some do not load where there is no folder
        _warn_of_foreign_policy()
        return super().resolve_command(ctx, args)

    def format_commands(
        self,
        ctx: click.Context,
        formatter: click.HelpFormatter,
    ) -> None:
        for title, commands in SECTIONS.items():
            with formatter.section(title):
                formatter.write_dl([(name, help_line) for name, (_, help_line) in commands.items()])


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="tierwise")
def command() -> None:
    """Model routing as code: one policy file decides which model tier each kind of work gets.

    Exit codes: 0 yes, 1 no (drift, a failed check), 2 bad call or policy, 3 a person is needed,
    4 something outside failed.
    """


def run_command(arguments: list[str]) -> int:
    """Run one command line and return its exit code; what it wrote may still be buffered."""
    try:
        code = command.main(
            args=arguments,
            prog_name="tierwise",
            standalone_mode=False,
        )
        return code if isinstance(code, int) else 0
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.Abort:
        print("stopped", file=sys.stderr)
        return STOPPED
    except SystemExit:
        # click's way out when the reader (head, less) has gone: with 1, which would mean "no"
        return OK
    except (click.ClickException, TierwiseError, OSError) as error:
        return show_error(error)


def show_error(error: click.ClickException | TierwiseError | OSError) -> int:
    """Show what went wrong; return the exit code that stands for it."""
    if isinstance(error, click.ClickException):
        if not _is_help(error):
            vars(error)["message"] = neutralise(error.message)  # click shows it as it is
        error.show()
        return USAGE
    if isinstance(error, TierwiseError):
        print(f"tierwise: {error}", file=sys.stderr)
        return error.exit_code
    print(
        f"tierwise: {_describe_error(error)}",
        file=sys.stderr,
    )
    return OUTSIDE


def _is_help(error: click.ClickException) -> bool:
    """Return whether what click raises is a command's help, for a call that names no more; click 8.1 just prints it."""
    return type(error).__name__ == "NoArgsIsHelpError"


def _warn_of_foreign_policy() -> None:
    foreign = find_foreign()
    if foreign:
        print(
            f"tierwise: {neutralise(foreign)} belongs to another user and is ignored",
            file=sys.stderr,
        )


_REMEDIES = {
    errno.EACCES: "Make it readable and writable for you, then run the command again.",
    errno.EPERM: "Make it writable for you, then run the command again.",
    errno.EROFS: "Make it writable, then run the command again.",
    errno.EISDIR: "A folder stands where a file belongs: name a file, or see what the folder is for.",
    errno.ENOTDIR: "A file stands where a folder belongs: name another place, or see what the file is for.",
    errno.EEXIST: "Something stands there already: name another place, or see what it is for.",
    errno.ENOSPC: "Make room on the disk, then run the command again.",
}


def _describe_error(error: OSError) -> OutsideError:
    """Return what the system said; of a rename that failed, the place is the name that was to be taken."""
    place = error.filename2 or error.filename
    if place is None:
        place = ""
    elif isinstance(place, bytes):
        place = os.fsdecode(place)
    return OutsideError(
        str(error.strerror or error),
        place=str(place),
        remedy=_REMEDIES.get(error.errno or 0, ""),
    )
