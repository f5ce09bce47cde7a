"""Path globs for hooks.  Standard library only: ``fnmatch`` would import ``re``.

``*`` and ``?`` stay inside one folder, ``**`` crosses folders (also none), everything else is itself.  Paths use
``/``; a leading ``./`` is ignored.  A glob without a ``/`` is matched against the file's name alone, as in .gitignore;
one that ends in ``/`` means everything below a folder.
"""

from __future__ import annotations

from tierwise.memo import Memo

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def matches_glob(path: str, glob: str) -> bool:
    """Return whether ``path`` (a file or folder, relative or absolute) is one that ``glob`` means.

    ``auth/**`` and ``**/auth/**`` also mean the folder ``auth`` itself.  Time is at most len(path) * len(glob).
    """
    parts = _split_path(path.replace("\\", "/"))
    pattern, plain = _compiled[glob]
    if not parts or not pattern or not plain.issubset(parts):
        return False
    if _match_segments(parts, pattern):
        return True
    means_folder_too = len(pattern) > 1 and pattern[-1] == "**"
    return means_folder_too and _match_segments(parts, pattern[:-1])


def _compile_glob(glob: str) -> tuple[list[str], frozenset[str]]:
    """Return the segments of a glob, and those of them that stand for nothing but themselves."""
    pattern = _split_path(glob)
    if not pattern:
        return [], frozenset()
    plain = frozenset(part for part in pattern if "*" not in part and "?" not in part)
    if glob.endswith("/"):
        pattern = [*pattern, "**"]
    if "/" not in glob.strip("/"):
        pattern = ["**", *pattern]
    return pattern, plain


_compiled = Memo(_compile_glob)


def _split_path(path: str) -> list[str]:
    return [part for part in path.split("/") if part not in ("", ".")]


def any_matches(path: str, globs: Sequence[str]) -> bool:
    """Return whether one of ``globs`` means ``path``."""
    return any(matches_glob(path, glob) for glob in globs)


def _match_segments(
    parts: list[str],
    pattern: list[str],
) -> bool:
    return _match_with_star(
        parts,
        pattern,
        _matches_segment,
        "**",
    )


def _matches_segment(name: str, pattern: str) -> bool:
    if "*" in pattern:
        return _match_with_star(
            name,
            pattern,
            _matches_letter,
            "*",
        )
    if len(name) != len(pattern):
        return False
    return all(map(_matches_letter, name, pattern))


def _matches_letter(letter: str, pattern: str) -> bool:
    return pattern in ("?", letter)


def _match_with_star(
    items: Sequence[str], pattern: Sequence[str], same: Callable[[str, str], bool], star: str
) -> bool:
    """Match with one wild item ``star``, going back to the last star only: never exponential."""
    end = len(pattern)
    at = place = 0
    last_star = -1
    begin = 0  # of what the last star does not cover yet
    while place < len(items):
        if at < end and pattern[at] == star:
            last_star = at
            begin = place
            at += 1
        elif at < end and same(items[place], pattern[at]):
            at += 1
            place += 1
        elif last_star >= 0:
            begin += 1
            place = begin
            at = last_star + 1
        else:
            return False
    while at < end and pattern[at] == star:
        at += 1
    return at == end
