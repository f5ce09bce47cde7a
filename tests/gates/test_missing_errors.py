"""Errors that a task wants, and code that gives none."""

from __future__ import annotations

import pytest

from tierwise.gates.missing_errors import find_missing_errors
from tierwise.git.snapshot import Change

TASK = "A tide without a height should raise a TideError that names the day"


def find(path: str, code: str, task: str = TASK, before: str = "") -> list[str]:
    return list(find_missing_errors([Change(path, before.encode(), code.encode())], task))


@pytest.mark.parametrize(
    ("path", "code", "is_found"),
    [
        ("tide.py", "try:\n    rows.append(read(line))\nexcept ValueError:\n    continue\n", True),
        ("tide.py", "try:\n    rows.append(read(line))\nexcept ValueError as e:\n    raise TideError(line) from e\n", False),
        ("tide.py", "try:\n    rows.append(read(line))\nexcept ValueError:\n    errors.append(line)\n", False),
        ("tide.py", "rows.append(read(line))\n", False),
        ("tide.rs", "lines.filter_map(|line| read(line).ok()).collect()\n", True),
        ("tide.rs", "let high = read(line).ok()?;\nlet low = line.get(2)?\n", True),
        ("tide.rs", "lines.map(read).collect::<Result<Vec<_>, _>>()\n", False),
        ("tide.rs", "let day = line.next().ok_or(TideError)?;\nlet high = read(line).ok();\n", False),
        ("Tide.pm", "my $tide = eval { parse($line) };\nnext unless $tide;\n", True),
        ("tide.js", "try {\n  rows.push(read(line));\n} catch {\n  rows.push(null);\n}\n", True),
        ("tests/test_tide.py", "try:\n    read(line)\nexcept ValueError:\n    pass\n", False),
    ],
)  # fmt: skip
def test_code_that_only_passes_over_errors_is_found(path: str, code: str, is_found: bool) -> None:
    assert bool(find(path, code)) is is_found
    for task in (
        "Read the tides",
        "If the station raises a TideError, take the height of the day before",
        "Lines without a height are skipped, with no error",
        "At present it raises a TideError for them",
        "Retry the station; the last try may throw an error",
    ):
        assert not find(path, code, task)


@pytest.mark.parametrize(
    ("path", "code", "is_found"),
    [
        ("tide.py", "class TideError(ValueError):\n    pass\n", True),
        ("tide.py", "class TideError(ValueError):\n    pass\n\n\ntry:\n    go()\nexcept TideError:\n    pass\n", True),
        ("tide.py", "class TideError(ValueError):\n    pass\n\n\ndef go():\n    raise TideError\n", False),
        ("tide.py", "class Sea(Exception):\n    pass\n\n\nclass Tide(Sea):\n    pass\n\n\nraise Tide\n", False),
        ("tide.js", "export class TideError extends Error {}\n", True),
        ("tide.js", "export class TideError extends Error {}\nthrow new TideError(1);\n", False),
        ("TideError.java", "public class TideError extends RuntimeException {\n}\n", True),
    ],
)  # fmt: skip
def test_an_error_that_nothing_raises_is_found(path: str, code: str, is_found: bool) -> None:
    assert bool(find(path, code, "Do it")) is is_found
    assert not find(path, f"{code}\n", "Do it", before=code)


NARROW = "try:\n    return read(path)\nexcept {}:\n    return []\n"


def test_who_passes_over_fewer_errors_gives_the_others() -> None:
    before, after = NARROW.format("Exception"), NARROW.format("FileNotFoundError")
    task = "A corrupt file must raise an error; only a missing one counts as empty"
    assert not find("tide.py", after, task, before)
    assert find("tide.py", after, task, "return read(path)\n")


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("tide.py", "try:\n    go()\nexcept ValueError:\n    return Response(status=422)\n"),
        ("tide.py", "try:\n    got = get()\nexcept Timeout:\n    got = get()\ngot.raise_for_status()\n"),
        ("tide.js", "try {\n  go();\n} catch (e) {\n  next(e);\n}\n"),
        ("tide.js", "try {\n  go();\n} catch {\n  process.exitCode = 2;\n}\n"),
    ],
)  # fmt: skip
def test_an_error_may_be_given_in_other_ways(path: str, code: str) -> None:
    assert not find(path, code)


def test_a_class_of_errors_may_be_for_others_or_be_found() -> None:
    code = "class TideError(ValueError):\n    pass\n"
    assert not find("tide.py", code, "Add a TideError class that plugins can use")
    assert find("tide.py", code, "Add a TideError class and raise it for bad days")
    assert not find("tide.py", f"{code}KNOWN = ValueError.__subclasses__()\n", "Do it")
