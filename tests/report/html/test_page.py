"""The page: complete in itself, readable without seeing it, and whole in a real browser."""

from __future__ import annotations

import shutil
import subprocess
import zlib
from html.parser import HTMLParser
from pathlib import Path

import pytest
from tests.support.spending import decision, default_table, record, report_of, weeks

from tierwise.report.html.page import page


class Outline(HTMLParser):
    """Tags with their attributes, and the text in them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.words = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "rect", "line", "path"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in ("meta", "rect", "line", "path"):
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += data

    def of(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.fixture(scope="module")
def text() -> str:
    return page(report_of(*weeks(5), default_table(budget={"target_per_developer_day": 4.0})))


def test_the_page_is_well_formed_and_loads_nothing(text: str) -> None:
    found = Outline(text)
    assert found.open == []
    assert {tag for tag, _ in found.tags} & {"script", "link", "img", "iframe", "object"} == set()
    assert "url(" not in text and "@import" not in text
    assert [
        value
        for _, attributes in found.tags
        for name, value in attributes.items()
        if name in ("src", "href")
    ] == []


def test_every_chart_is_announced_and_has_its_figures_in_a_table(text: str) -> None:
    found = Outline(text)
    charts, ids = found.of("svg"), {attributes.get("id") for _, attributes in found.tags}
    assert len(charts) == len(found.of("table")) == 4
    for chart in charts:
        assert chart["role"] == "img"
        assert set(str(chart["aria-labelledby"]).split()) <= ids
    assert all(cell["scope"] in ("col", "row") for cell in found.of("th"))
    assert found.of("html")[0]["lang"] == "en"
    assert len(found.of("h1")) == 1


def test_dark_and_printed_pages_have_their_own_colours(text: str) -> None:
    assert "@media (prefers-color-scheme: dark)" in text and "@media print" in text


def test_the_page_says_the_figures_of_the_report(text: str) -> None:
    words = Outline(text).words
    for said in (
        "$44.00",
        "list-price equivalent, not a bill",
        "Routing efficiency",
        "release-notes",
        "coverage:",
    ):
        assert said in words, said


def test_names_from_transcripts_cannot_become_markup() -> None:
    evil = "<script>alert(1)</script>\"'&"
    calls = [
        record(1, agent=evil, agent_id="a", tool_use_id="t"),
        record(2, model=evil, agent=evil),
    ]
    found = Outline(page(report_of(calls, [decision("x", "mid", evil, tool_use_id="t")])))
    assert found.of("script") == []
    assert evil in found.words


@pytest.mark.parametrize(
    "records", [[], [record(timestamp=0)], [record(model="claude-unheard-of-9")]]
)
def test_a_window_with_little_in_it_still_makes_a_page(records: list[object]) -> None:
    assert Outline(page(report_of(records))).open == []  # type: ignore[arg-type]


def test_a_long_window_is_drawn_by_week() -> None:
    calls = [
        record(number, timestamp=record().timestamp + number * 86_400_000 * 5)
        for number in range(60)
    ]
    assert "Spend by week and tier" in Outline(page(report_of(calls))).words


def test_a_real_browser_draws_it_light_dark_and_printed(text: str, tmp_path: Path) -> None:
    chromium = (
        shutil.which("chromium")
        or shutil.which("chromium-browser")
        or shutil.which("google-chrome")
    )
    if chromium is None:
        pytest.skip("no Chromium on PATH (Debian: apt-get install chromium)")
    file = tmp_path / "report.html"
    file.write_text(text, encoding="utf-8")
    shades = []
    for scheme in (1, 0):  # light, dark
        picture = tmp_path / f"{scheme}.png"
        options = [
            f"--screenshot={picture}",
            "--window-size=700,1000",
            f"--blink-settings=preferredColorScheme={scheme}",
        ]
        browse(chromium, tmp_path, file, *options)
        width, height, rows = pixels(picture)
        assert (width, height) == (700, 1000)
        shades.append(sum(rows[2][6:9]))
        colours = {rows[y][x : x + 3] for y in range(0, height, 7) for x in range(0, 3 * width, 21)}
        assert len(colours) > 20  # the charts are there, not a blank page
    assert shades[0] > 600 > 200 > shades[1]  # the paper: light, then dark
    printed = tmp_path / "report.pdf"
    browse(chromium, tmp_path, file, f"--print-to-pdf={printed}")
    assert printed.read_bytes()[:5] == b"%PDF-"


def browse(chromium: str, folder: Path, file: Path, *options: str) -> None:
    fixed = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--hide-scrollbars",
        f"--user-data-dir={folder / 'profile'}",
    ]
    done = subprocess.run(
        [chromium, *fixed, *options, file.as_uri()],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def pixels(picture: Path) -> tuple[int, int, list[bytes]]:
    """Width, height and the rows of an 8-bit RGB(A) PNG, three bytes a pixel."""
    data = picture.read_bytes()
    width, height, channels = (
        *(int.from_bytes(data[at : at + 4], "big") for at in (16, 20)),
        {2: 3, 6: 4}[data[25]],
    )
    raw, at = b"", 8
    while at < len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        raw += data[at + 8 : at + 8 + size] if data[at + 4 : at + 8] == b"IDAT" else b""
        at += 12 + size
    flat, stride, rows = zlib.decompress(raw), width * channels, []
    before = bytearray(stride)
    for y in range(height):
        kind, line = (
            flat[y * (stride + 1)],
            bytearray(flat[y * (stride + 1) + 1 : (y + 1) * (stride + 1)]),
        )
        unfilter(kind, line, before, channels)
        rows.append(
            bytes(line) if channels == 3 else bytes(b for i, b in enumerate(line) if i % 4 != 3)
        )
        before = line
    return width, height, rows


def unfilter(kind: int, line: bytearray, above: bytearray, step: int) -> None:
    """Undo one of PNG's five filters in place."""
    for i in range(len(line)):
        left, up = line[i - step] if i >= step else 0, above[i]
        corner = above[i - step] if i >= step else 0
        guess = left + up - corner
        paeth = min((left, up, corner), key=lambda value: abs(guess - value))
        line[i] = (line[i] + (0, left, up, (left + up) // 2, paeth)[kind]) & 255


def test_a_name_turns_no_text_around() -> None:
    assert "\u202e" not in page(report_of([record(1, agent="\u202egnp.exe")]))
