"""Small pieces of SVG and HTML: text that is escaped, scales with round ticks."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from html import escape

from tierwise.report.findings.finding import ONE_CENT, money

WIDTH = 960
"""Of every chart."""

_THOUSAND = 1000
_SMALLEST_SHARE = 0.005  # a smaller one would be rounded to 0 %


def number(value: float) -> str:
    """Return a coordinate: two decimals at most."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def rect(
    x: float,
    y: float,
    width: float,
    height: float,
    css: str,
    title: str = "",
) -> str:
    """Return a bar; ``title`` is what a pointer held over it says."""
    said = ""
    if title:
        said = f"<title>{escape(title)}</title>"
    size = f'x="{number(x)}" y="{number(y)}" width="{number(max(width, 0))}" height="{number(max(height, 0))}"'
    return f'<rect {size} class="{css}">{said}</rect>'


def text(
    x: float,
    y: float,
    words: str,
    css: str = "",
    anchor: str = "start",
) -> str:
    """Return a line of text."""
    styled = ""
    if css:
        styled = f' class="{css}"'
    place = f'x="{number(x)}" y="{number(y)}" text-anchor="{anchor}"'
    return f"<text {place}{styled}>{escape(words)}</text>"


def line(
    x1: float,
    y1: float,
    x2: float,
    y2: float,
    css: str,
) -> str:
    """Return a straight line."""
    ends = f'x1="{number(x1)}" y1="{number(y1)}" x2="{number(x2)}" y2="{number(y2)}"'
    return f'<line {ends} class="{css}"/>'


def picture(
    name: str, width: int, height: float, title: str, description: str, body: Iterable[str]
) -> str:
    """Return a chart that a screen reader announces by its title and description."""
    return (
        f'<div class="chart" tabindex="0"><svg viewBox="0 0 {width} {number(height)}" role="img" '
        f'aria-labelledby="{name}-title {name}-words" xmlns="http://www.w3.org/2000/svg">'
        f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-words">{escape(description)}</desc>'
        f"{''.join(body)}</svg></div>"
    )


def table(
    caption: str,
    head: Sequence[str],
    rows: Iterable[Sequence[str]],
) -> str:
    """Return the figures behind a chart; the first cell of a row is its heading."""
    top = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in head)
    body = ""
    for name, *figures in rows:
        cells = "".join(f"<td>{escape(cell)}</td>" for cell in figures)
        body += f'<tr><th scope="row">{escape(name)}</th>{cells}</tr>'
    return (
        f'<details><summary>Figures: {escape(caption)}</summary><div class="scroll" tabindex="0"><table>'
        f"<caption>{escape(caption)}</caption><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div></details>"
    )


def ticks(top: float, count: int = 4) -> list[float]:
    """Return round values from 0 to at least ``top``."""
    if top <= 0:
        return [0.0, 1.0]
    rough = top / count
    power = 10.0 ** math.floor(math.log10(rough))
    steps = [size * power for size in (1, 2, 2.5, 5, 10)]
    step = next(step for step in steps if step >= rough)
    last = math.ceil(top / step - 1e-9)
    return [step * index for index in range(last + 1)]


def tick_words(value: float) -> str:
    """Return a tick's dollars, as short as they can be."""
    if value >= _THOUSAND:
        return f"${value / _THOUSAND:g}k"
    if value and value < ONE_CENT:
        return money(value)
    return f"${value:g}"


def share_words(share: float) -> str:
    """Return a share as a whole percentage; less than one is said to be."""
    if 0 < share < _SMALLEST_SHARE:
        return "<1%"
    return f"{share:.0%}"


def short(words: str, size: int) -> str:
    """Keep at most so many characters."""
    if len(words) <= size:
        return words
    return words[: size - 1] + "…"
