"""Path patterns as .gitignore reads them, without ``re``: `*.py` anywhere, `docs/*.md` there, `**` any folders."""

TYPE_CHECKING = False  # `typing` costs a hook 10 ms
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def matches(path: str, patterns: "list[str]") -> bool:
    """Whether any pattern matches ``path`` (relative, with slashes)."""
    return any(match(path, pattern) for pattern in patterns)


def match(path: str, pattern: str) -> bool:
    """A pattern without a slash is held against the last part of ``path``, one with a slash against all of it;
    one that ends in a slash matches everything below that folder."""
    if pattern.endswith("/"):
        pattern = pattern + "**" if "/" in pattern[:-1] else f"**/{pattern}**"
    if "/" not in pattern:
        return _part(path.rpartition("/")[2], pattern)
    return _parts(path.split("/"), pattern.lstrip("/").split("/"))


def _parts(path: "list[str]", pattern: "list[str]") -> bool:
    # The same two-pointer walk as in _part, with `**` as the star: linear but for the retries of one star.
    return _walk(path, pattern, "**", _part)


def _part(name: str, pattern: str) -> bool:
    if "[" in pattern:
        from fnmatch import fnmatchcase

        return fnmatchcase(name, pattern)
    return _walk(name, pattern, "*", lambda character, wanted: wanted in ("?", character))


def _walk(text: "Sequence[str]", pattern: "Sequence[str]", star: str, same: "Callable[[str, str], bool]") -> bool:
    at = want = 0
    retry_at = retry_want = -1
    while at < len(text):
        if want < len(pattern) and pattern[want] == star:
            retry_at, retry_want = at, want
            want += 1
        elif want < len(pattern) and same(text[at], pattern[want]):
            at += 1
            want += 1
        elif retry_want >= 0:
            retry_at += 1
            at, want = retry_at, retry_want + 1
        else:
            return False
    while want < len(pattern) and pattern[want] == star:
        want += 1
    return want == len(pattern)
