"""The hook's own way to import: compiled files are read only where they are of the very source beside them."""

from __future__ import annotations

import os
import py_compile
import subprocess
import sys
from pathlib import Path

import pytest

from tierwise import compiled

PROGRAM = """
import sys
sys.path.insert(0, sys.argv[1])
from tierwise.compiled import import_compiled
import_compiled()
import tierwise.inner.part as part
folders = sys.modules["tierwise.inner"].__path__
print(part.SAID, type(part.__spec__.loader).__name__, part.__file__, *folders)
"""
IN_ORDER = """
import sys
sys.path.insert(0, sys.argv[1])
from tierwise.compiled import import_compiled, load_in_order
if sys.argv[2] == "ours":
    import_compiled()
load_in_order(sys.argv[3:])
loaded = "tierwise.inner.part" in sys.modules
from tierwise.inner import part
print(loaded, part.SAID, part.__file__, part.__spec__.origin, *part.__spec__.parent.split())
"""
FAILING = """
import sys
sys.path.insert(0, sys.argv[1])
from tierwise.compiled import import_compiled, load_in_order
import_compiled()
try:
    load_in_order(sys.argv[2:])
except OSError as error:
    print(error, "tierwise.inner.part" in sys.modules)
"""
OF_PYTHON = """
import sys
sys.path.insert(0, sys.argv[1])
from tierwise.compiled import import_compiled
import_compiled()
before = {*sys.path_importer_cache}
import __future__, _blake2, _json, binascii
after = {*sys.path_importer_cache}
print(_blake2.blake2b().name, binascii.crc32(b"a"), *after - before)
"""
OURS, PYTHONS = "_Loader", "SourceFileLoader"


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A small package of the same name, with a module in a folder, all compiled."""
    package = tmp_path / "tierwise"
    (package / "inner").mkdir(parents=True)
    (package / "compiled.py").write_bytes(Path(compiled.__file__).read_bytes())
    for path in (package / "__init__.py", package / "inner" / "__init__.py"):
        path.touch()
    (package / "inner" / "part.py").write_text("SAID = 'first'\n")
    for path in package.rglob("*.py"):
        py_compile.compile(str(path))
    return package


def run_program(package: Path, *flags: str) -> list[str]:
    """What the module says, the loader that it came by, its file and the folders of its package."""
    command = [sys.executable, "-S", "-E", *flags, "-c", PROGRAM, str(package.parent)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env={})
    return done.stdout.split()


def test_a_compiled_module_is_read_at_once(package: Path) -> None:
    part = package / "inner" / "part.py"
    assert run_program(package) == ["first", OURS, str(part), str(part.parent)]


@pytest.mark.parametrize("newer", [True, False], ids=["newer", "older"])
def test_a_changed_source_is_compiled_by_python(newer: bool, package: Path) -> None:
    part = package / "inner" / "part.py"
    time = os.stat(part).st_mtime + (10 if newer else -10)
    part.write_text("SAID = 'other'\n")  # of the same length
    os.utime(part, (time, time))
    assert run_program(package)[:2] == ["other", PYTHONS]
    assert run_program(package)[:2] == ["other", OURS]


def test_a_source_of_another_length_is_compiled_by_python(package: Path) -> None:
    part = package / "inner" / "part.py"
    time = os.stat(part).st_mtime
    part.write_text("SAID = 'longer'\n")
    os.utime(part, (time, time))
    assert run_program(package)[:2] == ["longer", PYTHONS]


@pytest.mark.parametrize("data", [b"", b"no code", None], ids=["empty", "other", "absent"])
def test_what_is_no_compiled_file_is_left_to_python(data: bytes | None, package: Path) -> None:
    (path,) = (package / "inner" / "__pycache__").glob("part.*")
    path.unlink()
    if data is not None:
        path.write_bytes(data)
    assert run_program(package)[:2] == ["first", PYTHONS]


def test_a_compiled_file_of_more_than_is_read_at_once_is_left_to_python(package: Path) -> None:
    part = package / "inner" / "part.py"
    with part.open("a") as file:
        file.write(f"LONG = {'x' * (1 << 17)!r}\n")
    py_compile.compile(str(part))
    assert run_program(package)[:2] == ["first", PYTHONS]


def test_a_source_that_is_gone_does_not_live_on(package: Path) -> None:
    (package / "inner" / "part.py").unlink()
    with pytest.raises(subprocess.CalledProcessError):
        run_program(package)


def test_a_file_checked_by_its_hash_is_left_to_python(package: Path) -> None:
    part = package / "inner" / "part.py"
    mode = py_compile.PycInvalidationMode.CHECKED_HASH
    py_compile.compile(str(part), invalidation_mode=mode)
    assert run_program(package)[:2] == ["first", PYTHONS]


@pytest.mark.parametrize("flags", [("-O",), ("-X", "pycache_prefix=elsewhere")], ids=" ".join)
def test_other_places_of_compiled_files_are_pythons(flags: tuple[str, ...], package: Path) -> None:
    assert run_program(package, *flags, "-B")[1] == PYTHONS


def load_in_order(package: Path, which: str, *names: str) -> list[str]:
    """Whether the module was loaded by the list, what it says, and where it is of."""
    command = [sys.executable, "-S", "-E", "-c", IN_ORDER, str(package.parent), which, *names]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env={})
    return done.stdout.split()


def test_modules_are_loaded_in_the_order_of_a_list(package: Path) -> None:
    part = str(package / "inner" / "part.py")
    told = load_in_order(package, "ours", "tierwise.inner", "tierwise.inner.part")
    assert told == ["True", "first", part, part, "tierwise.inner"]


@pytest.mark.parametrize(
    ("which", "names"),
    [
        ("pythons", ["tierwise.inner", "tierwise.inner.part"]),
        ("ours", ["tierwise.inner", "tierwise.nowhere", "tierwise.inner.part"]),
        ("ours", ["tierwise.inner.part"]),
    ],
    ids=["another way to import", "a module that is gone", "a package that is not loaded"],
)
def test_what_a_list_cannot_load_is_imported_as_ever(
    which: str, names: list[str], package: Path
) -> None:
    part = str(package / "inner" / "part.py")
    told = load_in_order(package, which, *names)
    assert told == ["False", "first", part, part, "tierwise.inner"]


def test_a_module_of_the_list_that_fails_does_not_stay_half_loaded(package: Path) -> None:
    part = package / "inner" / "part.py"
    part.write_text("SAID = 'first'\nraise OSError('broken')\n")
    py_compile.compile(str(part))
    names = ["tierwise.inner", "tierwise.inner.part"]
    command = [sys.executable, "-S", "-E", "-c", FAILING, str(package.parent), *names]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env={})
    assert done.stdout.split() == ["broken", "False"]


def test_pythons_own_modules_are_found_without_a_look_through_every_folder(package: Path) -> None:
    command = [sys.executable, "-S", "-E", "-c", OF_PYTHON, str(package.parent)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env={})
    assert done.stdout.split() == ["blake2b", str(0xE8B7BE43)]
