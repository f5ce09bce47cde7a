"""Changing single frontmatter lines of somebody else's file."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierwise.targets.splice import frontmatter_block, read_lines, splice

# file, values -> file: golden pairs
PAIRS = [
    pytest.param(
        b"---\nname: a\nmodel: opus\n---\nbody\n",
        {"model": "haiku"},
        b"---\nname: a\nmodel: haiku\n---\nbody\n",
        id="set",
    ),
    pytest.param(
        b"---\nname: a\n---\nbody",
        {"model": "haiku"},
        b"---\nname: a\nmodel: haiku\n---\nbody",
        id="add",
    ),
    pytest.param(
        b"---\nname: a\nmodel: b\n---", {"model": None}, b"---\nname: a\n---", id="take out"
    ),
    pytest.param(
        b"---\r\nname: a\r\n---\r\n",
        {"model": "m"},
        b"---\r\nname: a\r\nmodel: m\r\n---\r\n",
        id="CRLF",
    ),
    pytest.param(
        b"\xef\xbb\xbf---\nmodel: a\n---\n",
        {"model": "m"},
        b"\xef\xbb\xbf---\nmodel: m\n---\n",
        id="byte order mark",
    ),
    pytest.param(
        b"---\nmodel:   opus   # because\n---\n",
        {"model": "m"},
        b"---\nmodel:   m   # because\n---\n",
        id="comment stays",
    ),
    pytest.param(
        b"---\n'model': \"opus\"\n---\n", {"model": "m"}, b"---\n'model': m\n---\n", id="quoted key"
    ),
    pytest.param(
        b"---\nmodel:\n  opus\nname: a\n---\n",
        {"model": "m"},
        b"---\nmodel: m\nname: a\n---\n",
        id="next line",
    ),
    pytest.param(b"---\nmodel:\n---\n", {"model": "m"}, b"---\nmodel: m\n---\n", id="empty value"),
    pytest.param(
        b"---\nmeta:\n  model: x\n---\n",
        {"model": "m"},
        b"---\nmeta:\n  model: x\nmodel: m\n---\n",
        id="nested key is another",
    ),
    pytest.param(
        b"---\ndescription: a: b: [\n---\nx",
        {"model": "m"},
        b"---\ndescription: a: b: [\nmodel: m\n---\nx",
        id="not YAML",
    ),
    pytest.param(
        b"---\nname: \xff\n---\n",
        {"model": "m"},
        b"---\nname: \xff\nmodel: m\n---\n",
        id="not UTF-8",
    ),
    pytest.param(
        b"no frontmatter\nmodel: x\n",
        {"model": "m"},
        b"no frontmatter\nmodel: x\n",
        id="no frontmatter",
    ),
    pytest.param(
        b"---\nname: never closed\n",
        {"model": "m"},
        b"---\nname: never closed\n",
        id="never closed",
    ),
    pytest.param(
        b"---\n---\nmodel: body\n",
        {"model": "m"},
        b"---\nmodel: m\n---\nmodel: body\n",
        id="empty block",
    ),
    pytest.param(
        b"---\nmodels: x\nmodel:x\n---\n",
        {"model": "m"},
        b"---\nmodels: x\nmodel:x\nmodel: m\n---\n",
        id="look-alikes",
    ),
    pytest.param(b"", {"model": "m"}, b"", id="empty file"),
]


@pytest.mark.parametrize(("data", "values", "expected"), PAIRS)
def test_only_the_named_lines_change(
    data: bytes, values: dict[str, str | None], expected: bytes
) -> None:
    assert splice(data, values) == expected


def test_values_are_read_without_quotes_lost_or_comments_kept() -> None:
    assert read_lines(b'---\nmodel: "opus"  # x\nname: a\n---\n', ["model", "effort"]) == {
        "model": '"opus"',
        "effort": None,
    }


_names = st.sampled_from(["name", "description", "tools", "color", "x-y", "model", "effort"])
_values = st.text(
    st.characters(codec="utf-8", exclude_characters="\r\n\x85\u2028\u2029"), max_size=20
)
_lines = st.lists(st.tuples(_names, _values), max_size=6)
_newlines = st.sampled_from(["\n", "\r\n"])


@pytest.mark.slow
@given(lines=_lines, newline=_newlines, body=st.text(max_size=40), bom=st.booleans())
def test_arbitrary_frontmatter_survives_but_for_our_lines(
    lines: list[tuple[str, str]], newline: str, body: str, bom: bool
) -> None:
    block = "".join(f"{name}: {value}{newline}" for name, value in lines)
    data = ("\ufeff" * bom + f"---{newline}{block}---{newline}{body}").encode(
        "utf-8", "surrogatepass"
    )
    ours = {"model": "haiku", "effort": "low"}
    done = splice(data, ours)
    assert read_lines(done, list(ours)) == ours
    assert splice(done, ours) == done
    others = [line for line in data.split(b"\n") if not line.startswith((b"model:", b"effort:"))]
    kept = iter(done.split(b"\n"))
    assert all(line in kept for line in others)  # the others, in their order


@given(st.binary(max_size=200))
def test_any_bytes_at_all_are_survived(data: bytes) -> None:
    done = splice(data, {"model": "haiku"})
    assert done == data or frontmatter_block(data) is not None


def test_where_a_key_stands_twice_the_last_one_counts() -> None:
    twice = b"---\nmodel: opus\nmodel: sonnet\n---\n"
    assert read_lines(twice, ["model"]) == {"model": "sonnet"}
    assert splice(twice, {"model": "haiku"}) == b"---\nmodel: opus\nmodel: haiku\n---\n"
