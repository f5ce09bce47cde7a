"""YAML with any tags: the parser's events are read and nothing is built, so `!Ref` and `!vault` are just tags.

Building the tree would recurse, in C, and a file of brackets alone would end the hook with a crash.
"""

import sys

from tierwise.checks.installed import import_installed

# libyaml takes time that grows with the square of the brackets that are open at once.
_DEEPEST = 2_000


def fault(path: str, data: bytes, settings: "dict[str, object]") -> "tuple[str, int, int] | None":
    """Why ``data`` is not YAML, or None.  Templates that become YAML only when rendered are let through."""
    yaml = import_installed("yaml")
    if yaml is None:
        print(
            "tierwise: YAML was not checked: pyyaml is not installed beside tierwise",
            file=sys.stderr,
        )
        return None
    if _depth(data) > _DEEPEST:
        return "YAML: nested too deep", 0, 0
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        anchors: set[str] = set()
        for event in yaml.parse(data, Loader=loader):
            if isinstance(event, yaml.DocumentStartEvent):
                anchors = set()
            elif isinstance(event, yaml.AliasEvent) and event.anchor not in anchors:
                mark = event.start_mark
                return f"YAML: undefined alias {event.anchor}", mark.line + 1, mark.column + 1
            elif getattr(event, "anchor", None):
                anchors.add(event.anchor)
    except yaml.YAMLError as error:
        if _is_template(path, data):
            return None
        mark = getattr(error, "problem_mark", None)
        words = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error)
        return f"YAML: {words}", mark.line + 1 if mark else 0, mark.column + 1 if mark else 0
    return None


def _depth(data: bytes) -> int:
    """The most brackets that are open at once, strings and comments counted too: an upper bound."""
    if data.count(b"[") + data.count(b"{") <= _DEEPEST:
        return 0
    deepest = depth = 0
    for byte in data:
        if byte in b"[{":
            depth += 1
            deepest = max(deepest, depth)
        elif byte in b"]}" and depth:
            depth -= 1
    return deepest


def _is_template(path: str, data: bytes) -> bool:
    """Helm charts and Jinja files: `{%`, or `{{` in a folder named templates (`${{` is GitHub's, in real YAML)."""
    if b"{%" in data:
        return True
    return "templates" in path.split("/")[:-1] and b"{{" in data.replace(b"${{", b"")
