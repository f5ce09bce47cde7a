"""``python3 installer``: put Tierwise on this machine and into the repository you stand in."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from links import is_on_path, link_commands
from private_venv import SetupError, prepare, program_of

COMMANDS_ONLY = "--commands-only"
HELP = """\
Usage: python3 installer [--commands-only | OPTIONS OF tierwise install]

  Make a private virtual environment in your data folder, install this checkout
  into it, link the commands into ~/.local/bin, and run `tierwise install` here
  with the options you give.  The second time only what has changed is done.

Options:
  --commands-only  Leave the repository you stand in alone.
  -h, --help       Show this message and exit.
"""
CHECKOUT = Path(__file__).resolve().parent.parent
SHIPPED = (
    "pyproject.toml",
    "README.md",
    "LICENSE",
    "installer/tierwise",
    "agents",
    "bin",
    "commands",
    "hooks",
    "templates",
)


def main(arguments: list[str]) -> int:
    """Run; the exit code is that of ``tierwise install``, or 4 where the set-up fails (as in tierwise.errors)."""
    if not {"-h", "--help"}.isdisjoint(arguments):
        print(HELP, end="")
        return 0
    folder = data_folder() / "venv"
    try:
        prepare(folder, [str(CHECKOUT)], sources=[CHECKOUT / name for name in SHIPPED])
    except (SetupError, OSError) as error:
        _say(f"tierwise: {error}")
        return 4
    tierwise = program_of(folder, "tierwise")
    _link(tierwise)  # first: the steps that `tierwise install` prints name the folder of the links
    if COMMANDS_ONLY in arguments:
        return 0
    return subprocess.run([str(tierwise), "install", *arguments], check=False).returncode


def data_folder() -> Path:
    """Return where this user's programs keep data: XDG's folder, or the platform's own."""
    if os.name == "nt":
        return (
            Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "tierwise"
        )
    if sys.platform == "darwin" and "XDG_DATA_HOME" not in os.environ:
        return Path.home() / "Library" / "Application Support" / "tierwise"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "tierwise"


def _link(tierwise: Path) -> None:
    """Make the commands callable by name, and say what the user has to do where they are not."""
    if os.name == "nt":
        if shutil.which("tierwise") is None:
            _say(f'To call it by name: setx PATH "%PATH%;{tierwise.parent}"')
        return
    links, problems = link_commands(tierwise.parent, Path.home())
    for problem in problems:
        _say(f"tierwise: {problem}")
    if not links:
        _say(f"The command is {tierwise}")
        return
    folder = links[0].parent
    _say(f"The commands are in {folder}: {', '.join(link.name for link in links)}")
    if not is_on_path(folder, os.environ.get("PATH", "")):
        _say(f"  {folder} is not on PATH; put this into your shell's start-up file:")
        _say(f"  export PATH=\"$PATH\":'{folder}'")


def _say(text: str) -> None:
    """Print to standard error: standard output belongs to ``tierwise install``, which may print JSON."""
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
