"""Which files decide whether a test passes, and a file that does both: its product part new, its deciding part old."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

from tierwise.gates.reading.brackets import closing
from tierwise.gates.reading.paths import (
    is_code,
    is_config,
    is_snapshot,
    is_test,
)

_FOLDERS = re.compile(
    r"(^|/)(tests?|__tests__|spec|specs|t|testdata|test-data|fixtures|e2e|cypress|__mocks__|__snapshots__)/"
)
_FILES = re.compile(
    r"(^|/)(\.proverc|\.mocharc[^/]*|\.taprc|\.nycrc[^/]*|nightwatch\.conf\.\w+|wdio\.conf\.\w+|\.env\.test"
    r"|jest\.setup\.\w+|(vite|webpack|rollup)\.config\.\w+|setupTests\.\w+|dune-project|CTestTestfile\.cmake)$"
    r"|\.t$"
    # What a test tool, or the interpreter that runs it, loads by its name alone.
    r"|(^|/)(sitecustomize|usercustomize|pytest|_pytest|unittest|doctest|nose)(\.py$|/)|\.pth$|(^|/)(Test2?|TAP)/.*\.pm$"
    r"|(^|/)(node_modules|\.cargo|\.mvn)/|(^|/)(\.npmrc|\.babelrc[^/]*|\.swcrc|assert\.h|pytest\.toml|\.env\.\w*test\w*)$"
)
# In files that describe the product and its tests: sections of the product, taken over as they are now.
_PRODUCT_SECTIONS = {
    "pyproject.toml": re.compile(
        r"project\b|build-system|dependency-groups|tool\.(poetry|setuptools|hatch|pdm|flit)\b"
    ),
    "setup.cfg": re.compile(r"metadata|options\b"),
    "Cargo.toml": re.compile(r"(.*\.)?(dev-|build-)?dependencies\b|features|workspace|bin\b"),
}
# Keys of package.json that say how tests run.
_TEST_KEYS = (
    "scripts",
    "jest",
    "vitest",
    "mocha",
    "ava",
    "tap",
    "nyc",
    "c8",
    "lint-staged",
    "eslintConfig",
    "babel",
)
_SECTION = re.compile(r"^\[+\s*([^\]\s]+)\s*\]+", re.M)
_RUST_TESTS = re.compile(
    r"^[ \t]*#\[cfg\([^\]]*\btest\b[^\]]*\)\]\s*(?:pub\s+)?mod\s+(\w+)\s*\{", re.M
)


def decides(path: str) -> bool:
    """Tell whether a file is a test, a fixture, an expected output, or says how tests run."""
    if is_test(path) or is_snapshot(path) or is_config(path):
        return True
    return any(pattern.search(path) for pattern in (_FOLDERS, _FILES))


def is_readable_test(path: str) -> bool:
    """Tell whether a file holds tests in a language that is read."""
    return (decides(path) and is_code(path)) or path.endswith((".t", ".rs"))


def restore(
    path: str,
    before: bytes | None,
    after: bytes | None,
) -> bytes | None:
    """Return a file of the tree of the old tests: what decides as it was, what is the product's as it is now."""
    name = path.rsplit("/", 1)[-1]
    if before is not None and after is not None:
        if name == "package.json":
            return _restore_package(before, after)
        if name in _PRODUCT_SECTIONS:
            return _restore_sections(
                before,
                after,
                _PRODUCT_SECTIONS[name],
            )
    if decides(path):
        return before
    if path.endswith(".rs") and before is not None and after is not None:
        return _restore_rust(before, after)
    return after


def _restore_package(before: bytes, after: bytes) -> bytes:
    try:
        old, new = json.loads(before), json.loads(after)
    except ValueError:
        return before
    if not isinstance(old, dict) or not isinstance(new, dict):
        return before
    for key in _TEST_KEYS:
        new.pop(key, None)
        if key in old:
            new[key] = old[key]
    if new == json.loads(after):
        return after
    return json.dumps(new, indent=2).encode() + b"\n"


def _restore_sections(
    before: bytes,
    after: bytes,
    product: re.Pattern[str],
) -> bytes:
    old, new = _split_sections(before), _split_sections(after)
    kept = [(name, text) for name, text in old if not product.match(name)]
    taken = [(name, text) for name, text in new if product.match(name)]
    if sorted(new) == sorted((*kept, *taken)):
        return after
    return "\n".join(text for _, text in (*kept, *taken)).encode()


def _split_sections(data: bytes) -> list[tuple[str, str]]:
    text = data.decode("utf-8", "surrogateescape")
    pieces = []
    name, start = "", 0
    for match in _SECTION.finditer(text):
        pieces.append((name, text[start : match.start()]))
        name, start = match[1], match.start()
    pieces.append((name, text[start:]))
    return pieces


def _restore_rust(before: bytes, after: bytes) -> bytes:
    """Restore the modules of unit tests, which live in the file that they test; the rest stays as it is."""
    old = split_rust(before.decode("utf-8", "surrogateescape"))
    new = split_rust(after.decode("utf-8", "surrogateescape"))
    if old[1] == new[1]:
        return after
    text = new[0].rstrip() + "\n\n" + "\n\n".join(old[1])
    return (text.rstrip() + "\n").encode(
        "utf-8",
        "surrogateescape",
    )


def split_rust(text: str) -> tuple[str, list[str]]:
    """Split a source file of Rust into the product's part and the modules of tests."""
    product = []
    modules = []
    position = 0
    for module in list_rust_tests(text):
        product.append(text[position : module.start])
        modules.append(text[module.start : module.stop].strip())
        position = module.stop
    return "".join((*product, text[position:])), modules


def list_rust_tests(text: str) -> list[range]:
    """List where the modules of tests stand in a source file of Rust."""
    ranges = []
    position = 0
    while match := _RUST_TESTS.search(text, position):
        position = closing(text, match.end(), "{", "}")
        ranges.append(range(match.start(), position))
    return ranges


def is_in_any(position: int, spans: Iterable[range]) -> bool:
    """Tell whether a place in a text is in one of some spans."""
    return any(position in span for span in spans)
