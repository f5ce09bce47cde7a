"""`npm test` without npm, whose start takes longer than a small project's tests do.

Started as a program with npm's place and its arguments: it prints and runs what npm would.  What is more than a
script of its own called ``test`` is for npm itself.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping, Sequence

SILENT = "--silent"


def main(npm: str, arguments: Sequence[str]) -> None:
    """Become the shell that runs the script, or npm."""
    package = read_package()
    scripts = package.get("scripts")
    if not isinstance(scripts, dict) or not can_run(scripts, arguments):
        os.execv(npm, [npm, *arguments])
    command = str(scripts["test"])
    if SILENT not in arguments:
        print(describe_run(package, command), flush=True)
    own = os.path.join(os.getcwd(), "node_modules", ".bin")
    os.environ["PATH"] = os.pathsep.join([own, os.environ["PATH"]])
    os.execvp("sh", ["sh", "-c", command])


def read_package() -> dict[str, object]:
    """The project's package.json; empty where there is none that can be read."""
    try:
        with open("package.json", encoding="utf-8") as file:
            package = json.load(file)
    except (OSError, ValueError):
        return {}
    if not isinstance(package, dict):
        return {}
    return package


def can_run(scripts: Mapping[str, object], arguments: Sequence[str]) -> bool:
    """Whether this is `npm test`, perhaps silent, of a script that stands alone."""
    if [one for one in arguments if one != SILENT] != ["test"]:
        return False
    return "test" in scripts and not {"pretest", "posttest"} & scripts.keys()


def describe_run(package: Mapping[str, object], command: str) -> str:
    """What npm prints before a script's own words."""
    named = ""
    if "name" in package and "version" in package:
        named = f"{package['name']}@{package['version']} "
    return f"\n> {named}test\n> {command}\n"


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
