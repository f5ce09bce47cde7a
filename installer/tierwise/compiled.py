"""Imports of Tierwise's own modules by one look at each compiled file.  Standard library only: hooks start with this.

Python's own finder lists folders, tries three kinds of file for every package and asks for a source's state twice:
half of what it costs to start a hook.  Here a compiled file is read where it must be, and taken where it is of the
very source beside it.  The few modules of Python's own that hooks need are looked for in its own folders only, not in
all of ``sys.path``.  Whatever else there is, such as no compiled file or an older one, is left to Python's finder.
"""

import os
import sys
from marshal import loads

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType

_FIELD = 4  # bytes of each of the four fields of a compiled file's head
_FIELD_MASK = (1 << 8 * _FIELD) - 1
_HEAD = 4 * _FIELD
_CHECKED_BY_TIME = bytes(_FIELD)
# Bytes that are read at once; a file of more is left to Python's finder.  For twice as many, memory would be mapped
# and given back for each file.
_MOST = 1 << 16
# What hooks import of the standard library that most builds have as files: libraries in C, and one in Python.
_LIBRARIES = frozenset(("_blake2", "_json", "binascii", "fcntl"))
_PYTHONS = "__future__"
_LIBRARY_FOLDER = "/lib-dynload"


def import_compiled() -> None:
    """Read compiled files first from now on; nothing changes where this Python keeps them in another way."""
    usual = sys.implementation.name == "cpython" and not sys.flags.optimize
    if usual and sys.pycache_prefix is None:
        finder = CompiledFinder()
        sys.meta_path.insert(0, finder)
        _finders.append(finder)


def load_in_order(names: "Iterable[str]") -> None:
    """Load modules of ours, each of which stands behind those that it imports.

    Python's own steps around a module take as long as the module.  Where one cannot be loaded so, Python loads it and
    the rest when they are imported; nothing is loaded before :func:`import_compiled`.
    """
    for finder in _finders:
        for name in names:
            if name not in sys.modules and not finder.load(name):
                return


_finders: "list[CompiledFinder]" = []


class CompiledFinder:
    """Finds the modules inside of one package, ``tierwise``, and a few of Python's own."""

    def __init__(self) -> None:
        from _frozen_importlib import ModuleSpec
        from _frozen_importlib_external import (
            EXTENSION_SUFFIXES,
            MAGIC_NUMBER,
            ExtensionFileLoader,
        )

        self._make_spec: Callable[..., ModuleSpec] = ModuleSpec
        self._make_module = type(sys)
        self._make_library_loader = ExtensionFileLoader
        self._library_ending = EXTENSION_SUFFIXES[0]
        self._libraries = _find_libraries()
        self._ending = f".{sys.implementation.cache_tag}.pyc"
        self._head = MAGIC_NUMBER + _CHECKED_BY_TIME

    def find_spec(
        self, name: str, path: "Sequence[str] | None" = None, target: "ModuleType | None" = None
    ) -> "ModuleSpec | None":
        """Return the module of this name; None leaves it to the finders that follow."""
        if not path:
            return self._find_pythons(name)
        if not name.startswith("tierwise."):
            return None
        stem = name.rpartition(".")[2]
        spec = self._read_spec(name, path[0], stem)
        if spec is None:
            folder = f"{path[0]}/{stem}"
            spec = self._read_spec(name, folder, "__init__")
            if spec is not None:
                spec.submodule_search_locations = [folder]
        return spec

    def load(self, name: str) -> bool:
        """Load a module; return whether it could be, which wants its package to be loaded."""
        folder, _, stem = name.rpartition(".")
        package = sys.modules.get(folder)
        if package is None:
            return False
        spec = self.find_spec(name, package.__path__)
        if spec is None or spec.loader is None:
            return False
        module = self._make_module(name)
        module.__spec__ = spec
        module.__file__ = spec.origin
        if spec.submodule_search_locations is not None:
            module.__path__ = spec.submodule_search_locations
        sys.modules[name] = module
        try:
            spec.loader.exec_module(module)
        except BaseException:
            del sys.modules[name]
            raise
        setattr(package, stem, module)
        return True

    def _find_pythons(self, name: str) -> "ModuleSpec | None":
        """Find a module of Python's own."""
        if not self._libraries:
            return None
        if name in _LIBRARIES:
            return self._find_library(name)
        if name == _PYTHONS:
            folder = self._libraries.removesuffix(_LIBRARY_FOLDER)
            return self._read_spec(name, folder, name)
        return None

    def _find_library(self, name: str) -> "ModuleSpec | None":
        """Find a library in C; None for one that is built into this Python."""
        path = f"{self._libraries}/{name}{self._library_ending}"
        try:
            os.stat(path)
        except OSError:
            return None
        spec = self._make_spec(
            name,
            self._make_library_loader(name, path),
            origin=path,
        )
        spec.has_location = True
        return spec

    def _read_spec(
        self,
        name: str,
        folder: str,
        stem: str,
    ) -> "ModuleSpec | None":
        source = f"{folder}/{stem}.py"
        compiled = f"{folder}/__pycache__/{stem}{self._ending}"
        try:
            data = _read_file(compiled)
            state = os.stat(source)
        except OSError:
            return None
        time = int(state.st_mtime) & _FIELD_MASK
        size = state.st_size & _FIELD_MASK
        fields = (size << 8 * _FIELD | time).to_bytes(
            2 * _FIELD,
            "little",
        )
        if data[:_HEAD] != self._head + fields or len(data) == _MOST:
            return None
        spec = self._make_spec(
            name,
            _Loader(data),
            origin=source,
        )
        spec.has_location = True
        spec.cached = compiled
        return spec


class _Loader:
    """Runs a module's code in the module."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def create_module(self, spec: "ModuleSpec") -> None:
        """Leave the module to be made as usual."""

    def exec_module(self, module: "ModuleType") -> None:
        """Fill the module."""
        code = loads(memoryview(self._data)[_HEAD:])
        self._data = b""
        exec(code, module.__dict__)


def _find_libraries() -> str:
    """Return the folder of Python's libraries in C; empty where it has none."""
    for folder in sys.path:
        if folder.endswith(_LIBRARY_FOLDER):
            return folder
    return ""


def _read_file(path: str) -> bytes:
    descriptor = os.open(
        path,
        os.O_RDONLY | getattr(os, "O_BINARY", 0),
    )
    try:
        return os.read(descriptor, _MOST)
    finally:
        os.close(descriptor)
