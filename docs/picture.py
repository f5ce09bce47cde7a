"""Draw what a day of subagents costs before and after, and write the table of the examples.

``python docs/picture.py`` prices ``examples/day.txt`` by each policy of ``examples/policies``, as ``tierwise estimate``
does, and writes ``docs/assets/bill.svg`` and the table in ``examples/README.md``.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tierwise.domain import models
from tierwise.domain.estimate import DailyTask, EstimateRow, add_rows, estimate_mix, parse_mix
from tierwise.policy.compile import compile_table
from tierwise.policy.load import parse_policy

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "examples"
PICTURE = ROOT / "docs" / "assets" / "bill.svg"
PAGE = EXAMPLES / "README.md"
START, END = "<!-- table -->\n", "<!-- end of table -->\n"

WIDTH, BAR, GAP, TOP, LEFT = 720, 34, 22, 74, 190
ROOM = 400  # the longest bar's pixels
COLOURS = {"light": "#2dd4bf", "mid": "#4f8cff", "frontier": "#ffb020"}
GREY, LIGHT_GREY = "#9aa3b2", "#d5dae3"


@dataclass(frozen=True)
class Example:
    """One policy's estimate for the day."""

    name: str
    rows: list[EstimateRow]

    @property
    def total(self) -> EstimateRow:
        """The sum of the day."""
        return add_rows(self.rows)

    def cost_of(self, tier: str) -> float:
        """What the policy sends to a tier costs, in dollars."""
        return sum(row.routed_usd or 0.0 for row in self.rows if row.tier == tier)


def read_day() -> list[DailyTask]:
    """The tasks of the example's day."""
    lines = (EXAMPLES / "day.txt").read_text(encoding="utf-8").splitlines()
    return [parse_mix(line) for line in lines if line and not line.startswith("#")]


def read_examples() -> list[Example]:
    """Every policy of the examples with its estimate, by name."""
    day = read_day()
    paths = sorted((EXAMPLES / "policies").glob("*.yaml"))
    return [
        Example(path.stem, estimate_mix(compile_table(parse_policy(path.read_bytes())), day))
        for path in paths
    ]


def draw_picture(examples: list[Example]) -> str:
    """The chart: everything on the top tier as a range, then one bar a policy, its tiers in colours."""
    highest = max(one.total.without_high_usd or 0.0 for one in examples)
    scale = ROOM / highest
    first = examples[0].total
    low, high = first.without_low_usd or 0.0, first.without_high_usd or 0.0
    parts = [
        _text(LEFT, 26, "A day of subagents, before and after", size=17, weight=600),
        _text(
            LEFT, 48, f"list prices of {models.as_of()}, the day in examples/day.txt", colour=GREY
        ),
        _text(LEFT - 12, TOP + 22, "all on the top tier", anchor="end"),
        _bar(LEFT, TOP, low * scale, LIGHT_GREY),
        _bar(LEFT + low * scale, TOP, (high - low) * scale, LIGHT_GREY, opacity=0.5),
        _text(LEFT + high * scale + 10, TOP + 22, f"${low:.2f} to ${high:.2f}"),
    ]
    for number, one in enumerate(examples, start=1):
        parts += _draw_policy(one, TOP + number * (BAR + GAP), scale)
    bottom = TOP + (len(examples) + 1) * (BAR + GAP)
    parts += _draw_legend(bottom + 6)
    height = bottom + 34
    body = "\n".join(f"  {part}" for part in parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" '
        f'height="{height}" role="img" font-family="system-ui, sans-serif" font-size="14" '
        f'aria-label="{_label(examples)}">\n'
        f'  <rect width="{WIDTH}" height="{height}" rx="12" fill="#ffffff"/>\n{body}\n</svg>\n'
    )


def _draw_policy(one: Example, top: float, scale: float) -> list[str]:
    parts = [_text(LEFT - 12, top + 22, f"{one.name}.yaml", anchor="end")]
    left = float(LEFT)
    for tier, colour in COLOURS.items():
        width = one.cost_of(tier) * scale
        parts.append(_bar(left, top, width, colour))
        left += width
    parts.append(_text(left + 10, top + 22, f"${one.total.routed_usd:.2f}", weight=600))
    return parts


def _draw_legend(top: float) -> list[str]:
    parts = []
    for number, (tier, colour) in enumerate(COLOURS.items()):
        left = LEFT + number * 110
        parts.append(f'<rect x="{left}" y="{top}" width="12" height="12" rx="3" fill="{colour}"/>')
        parts.append(_text(left + 18, top + 11, tier, colour=GREY))
    return parts


def _bar(left: float, top: float, width: float, colour: str, opacity: float = 1.0) -> str:
    return (
        f'<rect x="{left:.1f}" y="{top:.0f}" width="{width:.1f}" height="{BAR}" '
        f'fill="{colour}" fill-opacity="{opacity}"/>'
    )


def _text(
    left: float,
    base: float,
    words: str,
    *,
    size: int = 14,
    weight: int = 400,
    anchor: str = "start",
    colour: str = "#1b2333",
) -> str:
    return (
        f'<text x="{left:.1f}" y="{base:.0f}" font-size="{size}" font-weight="{weight}" '
        f'text-anchor="{anchor}" fill="{colour}">{words}</text>'
    )


def _label(examples: list[Example]) -> str:
    costs = ", ".join(f"{one.name} ${one.total.routed_usd:.2f}" for one in examples)
    first = examples[0].total
    return f"All on the top tier ${first.without_low_usd:.2f} to ${first.without_high_usd:.2f} a day; {costs}"


def write_table(examples: list[Example]) -> str:
    """The table of the examples' page: one row a policy."""
    rows = ["| policy | all on the top tier | routed | saved |", "|---|---|---|---|"]
    for one in examples:
        total = one.total
        low, high = total.saved_share or (0.0, 0.0)
        without = f"${total.without_low_usd:.2f} to ${total.without_high_usd:.2f}"
        link = f"[{one.name}.yaml](policies/{one.name}.yaml)"
        rows.append(f"| {link} | {without} | ${total.routed_usd:.2f} | {low:.0%} to {high:.0%} |")
    return "\n".join(rows) + "\n"


def fill_page(page: str, table: str) -> str:
    """The page with the table between its marks."""
    before, _, rest = page.partition(START)
    return before + START + table + END + rest.partition(END)[2]


def main() -> None:
    """Write the picture and the table."""
    examples = read_examples()
    PICTURE.parent.mkdir(exist_ok=True)
    PICTURE.write_text(draw_picture(examples), encoding="utf-8")
    page = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(fill_page(page, write_table(examples)), encoding="utf-8")


if __name__ == "__main__":
    main()
