"""``python3 tests``: everything that must pass, in one command.

    python3 tests             lint, types, and every test
    python3 tests --fast      without the slow tests and the real clients
    python3 tests --newest    with the newest release of every dependency

Other arguments go to pytest.  It makes a private virtual environment outside the tree, installs
the package into it (with Spark where Java is) at the versions of ``tests/constraints.txt``, and
fetches the Claude Code clients that the tests run.  It stops at the first step that fails.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CONSTRAINTS = ROOT / "tests" / "constraints.txt"
sys.path[:0] = [str(ROOT), str(ROOT / "installer")]

from private_venv import SetupError, prepare, python_of  # noqa: E402
from tierwise.verify import clients  # noqa: E402

SETUP_FAILED = 4
NO_BYTECODE = "PYTHONDONTWRITEBYTECODE"
PACKAGE = "installer/tierwise"
MOST_TOKENS_A_LINE = "8.0"
STEPS = (
    ("ruff", "check", "--quiet", "."),
    ("ruff", "format", "--check", "--quiet", "."),
    ("mypy",),
)
FAST = ("-m", "not client and not slow")


def main(arguments: list[str]) -> int:
    """Run all steps; the exit code is that of the first that fails, or 4 where the set-up does."""
    fast = "--fast" in arguments
    newest = "--newest" in arguments
    rest = [argument for argument in arguments if argument not in ("--fast", "--newest")]
    venv = find_environment(newest)
    try:
        install_package(venv, newest)
        if not fast:
            fetch_clients()
    except (SetupError, OSError) as error:
        print(f"tests: {error}", file=sys.stderr)
        return SETUP_FAILED
    python = str(python_of(venv))
    tests = ("pytest", "--numprocesses=auto", "--dist=worksteal", *rest)
    if fast:
        tests = (*tests, *FAST)
    density = (python, "bench/density.py", "--at-most", MOST_TOKENS_A_LINE, PACKAGE)
    modules = [(python, "-m", *step) for step in (*STEPS, tests)]
    environment = keep_bytecode(os.environ)
    for command in (density, *modules):
        print("+", *command[1:], flush=True)
        code = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
        if code:
            return code
    return 0


def keep_bytecode(environment: Mapping[str, str]) -> dict[str, str]:
    """The same environment, without the word that nothing compiled be kept.

    The tests start Python some thousand times: each start would compile the package anew.
    """
    return {key: value for key, value in environment.items() if key != NO_BYTECODE}


def install_package(venv: Path, newest: bool) -> None:
    """Install this checkout and all that the tests need."""
    extras = "test,spark" if shutil.which("java") else "test"
    pip = ["--editable", f"{ROOT}[{extras}]"]
    sources = [ROOT / "pyproject.toml"]
    if newest:
        pip.append("--upgrade")
    else:
        pip += ["--constraint", str(CONSTRAINTS)]
        sources.append(CONSTRAINTS)
    prepare(venv, pip, sources=sources)


def find_environment(newest: bool) -> Path:
    """``$TIERWISE_TEST_VENV``, or a folder in the user's cache, one for each checkout and Python."""
    named = os.environ.get("TIERWISE_TEST_VENV")
    if named:
        return Path(named)
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    key = hashlib.sha256(f"{ROOT}\0{sys.base_prefix}\0{newest}".encode()).hexdigest()[:12]
    return cache / "tierwise-tests" / f"{sys.version_info[0]}.{sys.version_info[1]}-{key}"


def fetch_clients() -> None:
    """Fetch before the tests start, so that no two workers do.

    What fails here is for the tests of the clients to report.
    """
    for version in clients.VERSIONS:
        try:
            if not clients.find(version):
                place = clients.cache()
                print(f"Fetching Claude Code {version} into {place}", file=sys.stderr, flush=True)
            clients.fetch(version)
        except clients.ClientMissingError as reason:
            print(f"tests: {reason}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
