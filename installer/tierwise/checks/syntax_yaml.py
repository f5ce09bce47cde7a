"""YAML with any tags: the document is composed, never constructed, so `!Ref` and `!vault` are just tags."""

import sys

from tierwise.checks.installed import import_installed


def fault(path: str, data: bytes, settings: "dict[str, object]") -> "tuple[str, int, int] | None":
    """Why ``data`` is not YAML, or None.  Templates that become YAML only when rendered are let through."""
    yaml = import_installed("yaml")
    if yaml is None:
        print("tierwise: YAML was not checked: pyyaml is not installed beside tierwise", file=sys.stderr)
        return None
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        for _ in yaml.compose_all(data, Loader=loader):
            pass
    except yaml.YAMLError as error:
        if _is_template(path, data):
            return None
        mark = getattr(error, "problem_mark", None)
        words = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error)
        return f"YAML: {words}", mark.line + 1 if mark else 0, mark.column + 1 if mark else 0
    except RecursionError:
        return "YAML: nested too deep", 0, 0
    return None


def _is_template(path: str, data: bytes) -> bool:
    """Helm charts and Jinja files: `{%`, or `{{` in a folder named templates (`${{` is GitHub's, in real YAML)."""
    if b"{%" in data:
        return True
    return "templates" in path.split("/")[:-1] and b"{{" in data.replace(b"${{", b"")
