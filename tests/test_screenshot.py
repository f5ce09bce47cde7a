"""The picture of a routed conversation (docs/assets/session.svg)."""

from __future__ import annotations

import html
import re

from docs.screenshot import LARGE_TASK, PICTURE, draw_screen

OUTSIDE = re.compile(r"""(?:url\(|href=)["']?http|/home/|/tmp/|/root/""")
"""What a picture must not load or name: files of other hosts, paths of a machine."""


def read_words(picture: str) -> str:
    return html.unescape(re.sub(r"<[^>]*>", "", picture)).replace("\xa0", " ")


def test_the_picture_shows_the_line_the_toast_and_the_status_line() -> None:
    words = read_words(PICTURE.read_text(encoding="utf-8"))
    assert LARGE_TASK in words
    assert "tierwise: frontier (it asks for all of them at once)" in words  # the line
    assert "frontier, routed" in words  # the status line
    assert words.count("frontier (it asks for all of them at") == 2  # the toast, too


def test_the_picture_loads_nothing_and_names_no_path() -> None:
    assert not OUTSIDE.search(PICTURE.read_text(encoding="utf-8"))
    drawn = draw_screen("\x1b[1mfrontier\x1b[0m, routed\n\n\n")
    assert not OUTSIDE.search(drawn)
    assert "frontier, routed" in read_words(drawn)
