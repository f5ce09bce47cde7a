"""``python3 installer``: put Tierwise on this machine and into the repository you stand in.

It makes a private virtual environment in your data folder, installs this checkout into it, and runs
``tierwise install`` here with the arguments you give.  The second time it only does what has changed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from private_venv import SetupError, prepare, program_of

CHECKOUT = Path(__file__).resolve().parent.parent
SHIPPED = (
    "pyproject.toml",
    "README.md",
    "LICENSE",
    "installer/tierwise",
    "agents",
    "commands",
    "hooks",
    "templates",
)


def main(arguments: list[str]) -> int:
    """Run; the exit code is that of ``tierwise install``, or 4 where the set-up fails (as in tierwise.errors)."""
    folder = data_folder() / "venv"
    try:
        prepare(folder, [str(CHECKOUT)], sources=[CHECKOUT / name for name in SHIPPED])
    except (SetupError, OSError) as error:
        _say(f"tierwise: {error}")
        return 4
    tierwise = program_of(folder, "tierwise")
    code = subprocess.run([str(tierwise), "install", *arguments], check=False).returncode
    if shutil.which("tierwise") is None:
        _say(f"The command is {tierwise}\n  To call it by name: {_way_to_path(tierwise)}")
    return code


def data_folder() -> Path:
    """Where this user's programs keep data: XDG's folder, or the platform's own."""
    if os.name == "nt":
        return (
            Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "tierwise"
        )
    if sys.platform == "darwin" and "XDG_DATA_HOME" not in os.environ:
        return Path.home() / "Library" / "Application Support" / "tierwise"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "tierwise"


def _way_to_path(program: Path) -> str:
    if os.name == "nt":
        return f'setx PATH "%PATH%;{program.parent}"'
    link = Path.home() / ".local" / "bin" / "tierwise"
    if str(link.parent) in os.environ.get("PATH", "").split(os.pathsep):
        return f"mkdir -p '{link.parent}' && ln -sf '{program}' '{link}'"
    return f"export PATH='{program.parent}':\"$PATH\"   (in your shell's start-up file)"


def _say(text: str) -> None:
    """To standard error: standard output belongs to ``tierwise install``, which may print JSON."""
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
