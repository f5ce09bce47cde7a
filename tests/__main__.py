"""``python3 tests``: everything that must pass, in one command.

    python3 tests             lint, types, and every test
    python3 tests --fast      without the slow tests and the real clients
    python3 tests --newest    with the newest release of every dependency

Other arguments go to pytest.  It makes a private virtual environment outside the tree, installs
the package into it (with Spark where Java is) at the versions of ``tests/constraints.txt``, and
fetches the Claude Code clients that the tests run.  Lint and types are looked at beside the tests;
what they refuse is told where it is found, and once more at the end.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CONSTRAINTS = ROOT / "tests" / "constraints.txt"
sys.path[:0] = [str(ROOT), str(ROOT / "installer")]

from tests.support.scratch import find_memory, hold_folder  # noqa: E402

from private_venv import SetupError, prepare, python_of  # noqa: E402
from tierwise.verify import clients  # noqa: E402

SETUP_FAILED = 4
NO_BYTECODE = "PYTHONDONTWRITEBYTECODE"
PACKAGE = "installer/tierwise"
MOST_TOKENS_A_LINE = "6.5"
CHECKS = (
    ("bench/density.py", "--at-most", MOST_TOKENS_A_LINE, PACKAGE),
    ("-m", "ruff", "check", "--quiet", "."),
    ("-m", "ruff", "format", "--check", "--quiet", "."),
    ("-m", "mypy"),
)
FAST = ("-m", "not client and not slow")


def main(arguments: list[str]) -> int:
    """Run all steps; the exit code is that of the tests, 1 where only a check fails, 4 where the set-up does."""
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
    environment = keep_bytecode(os.environ)
    workers = count_workers(fast)
    tests = [python, "-m", "pytest", f"--numprocesses={workers}", "--dist=worksteal", *rest]
    if fast:
        tests += FAST
    checks = [(python, *check) for check in CHECKS]
    with ThreadPoolExecutor(1) as beside:
        looked_at = beside.submit(run_side_by_side, checks, environment)
        print("+", *tests[1:], flush=True)
        code = run_tests(tests, environment)
        refused = looked_at.result()
    for check in refused:
        print("tests: failed:", *check[1:], file=sys.stderr)
    return code or int(bool(refused))


def run_tests(command: Sequence[str], environment: Mapping[str, str]) -> int:
    """Run pytest, with its files in memory where that is well."""
    memory = find_memory(environment)
    if memory is None:
        return run_to_end(command, environment)
    with hold_folder(memory) as (folder, descriptor):
        in_memory = {**environment, "TMPDIR": str(folder)}
        return run_to_end(command, in_memory, [descriptor])


def run_to_end(
    command: Sequence[str], environment: Mapping[str, str], inherited: Sequence[int] = ()
) -> int:
    """Run pytest until it has ended.  What ends this process interrupts it: it ends all that it started."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # so do some shells in the background
        signal.signal(signal.SIGINT, signal.default_int_handler)
    tests = subprocess.Popen(command, cwd=ROOT, env=environment, pass_fds=inherited)

    def interrupt(*_: object) -> None:
        tests.send_signal(signal.SIGINT)

    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, interrupt)
    while True:
        try:
            return tests.wait()
        except KeyboardInterrupt:
            continue  # the terminal told pytest, too


def run_side_by_side(
    commands: Sequence[Sequence[str]], environment: Mapping[str, str]
) -> list[Sequence[str]]:
    """Run all commands at once, show what each says, and give those that fail."""
    started = [
        subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
        )
        for command in commands
    ]
    failed = []
    for command, process in zip(commands, started, strict=True):
        said, _ = process.communicate()
        print("\n+", *command[1:])
        print(said, end="", flush=True)
        if process.returncode:
            failed.append(command)
    return failed


def count_workers(fast: bool) -> int:
    """One a processor; half as many again for slow tests, which wait for others a fifth of their time."""
    processors = os.cpu_count() or 1
    if fast:
        return processors
    return processors + processors // 2


def keep_bytecode(environment: Mapping[str, str]) -> dict[str, str]:
    """The same environment, without the word that nothing compiled be kept.

    The tests start Python some thousand times: each start would compile the package anew.
    """
    return {key: value for key, value in environment.items() if key != NO_BYTECODE}


def install_package(venv: Path, newest: bool) -> None:
    """Install this checkout and all that the tests need."""
    extras = "test,spark" if shutil.which("java") else "test"
    # What is imported compiles itself; of the rest, Spark's and scipy's above all, nothing has to.
    pip = ["--no-compile", "--editable", f"{ROOT}[{extras}]"]
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
