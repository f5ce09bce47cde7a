"""What makes a function give nothing, or another value, as its first statement: in each language that tests are run in.

The rest of its body stays behind it, so that everything that it names is still used.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal

from tierwise.gates.reading.function_bodies import Function

Instead = Literal["nothing", "other", "error"]
_Make = Callable[[str, Instead], "str | None"]

_C_SPECIFIERS = re.compile(
    r"\b(?:static|inline|extern|const|register|_Noreturn)\b|__\w+__(?:\(\(.*?\)\))?"
)
_C_WHOLE = re.compile(
    r"(?:const )?(?:unsigned |signed |long |short )*(?:int|char|long|short|unsigned|bool|_Bool|size_t|ssize_t|u?int\d+_t)"
)
_FLOATING = re.compile(r"float|double|f32|f64|float32|float64")
_RUST_WHOLE = re.compile(r"[iu](?:8|16|32|64|128|size)")
# Types of Rust that surely have an empty value.
_RUST_EMPTY = re.compile(
    r"\(\)|bool|char|String|&(?:'static )?str|[iu](?:8|16|32|64|128|size)|f32|f64"
    r"|(?:\w+::)*(?:Option|Vec|HashMap|HashSet|BTreeMap|BTreeSet|VecDeque)<.*>",
    re.S,
)
_GO_WHOLE = re.compile(r"u?int(?:8|16|32|64)?|byte|rune")
_JAVA_WHOLE = re.compile(r"int|long|short|byte|Integer|Long")
_JAVA_MODIFIERS = re.compile(
    r"\b(?:public|private|protected|static|final|abstract|synchronized|native|default|strictfp)\b|@\w+(?:\([^)]*\))?"
)
_JAVA_EMPTY = {
    "Optional": "java.util.Optional.empty()",
    "List": "java.util.List.of()",
    "Set": "java.util.Set.of()",
    "Map": "java.util.Map.of()",
    "Stream": "java.util.stream.Stream.empty()",
    "boolean": "false",
    "char": "'\\0'",
}
_NOBODY = "what nothing is equal to"


def make_return(
    path: str,
    function: Function,
    instead: Instead,
) -> str | None:
    """Make the statement that ends a function at once; None for a language, or a type, that is not known.

    ``nothing``: with the language's empty value; ``other``: with one that is not empty, where the type has one;
    ``error``: with an error, where the language has errors that one test alone fails by.
    """
    language = path.rpartition(".")[2]
    if instead == "error":
        return _ERRORS.get(language)
    make = _MAKERS.get(language)
    if make is None:
        return None
    return make(function.result, instead) or make(function.result, "nothing")


def _make_c(result: str, instead: Instead) -> str | None:
    kind = " ".join(_C_SPECIFIERS.sub("", result).split())
    if kind == "void":
        return _unless_other("return;", instead)
    if not kind:
        return None
    if instead == "nothing":
        return f"return ({kind}){{0}};"
    if _C_WHOLE.fullmatch(kind) or _FLOATING.fullmatch(kind):
        return "return 1;"
    return None


def _make_cpp(result: str, instead: Instead) -> str | None:
    if re.search(r"\bvoid$", result):
        return _unless_other("return;", instead)
    return _unless_other("return {};", instead)


def _make_go(result: str, instead: Instead) -> str | None:
    kinds = result.strip()
    if not kinds:
        return _unless_other("if true { return };", instead)
    if kinds.startswith("("):
        parts = [part.strip() for part in kinds[1:-1].split(",")]
        if any(" " in part for part in parts):
            return _unless_other("if true { return };", instead)
    else:
        parts = [kinds]
    values = [f"*new({part})" for part in parts]
    if instead == "other":
        other = _find_value(
            parts[0],
            _GO_WHOLE,
            f'"{_NOBODY}"',
            "string",
        )
        if other is None:
            return None
        values[0] = other
    return f"if true {{ return {', '.join(values)} }};"


def _make_java(result: str, instead: Instead) -> str | None:
    kind = re.sub(
        r"^<[^>]*>\s*",
        "",
        _JAVA_MODIFIERS.sub("", result).strip(),
    )
    name = kind.partition("<")[0].rpartition(".")[2]
    if not name:
        return None
    if name == "void":
        return _unless_other("if (true) return;", instead)
    if instead == "other":
        other = _find_value(
            name,
            _JAVA_WHOLE,
            f'"{_NOBODY}"',
            "String",
        )
        return None if other is None else f"if (true) return {other};"
    value = _JAVA_EMPTY.get(name, "null")
    if re.fullmatch(r"int|long|short|byte|float|double", kind):
        value = "0"
    return f"if (true) return {value};"


def _make_rust(result: str, instead: Instead) -> str | None:
    kind = re.split(r"\bwhere\b", result.removeprefix("->").strip())[0].strip()
    if not kind:
        return _unless_other("if true { return; }", instead)
    if instead == "nothing":
        return f"if true {{ {_make_rust_empty(kind)}; }}"
    other = _find_rust_other(kind)
    return None if other is None else f"if true {{ return {other}; }}"


def _make_rust_empty(kind: str) -> str:
    wrapped = re.fullmatch(
        r"(?:\w+::)*Result<\s*([^,]+?)\s*(?:,.*)?>",
        kind,
        re.S,
    )
    if wrapped and _RUST_EMPTY.fullmatch(wrapped[1]):
        return "return Ok(Default::default())"
    if _RUST_EMPTY.fullmatch(kind):
        return "return Default::default()"
    return f'panic!("{_NOBODY}")'  # fits every type


def _find_rust_other(kind: str) -> str | None:
    """Find a value of a type of Rust that is not its empty one."""
    wrapped = re.fullmatch(
        r"(?:\w+::)*(Option|Result)<\s*([^,]+?)\s*(?:,.*)?>",
        kind,
        re.S,
    )
    if wrapped:
        inner = _find_rust_other(wrapped[2])
        wrapper = "Some" if wrapped[1] == "Option" else "Ok"
        return None if inner is None else f"{wrapper}({inner})"
    if kind == "bool":
        return "true"
    if kind == "String":
        return f'"{_NOBODY}".to_string()'
    return _find_value(
        kind,
        _RUST_WHOLE,
        f'"{_NOBODY}"',
        "&str",
        "&'static str",
    )


def _find_value(
    kind: str,
    whole: re.Pattern[str],
    text: str,
    *texts: str,
) -> str | None:
    """Find a value that is not empty, of a type that is known."""
    if kind in texts:
        return text
    if whole.fullmatch(kind):
        return "1"
    if _FLOATING.fullmatch(kind):
        return "1.5"
    if kind in ("bool", "boolean"):
        return "true"
    return None


def _unless_other(
    statement: str,
    instead: Instead,
) -> str | None:
    return statement if instead == "nothing" else None


def _always(nothing: str, other: str) -> _Make:
    return lambda _, instead: nothing if instead == "nothing" else other


_JAVASCRIPT = ("js", "jsx", "mjs", "cjs")
_TYPESCRIPT = ("ts", "tsx", "mts", "cts")
_PERL = ("pl", "pm")
_MAKERS: dict[str, _Make] = {
    "py": _always("return", "return object()"),
    **dict.fromkeys(_JAVASCRIPT, _always("return;", "return {};")),
    **dict.fromkeys(_TYPESCRIPT, _always("return undefined as never;", "return {} as never;")),
    **dict.fromkeys(_PERL, _always("return;", f"return '{_NOBODY}';")),
    "rb": _always("return nil", "return Object.new"),
    "sh": _always("return 0;", f"echo '{_NOBODY}'; return 1;"),
    "c": _make_c,
    **dict.fromkeys(("cc", "cpp"), _make_cpp),
    "go": _make_go,
    "java": _make_java,
    "rs": _make_rust,
}
_ERRORS = {
    "py": f'raise RuntimeError("{_NOBODY}")',
    **dict.fromkeys((*_JAVASCRIPT, *_TYPESCRIPT), f'throw new Error("{_NOBODY}");'),
    **dict.fromkeys(_PERL, f"die '{_NOBODY}';"),
    "rb": f'raise "{_NOBODY}"',
    "java": f'if (true) throw new IllegalStateException("{_NOBODY}");',
    "rs": f'if true {{ panic!("{_NOBODY}"); }}',
}
