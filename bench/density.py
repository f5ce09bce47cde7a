"""How much a reader takes in with each line of code.

    python bench/density.py [--at-most TOKENS] [FOLDER ...]

Prints one line a folder: code lines (without blank lines, comments and docstrings), tokens and
characters a line, conditional expressions per 1,000 lines, and the share of functions whose name
is a single word.  With ``--at-most`` the exit code is 1 where the average passes the limit.
"""

from __future__ import annotations

import argparse
import ast
import sys
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent / "installer" / "tierwise"
LAYOUT = frozenset(
    {
        tokenize.COMMENT,
        tokenize.DEDENT,
        tokenize.ENCODING,
        tokenize.ENDMARKER,
        tokenize.INDENT,
        tokenize.NEWLINE,
        tokenize.NL,
    }
)
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Density:
    """What was counted in some files; sums of such counts are counts again."""

    lines: int = 0
    tokens: int = 0
    characters: int = 0
    conditionals: int = 0
    functions: int = 0
    one_word_names: int = 0

    def __add__(self, other: Density) -> Density:
        return Density(
            self.lines + other.lines,
            self.tokens + other.tokens,
            self.characters + other.characters,
            self.conditionals + other.conditionals,
            self.functions + other.functions,
            self.one_word_names + other.one_word_names,
        )

    def describe(self) -> str:
        """One line for people."""
        lines = max(1, self.lines)
        one_word = self.one_word_names / max(1, self.functions)
        return (
            f"{self.lines:,} code lines, {self.tokens / lines:.2f} tokens and "
            f"{self.characters / lines:.0f} characters a line, "
            f"{1000 * self.conditionals / lines:.0f} conditional expressions per 1,000 lines, "
            f"{one_word:.0%} of {self.functions:,} functions have a one-word name"
        )


def measure_folder(folder: Path) -> Density:
    """Add up all Python files below a folder."""
    return sum((measure_file(path) for path in sorted(folder.rglob("*.py"))), Density())


def measure_file(path: Path) -> Density:
    """Count one file."""
    source = path.read_bytes()
    nodes = list(ast.walk(ast.parse(source)))
    documentation = set(_find_docstring_lines(nodes))
    rows = []
    with path.open("rb") as handle:
        for token in tokenize.tokenize(handle.readline):
            if token.type not in LAYOUT and token.start[0] not in documentation:
                rows.append(token.start[0])
    text = source.decode("utf-8").splitlines()
    functions = [node for node in nodes if isinstance(node, Function)]
    named = [node for node in functions if not node.name.startswith("__")]
    return Density(
        lines=len(set(rows)),
        tokens=len(rows),
        characters=sum(len(text[row - 1].strip()) for row in set(rows)),
        conditionals=sum(isinstance(node, ast.IfExp) for node in nodes),
        functions=len(named),
        one_word_names=sum("_" not in node.name.strip("_") for node in named),
    )


def _find_docstring_lines(nodes: list[ast.AST]) -> Iterator[int]:
    for node in nodes:
        if not isinstance(node, ast.Module | ast.ClassDef | Function):
            continue
        if ast.get_docstring(node, clean=False) is None:
            continue
        first = node.body[0]
        yield from range(first.lineno, (first.end_lineno or first.lineno) + 1)


def main() -> int:
    """Print the figures; the exit code is 1 where a folder is denser than allowed."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folders", nargs="*", type=Path, default=[PACKAGE])
    parser.add_argument("--at-most", type=float, help="tokens a code line, on average")
    options = parser.parse_args()
    code = 0
    for folder in options.folders:
        density = measure_folder(folder)
        print(f"{folder}: {density.describe()}")
        if options.at_most and density.tokens > options.at_most * density.lines:
            print(f"{folder}: denser than {options.at_most} tokens a line", file=sys.stderr)
            code = 1
    return code


if __name__ == "__main__":
    sys.exit(main())
