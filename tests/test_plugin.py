"""The repository as a plugin and its own marketplace, and the one hook shim."""

from __future__ import annotations

import json
import os
import shutil
import struct
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.support.cast import AGENTS, COMMANDS, ROOT, read

import tierwise

EVENTS = [
    "PreToolUse",
    "PostToolUse",
    "SubagentStart",
    "SubagentStop",
    "SessionStart",
    "SessionEnd",
    "UserPromptSubmit",
]


def load(path: str) -> dict[str, Any]:
    value = json.loads((ROOT / path).read_text(encoding="utf-8"))
    assert isinstance(value, dict)
    return value


def test_plugin_and_marketplace_are_called_tierwise_and_lie_in_this_folder() -> None:
    plugin, market = load(".claude-plugin/plugin.json"), load(".claude-plugin/marketplace.json")
    (entry,) = market["plugins"]
    assert plugin["name"] == market["name"] == entry["name"] == "tierwise"
    assert entry["source"] == "./"
    assert plugin["license"] == "MIT"


def test_the_plugin_has_the_packages_version() -> None:
    assert load(".claude-plugin/plugin.json")["version"] == tierwise.__version__


def test_the_icon_is_a_square_png_of_the_size_that_the_directory_takes() -> None:
    data = (ROOT / ".claude-plugin/icon.png").read_bytes()
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", data[16:24])
    assert width == height and 512 <= width <= 2048 and len(data) < 2_000_000


def test_what_every_session_pays_for_the_descriptions_stays_small() -> None:
    """Four characters a token, as `claude plugin details` counts offline; the budget for the bundle is 1,000."""
    texts = [f"tierwise:{name}: {read('agents', name)[0]['description']}" for name in AGENTS]
    texts += [f"tierwise:{name}: {read('commands', name)[0]['description']}" for name in COMMANDS]
    assert sum(map(len, texts)) / 4 < 800


class TestHooks:
    def test_each_event_that_the_policy_needs_is_wired_once(self) -> None:
        hooks = load("hooks/hooks.json")["hooks"]
        assert sorted(hooks) == sorted(EVENTS)
        assert all(len(groups) == 1 and len(groups[0]["hooks"]) == 1 for groups in hooks.values())

    @pytest.mark.parametrize("event", EVENTS)
    def test_each_entry_starts_the_shim_with_its_event_and_a_time_limit(self, event: str) -> None:
        (group,) = load("hooks/hooks.json")["hooks"][event]
        (hook,) = group["hooks"]
        assert hook["command"] == f'python3 -S -E "${{CLAUDE_PLUGIN_ROOT}}/hooks/run.py" {event}'
        assert 1 <= hook["timeout"] <= 60
        edits = (
            "|Edit|Write|MultiEdit|NotebookEdit" if event == "PostToolUse" else ""
        )  # for the gates in a session
        assert group.get("matcher") == (
            "Agent|Task|Workflow" + edits if event.endswith("ToolUse") else None
        )


def run_shim(
    shim: Path, event: str, project: Path, stdin: bytes = b"{}"
) -> subprocess.CompletedProcess[bytes]:
    """As Claude Code runs it, with nothing in the environment but the project's folder."""
    return subprocess.run(
        [sys.executable, "-S", "-E", str(shim), event],
        cwd=project,
        env={"CLAUDE_PROJECT_DIR": str(project)},
        input=stdin,
        capture_output=True,
        check=False,
    )


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    (folder / ".tierwise" / "local").mkdir(parents=True)
    return folder


def bundle_with(tmp_path: Path, layout: str, hook: str) -> Path:
    """A copy of the shim beside a package whose hook module has the given source; the shim's path."""
    wheel = layout == "wheel"
    package = tmp_path / ("site/tierwise" if wheel else "checkout/installer/tierwise")
    shim = (package / "_bundle" if wheel else tmp_path / "checkout") / "hooks" / "run.py"
    for folder in (package / "claude_hooks", shim.parent):
        folder.mkdir(parents=True)
    for module in ("__init__.py", "claude_hooks/__init__.py"):
        (package / module).touch()
    shutil.copy(ROOT / "installer" / "tierwise" / "compiled.py", package)
    (package / "claude_hooks" / "hook.py").write_text(hook)
    for name in ("run.py", "note_fault.py"):
        shutil.copy(ROOT / "hooks" / name, shim.parent)
    return shim


class TestShim:
    @pytest.mark.parametrize("layout", ["wheel", "checkout"])
    def test_finds_the_package_beside_itself_and_passes_the_event_on(
        self, layout: str, tmp_path: Path, project: Path
    ) -> None:
        shim = bundle_with(
            tmp_path, layout, "def main(event):\n    print('got', event, __file__)\n"
        )
        done = run_shim(shim, "PreToolUse", project)
        assert done.stdout.decode().startswith(f"got PreToolUse {tmp_path}")
        assert (done.returncode, done.stderr) == (0, b"")

    @pytest.mark.parametrize(
        "hook",
        [
            "raise ImportError('no\\nluck')",
            "def main(event): raise RuntimeError('fault')",
            "def main(event): raise SystemExit(2)",
            "def main(event): raise KeyboardInterrupt",
            "this is not python",
            "",
        ],
    )
    def test_a_fault_prints_nothing_exits_0_and_leaves_one_line(
        self, hook: str, tmp_path: Path, project: Path
    ) -> None:
        done = run_shim(bundle_with(tmp_path, "checkout", hook), "SubagentStop", project)
        assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
        (line,) = (project / ".tierwise/local/hook.log").read_text().splitlines()
        assert line.startswith("SubagentStop ")

    def test_a_project_without_tierwise_is_left_as_it_is(self, tmp_path: Path) -> None:
        empty = tmp_path / "empty"
        empty.mkdir()
        done = run_shim(bundle_with(tmp_path, "checkout", "raise ValueError"), "PreToolUse", empty)
        assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
        assert list(empty.iterdir()) == []

    def test_a_reader_that_went_away_is_no_fault_of_the_session(
        self, tmp_path: Path, project: Path
    ) -> None:
        shim = bundle_with(tmp_path, "checkout", "def main(event):\n    print('x' * 100_000)\n")
        reader, writer = os.pipe()
        os.close(reader)
        call = [sys.executable, "-S", "-E", str(shim), "PreToolUse"]
        env = {"CLAUDE_PROJECT_DIR": str(project)}
        done = subprocess.run(
            call,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=writer,
            stderr=subprocess.PIPE,
            check=False,
        )
        os.close(writer)
        assert (done.returncode, done.stderr) == (0, b"")

    def test_imports_nothing_of_its_own_but_what_is_loaded_anyway(self) -> None:
        source = (ROOT / "hooks" / "run.py").read_text(encoding="utf-8")
        imports = [
            line.strip()
            for line in source.splitlines()
            if line.strip().startswith(("import ", "from "))
        ]
        # gc is built into the interpreter.
        own = ["import gc", "import os", "import sys"]
        ours = [
            "from tierwise.compiled import import_compiled",
            "from tierwise.claude_hooks.hook import main",
        ]
        for_faults = ["from note_fault import note_fault"]
        assert imports == own + ours + for_faults
