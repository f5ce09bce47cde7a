"""``python3 tests``: everything that must pass, in one command.  Arguments go to pytest.

It makes a private virtual environment outside the tree, installs the package into it (with Spark where Java is),
fetches the Claude Code clients that the tests run, then lints, type-checks and tests, and stops at the first step
that fails.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "installer")]

from tests.support import clients  # noqa: E402

from private_venv import SetupError, prepare, python_of  # noqa: E402

STEPS = (
    ("ruff", "check", "--quiet", "."),
    ("ruff", "format", "--check", "--quiet", "."),
    ("mypy",),
)


def main(arguments: list[str]) -> int:
    """Run all steps; the exit code is that of the first that fails, or 4 where the set-up does."""
    venv = environment_folder()
    try:
        extras = "test,spark" if shutil.which("java") else "test"
        prepare(venv, ["--editable", f"{ROOT}[{extras}]"], sources=[ROOT / "pyproject.toml"])
        fetch_clients()
    except (SetupError, OSError) as error:
        print(f"tests: {error}", file=sys.stderr)
        return 4
    tests = ("pytest", "--numprocesses=auto", "--dist=worksteal", *arguments)
    for step in (*STEPS, tests):
        print("+", *step, flush=True)
        code = subprocess.run([str(python_of(venv)), "-m", *step], cwd=ROOT, check=False).returncode
        if code:
            return code
    return 0


def environment_folder() -> Path:
    """``$TIERWISE_TEST_VENV``, or a folder in the user's cache, one for each checkout and Python."""
    named = os.environ.get("TIERWISE_TEST_VENV")
    if named:
        return Path(named)
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    key = hashlib.sha256(f"{ROOT}\0{sys.base_prefix}".encode()).hexdigest()[:12]
    return cache / "tierwise-tests" / f"{sys.version_info[0]}.{sys.version_info[1]}-{key}"


def fetch_clients() -> None:
    """Fetch before the tests start, so that no two workers do.  What fails here is the client tests' to report."""
    for version in clients.VERSIONS:
        try:
            if not clients.find(version):
                print(
                    f"Fetching Claude Code {version} into {clients.cache()}",
                    file=sys.stderr,
                    flush=True,
                )
            clients.fetch(version)
        except clients.ClientMissingError as reason:
            print(f"tests: {reason}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
