"""The first README command's environment: made once, mended when broken, left alone otherwise."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from types import ModuleType

import pytest
from tests.support.checkout import ROOT


def load(name: str) -> ModuleType:
    """A module of ``installer/``, which is a folder of programs and no package."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "installer" / f"{name}.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # installer/__main__.py imports it by this name
    spec.loader.exec_module(module)
    return module


private_venv = load("private_venv")


@pytest.fixture
def wheel(tmp_path: Path) -> Path:
    """A wheel without dependencies, which pip installs without a network."""
    path = tmp_path / "pebble-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("pebble.py", "print('pebble')\n")
        archive.writestr(
            "pebble-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: pebble\nVersion: 1.0\n"
        )
        archive.writestr(
            "pebble-1.0.dist-info/WHEEL",
            "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        )
        archive.writestr("pebble-1.0.dist-info/RECORD", "")
    return path


def pebble(folder: Path) -> str:
    call = [str(private_venv.python_of(folder)), "-m", "pebble"]
    return subprocess.run(call, capture_output=True, text=True, check=True).stdout


@pytest.mark.slow
def test_it_is_made_once_and_again_when_something_has_changed(tmp_path: Path, wheel: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    (source / "a").write_text("1")
    folder = tmp_path / "data" / "venv"
    call = ["--no-index", "--force-reinstall", str(wheel)]
    hidden = wheel.rename(tmp_path / "hidden")
    with pytest.raises(private_venv.SetupError, match="pip could not install"):
        private_venv.prepare(folder, call, sources=[source])
    hidden.rename(wheel)
    assert private_venv.prepare(folder, call, sources=[source]) is True
    assert pebble(folder) == "pebble\n"
    assert private_venv.prepare(folder, call, sources=[source]) is False

    (source / "a").write_text("2")
    assert private_venv.prepare(folder, call, sources=[source]) is True

    private_venv.python_of(folder).unlink()  # as when the Python it was made with has been removed
    assert private_venv.prepare(folder, call, sources=[source]) is True
    assert pebble(folder) == "pebble\n"


def test_a_folder_of_somebody_elses_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear")
    with pytest.raises(private_venv.SetupError, match="is no virtual environment"):
        private_venv.prepare(tmp_path, [], sources=[])
    assert (tmp_path / "letter.txt").read_text() == "dear"


def test_where_python_has_no_ensurepip_the_error_says_what_to_install(tmp_path: Path) -> None:
    """As on Debian without python3-venv: the module is hidden from a real run of the program."""
    (tmp_path / "sitecustomize.py").write_text(
        "import importlib.util as util\n"
        "find = util.find_spec\n"
        "util.find_spec = lambda name, *rest: None if name == 'ensurepip' else find(name, *rest)\n"
    )
    env = {**os.environ, "PYTHONPATH": str(tmp_path), "XDG_DATA_HOME": str(tmp_path / "data")}
    call = [sys.executable, str(ROOT / "installer")]
    done = subprocess.run(call, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 4
    assert "has no module 'ensurepip'" in done.stderr
    assert "sudo apt install python3-venv" in done.stderr
    assert not (tmp_path / "data").exists()
