"""Where the real Claude Code clients are, and fetching them by npm.

Standard library only: ``python3 tests`` uses it.  The clients are test tools and live outside the tree, in
``$TIERWISE_CLIENT_CACHE`` or ``~/.cache/tierwise-clients``::

    CACHE/2.1.329/node_modules/@anthropic-ai/claude-code-linux-x64/claude
"""

from __future__ import annotations

import functools
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tierwise.processes import quote_failure
from tierwise.programs import find_program

# The measured clients, newest first: what differs between them is in docs/claude-code.md.
VERSIONS = ("2.1.332", "2.1.329", "2.1.197")
NEWEST = VERSIONS[0]
_SYSTEMS = ("linux", "darwin", "win32")
_MACHINES = {
    "x86_64": "x64",
    "amd64": "x64",
    "arm64": "arm64",
    "aarch64": "arm64",
}
_SHOWN_OF_FAILURE = 400  # characters of npm's complaint that a message shows: the last ones


class ClientMissingError(Exception):
    """No client here, and why."""


def required() -> bool:
    """Tell whether doing without the clients is a failure: in CI, and wherever npm could have fetched them."""
    return bool(os.environ.get("CI")) or _find_npm() is not None


def _find_npm() -> str | None:
    return find_program("npm", outside=os.curdir)


def cache() -> Path:
    """Return the folder that holds one folder a version."""
    named = os.environ.get("TIERWISE_CLIENT_CACHE")
    if named:
        return Path(named)
    return Path.home() / ".cache" / "tierwise-clients"


def package() -> str:
    """Return the npm package with this platform's native build."""
    system = sys.platform
    machine_name = platform.machine()
    machine = _MACHINES.get(machine_name.lower())
    if system not in _SYSTEMS or not machine:
        raise ClientMissingError(f"Claude Code has no build for {system} on {machine_name}")
    musl = ""
    if system == "linux" and platform.libc_ver()[0] != "glibc":
        musl = "-musl"
    return f"@anthropic-ai/claude-code-{system}-{machine}{musl}"


def find(version: str) -> Path | None:
    """Find the executable of one version, if it is in the cache."""
    name = "claude"
    if sys.platform == "win32":
        name = "claude.exe"
    path = cache() / version / "node_modules" / package() / name
    if not path.is_file():
        return None
    return path


def fetch(version: str) -> Path:
    """Fetch the executable of one version; npm installs it where it is not in the cache yet.

    Raises :class:`ClientMissingError` where npm is missing or fails.  Two processes may fetch at once: the
    first to finish wins.
    """
    found = find(version) or _ask_npm(version)
    if isinstance(found, str):
        raise ClientMissingError(found)
    return found


def resolve(version: str) -> str:
    """Return the number behind a tag such as `latest`; a number comes back as it is.

    Raises :class:`ClientMissingError` where npm is missing or fails.
    """
    if version[:1].isdigit():
        return version
    npm = _find_npm()
    if not npm:
        raise ClientMissingError(f"npm, which knows what {version} is, is not installed")
    call = [npm, "view", f"{package()}@{version}", "version"]
    run = subprocess.run(
        call,
        capture_output=True,
        text=True,
        check=False,
    )
    if run.returncode or not run.stdout.strip():
        raise ClientMissingError(
            f"npm knows no Claude Code {version}: {quote_failure(run, _SHOWN_OF_FAILURE)}"
        )
    return run.stdout.strip()


@functools.cache
def _ask_npm(version: str) -> Path | str:
    """Install the client, or tell why there is none; asked once a process."""
    npm = _find_npm()
    if not npm:
        return f"Claude Code {version} is not in {cache()}, and npm, which would fetch it, is not installed"
    cache().mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=f".{version}-", dir=cache()))
    call = [
        npm,
        "install",
        "--no-save",
        "--no-audit",
        "--no-fund",
        "--ignore-scripts",
        "--prefix",
        str(folder),
    ]
    try:
        run = subprocess.run(
            [*call, f"{package()}@{version}"], capture_output=True, text=True, check=False
        )
        if run.returncode:
            return f"npm could not install Claude Code {version}: {quote_failure(run, _SHOWN_OF_FAILURE)}"
        if not find(version):
            shutil.rmtree(cache() / version, ignore_errors=True)
            folder.rename(cache() / version)
    except OSError as error:
        # Another process may have installed it.
        return find(version) or f"cannot install Claude Code {version}: {error}"
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return find(version) or f"npm installed {package()}@{version}, but no client is in it"
