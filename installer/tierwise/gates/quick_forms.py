"""How a runner is told which tests to run: by their files, or by what it calls these."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tierwise.gates.reading.paths import is_collected, is_test

_SIGNS = r"[;|&<>$`*?(){}\[\]~!#\n]"
# Options whose next word may look like a place of tests, and is none.
_TAKES_A_WORD = frozenset(
    (
        "--rootdir",
        "-I",
        "--lib",
        "--dir",
        "-c",
        "--config",
        "--root",
        "-k",
        "-m",
        "--cov",
        "--ignore",
    )
)
_UNITTEST_FLAGS = frozenset(
    (
        "-v",
        "--verbose",
        "-q",
        "--quiet",
        "-b",
        "--buffer",
        "-f",
        "--failfast",
    )
)
_STARTS = ("-s", "--start-directory")
_PATTERNS = ("-p", "--pattern")
_CARGO_FLAGS = frozenset(
    (
        "-q",
        "--quiet",
        "--workspace",
        "--all",
        "--release",
        "--all-features",
        "--no-fail-fast",
    )
)
_NPM = re.compile(r"(?:npm|pnpm|yarn)(?:\s+run)?\s+(test(?::\w+)?)$")
# What stands before a program in a script: variables that it gets.
_VARIABLES = re.compile(r"(?:[A-Za-z_]\w*=\S*\s+)*")


@dataclass(frozen=True)
class Call:
    """A command as its runner reads it.  ``folder``: where it runs."""

    runner: Sequence[str]
    arguments: Sequence[str]
    folder: str

    def is_place(self, word: str) -> bool:
        """Tell whether a word says where the tests are: a folder, or a test."""
        path = os.path.join(self.folder, word)
        return os.path.isdir(path) or (is_run(word) and os.path.isfile(path))


_Spell = Callable[[Call, Sequence[str]], str]


def is_run(path: str) -> bool:
    """Tell whether a runner finds tests in a file."""
    return path.endswith(".t") or (is_test(path) and is_collected(path))


def _name_files(call: Call, tests: Sequence[str]) -> str:
    """Name tests to a runner that takes files in place of all that it finds."""
    if not _TAKES_A_WORD.isdisjoint(call.arguments):
        return ""
    options = [word for word in call.arguments if not call.is_place(word)]
    return shlex.join([*call.runner, *options, *tests])


def _name_modules(call: Call, tests: Sequence[str]) -> str:
    """Name tests to unittest as it finds them: by module, from the folder in which it begins."""
    arguments = list(call.arguments)
    start = ""
    if arguments[:1] == ["discover"]:
        del arguments[0]
        start = _take_start(arguments)
    if not _UNITTEST_FLAGS.issuperset(arguments) or os.name == "nt":
        return ""
    inside = [os.path.relpath(path, start or ".") for path in tests]
    if any(path.startswith("..") for path in inside):
        return ""
    modules = [path.removesuffix(".py").replace("/", ".") for path in inside]
    named = shlex.join([*call.runner, *arguments, *modules])
    if not start:
        return named
    return f'PYTHONPATH={shlex.quote(start)}:"$PYTHONPATH" {named}'


def _take_start(arguments: list[str]) -> str:
    """Take the folder to begin in, and the pattern of files, out of what ``discover`` is told; empty for the present one."""
    start = ""
    for option in (*_STARTS, *_PATTERNS):
        if option in arguments[:-1]:
            place = arguments.index(option)
            _, word = arguments[place : place + 2]
            del arguments[place : place + 2]
            start = word if option in _STARTS else start
    if arguments and not arguments[0].startswith("-"):
        start = arguments.pop(0)
    return "" if start == "." else start


def _name_targets(call: Call, tests: Sequence[str]) -> str:
    """Name tests to cargo, by their targets; those inside of the code run besides."""
    if not _CARGO_FLAGS.issuperset(call.arguments):
        return ""
    files = [os.path.split(path) for path in tests]
    if any(
        os.path.basename(folder) != "tests" or not name.endswith(".rs") for folder, name in files
    ):
        return ""
    targets = ["--bins"]
    if os.path.isfile(os.path.join(call.folder, "src", "lib.rs")):
        targets.append("--lib")
    for _, name in files:
        targets += ["--test", name.removesuffix(".rs")]
    return shlex.join([*call.runner, *call.arguments, *targets])


_FORMS: tuple[tuple[re.Pattern[str], _Spell], ...] = (
    (
        re.compile(
            r"(?:^|\s)(?:\S*/)?(?:pytest|prove|jest|vitest(?:\s+run)?|node\s+--test|rspec)(?=\s|$)"
        ),
        _name_files,
    ),
    (re.compile(r"(?:^|\s)-m\s+unittest(?=\s|$)"), _name_modules),
    (re.compile(r"^cargo\s+test(?=\s|$)"), _name_targets),
)


def name_tests(
    command: str,
    tests: Sequence[str],
    folder: str,
) -> str:
    """Spell a command, which runs in ``folder``, for some tests alone.

    Empty where it does more than to start a runner, or its runner has no such form.
    """
    if re.search(_SIGNS, re.sub(r"'[^']*'", "", command)):
        return ""
    for pattern, spell in _FORMS:
        runner = pattern.search(command)
        if runner is None:
            continue
        end = runner.end()
        try:
            call = Call(
                shlex.split(command[:end]),
                shlex.split(command[end:]),
                folder,
            )
        except ValueError:  # a quote that is not closed: the shell will say so
            return ""
        return spell(call, tests)
    return ""


def find_script(command: str) -> str:
    """Find the script of package.json that a command runs and adds nothing to; empty where it runs none."""
    found = _NPM.match(command.strip())
    return found[1] if found else ""


def call_script(script: str) -> str:
    """Spell a script of package.json as a command: npm looks up its program among the installed packages."""
    variables = _VARIABLES.match(script)
    before = variables[0] if variables else ""
    program = script[len(before) :]
    if program.startswith("node "):
        return script
    return f"{before}npx --no-install {program}"
