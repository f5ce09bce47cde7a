"""Top-level values of TOML are set where they stand, and nothing else moves."""

from __future__ import annotations

import pytest

from tierwise.targets.toml_format import TOML


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("model = 'a'  # pinned\n", 'model = "b"  # pinned\n'),
        ("[table]\nx = 1\n", 'model = "b"\n[table]\nx = 1\n'),
        ("# only a comment\n", 'model = "b"\n# only a comment\n'),
        ("x = 1\r\n", 'x = 1\r\nmodel = "b"\r\n'),
    ],
    ids=["comment", "before the first table", "no value yet", "CRLF"],
)
def test_a_value_is_set(before: str, after: str) -> None:
    assert TOML.write(before.encode(), {"model": '"b"'}) == after.encode()


def test_a_value_that_is_there_already_keeps_every_byte() -> None:
    data = b"a = 1\nmodel   =   'a'\n"
    assert TOML.write(data, {"model": "'a'"}) == data


def test_a_value_is_taken_out_and_read_as_absent() -> None:
    data = TOML.write(b"model = 'a'\nx = 1\n", {"model": None})
    assert data == b"x = 1\n"
    assert TOML.read(data, ["model", "x"]) == {"model": None, "x": "1"}


@pytest.mark.parametrize(
    "data", [b"[model]\nx = 1\n", b"model.x = 1\n", b"[[model]]\n", b"[model.a]\n[b]\n[model.c]\n"]
)
def test_a_table_where_a_value_goes_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="`model` is a table"):
        TOML.write(b"a = 1\n" + data, {"model": '"b"'})


@pytest.mark.parametrize("data", [b"a = \n", b"\xff", b"a = 1\na = 2\n"])
def test_what_is_no_toml_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="no TOML"):
        TOML.load(data)


def test_a_text_survives_its_quotes() -> None:
    text = 'a "b" \\ \x7f \u00fc'
    written = TOML.write(b"", {"model": TOML.quote(text)})
    assert TOML.load(written) == {"model": text}
