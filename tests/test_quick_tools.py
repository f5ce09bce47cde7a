"""What stands in for the tools of other languages does and says what they do and say."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from tests.support.quick_tools import write_quick_tools

SCRIPTS = (
    {"name": "x", "version": "1.0.0", "scripts": {"test": "echo hi; exit 3"}},
    {"name": "x", "scripts": {"test": "sh only-here"}},
    {"name": "x", "version": "1.0.0", "scripts": {"pretest": "echo first", "test": "echo then"}},
    {"name": "x", "version": "1.0.0", "scripts": {}},
)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("npm") is None, reason="npm is not installed")
@pytest.mark.parametrize("package", SCRIPTS)
def test_npm_test_says_what_npm_says(package: dict[str, object], tmp_path: Path) -> None:
    tools, project = tmp_path / "tools", tmp_path / "project"
    own = project / "node_modules" / ".bin"
    for folder in (tools, own):
        folder.mkdir(parents=True)
    write_quick_tools(tools)
    assert (tools / "npm").is_file()
    (project / "package.json").write_text(json.dumps(package))
    (project / "only-here").write_text("only-there\n")
    (own / "only-there").write_text("#!/bin/sh\necho found\n")
    (own / "only-there").chmod(0o755)
    for call in (["npm", "test"], ["npm", "test", "--silent"]):
        quick = run_with(call, project, f"{tools}{os.pathsep}{os.environ['PATH']}")
        assert quick == run_with(call, project, os.environ["PATH"])


def run_with(call: list[str], project: Path, path: str) -> tuple[int, list[str]]:
    """The exit code and what is said, but for the name of npm's own log."""
    home = str(project.parent)
    done = subprocess.run(
        call,
        cwd=project,
        env={"PATH": path, "HOME": home, "npm_config_update_notifier": "false"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.returncode, [line for line in done.stdout.splitlines() if home not in line]
