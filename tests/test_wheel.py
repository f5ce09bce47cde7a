"""What people install: the wheel, built from the source distribution, with the source gone."""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest
from tests.support.checkout import copy_checkout, shipped
from tests.support.repository import git, make_repository

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Checkout -> sdist -> wheel; neither the checkout's copy nor the sdist is there afterwards."""
    work = tmp_path_factory.mktemp("build")
    build(copy_checkout(work / "checkout"), "sdist", work)
    with tarfile.open(next(work.glob("*.tar.gz"))) as archive:
        archive.extractall(work / "unpacked")
    build(next((work / "unpacked").iterdir()), "wheel", work)
    for folder in ("checkout", "unpacked"):
        shutil.rmtree(work / folder)
    return next(work.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh environment with the wheel in it; its dependencies and pip come from the environment of the tests."""
    folder = tmp_path_factory.mktemp("fresh") / "venv"
    venv.create(folder)
    pip = [sys.executable, "-m", "pip", "--python", folder, "--disable-pip-version-check"]
    install = ["install", "--quiet", "--no-index", "--no-deps", "--no-compile", wheel]
    subprocess.run([*pip, *install], check=True)
    site = next(folder.glob("lib/python*/site-packages"))
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return folder / "bin"


def build(source: Path, target: str, out: Path) -> None:
    """Build with the project's own back end, without the network that an isolated build wants."""
    call = [sys.executable, "-m", "hatchling", "build", "--target", target, "--directory", str(out)]
    done = subprocess.run(call, cwd=source, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_wheel_brings_everything_it_ships_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0] for name in names if ".dist-info" not in name} == {"tierwise"}
    assert {f"tierwise/_bundle/agents/{name}.md" for name in shipped("agents")} <= set(names)
    assert {f"tierwise/_bundle/commands/{name}.md" for name in shipped("commands")} <= set(names)
    assert {
        "tierwise/py.typed",
        "tierwise/domain/models.json",
        "tierwise/_bundle/hooks/run.py",
        "tierwise/_bundle/bin/tierwise",
    } <= set(names)
    assert {
        "tierwise/_bundle/hooks/hooks.json",
        "tierwise/_bundle/templates/presets/balanced.yaml",
    } <= set(names)


def test_the_installed_wheel_sets_up_a_new_repository(installed: Path, tmp_path: Path) -> None:
    repository = make_repository(tmp_path / "repository")

    def run(*arguments: str, program: str = "tierwise") -> str:
        call = [installed / program, *arguments]
        return subprocess.run(
            call, cwd=repository, check=True, capture_output=True, text=True
        ).stdout

    where = "import tierwise, tierwise.bundle; print(tierwise.__file__, tierwise.bundle.root())"
    assert all(
        path.startswith(str(installed.parent))
        for path in run("-c", where, program="python").split()
    )
    assert "20 of them subagents" in run("install")
    assert run("check") == ""
    agents = {path.stem for path in (repository / ".claude/agents").iterdir()}
    assert agents == set(shipped("agents"))
    run("uninstall", "--purge")
    assert git(repository, "status", "--porcelain", "-uall") == ""
