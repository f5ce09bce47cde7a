"""The plugin's module by the client's own means: its tests, and its types."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from tests.conftest import real_client
from tests.support.checkout import copy_checkout

from tierwise.verify.client import Client
from tierwise.verify.stand_in import Loopback

pytestmark = pytest.mark.client

COMPILER = "typescript@5.9.3"
TYPES = Path(".claude-plugin/types/claude-code/index.d.ts")
CHECK = {
    "compilerOptions": {
        "allowJs": True,
        "checkJs": True,
        "noEmit": True,
        "target": "es2023",
        "lib": ["es2023"],
        "module": "esnext",
        "moduleResolution": "bundler",
        "types": [],
        "skipLibCheck": True,
    },
    "files": ["hooks/session.mjs", str(TYPES)],
}


@pytest.fixture(params=["2.1.329", "2.1.332"])
def modern_client(request: pytest.FixtureRequest) -> Client:
    """The clients that load modules."""
    return real_client(str(request.param))


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    return copy_checkout(tmp_path / "tierwise")


def test_the_modules_own_tests_pass(modern_client: Client, checkout: Path, home: Path) -> None:
    done = modern_client.run(["plugin", "test", "."], cwd=checkout, home=home)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 fail" in done.stdout


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("npm"), reason="npm is not installed")
def test_the_module_keeps_to_the_clients_types(
    modern_client: Client, api: Loopback, checkout: Path, home: Path, repository: Path
) -> None:
    options = ("--plugin-dir", str(checkout))
    modern_client.ask("Say hello", *options, cwd=repository, home=home, url=api.url)
    if not (checkout / TYPES).exists():
        pytest.skip("this client wrote no types")
    (checkout / "tsconfig.json").write_text(json.dumps(CHECK))
    installed = _call(["npm", "install", "--silent", "--no-save", COMPILER], checkout)
    if installed.returncode != 0:
        pytest.skip("the compiler cannot be installed here")
    checked = _call(["node_modules/.bin/tsc", "-p", "."], checkout)
    assert checked.returncode == 0, checked.stdout


def _call(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120)
