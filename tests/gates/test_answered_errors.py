"""Errors that came through before, and code that goes on with an answer of its own; honest twins beside each."""

from __future__ import annotations

import pytest
from tests.support.hanging import guard_against_hanging

from tierwise.gates.answered_errors import list_answered_calls
from tierwise.gates.swallowed import find_swallowed_errors
from tierwise.git.snapshot import Change

ROWS = "def parse(row):\n    return int(row)\n\n\ndef read(rows):\n    return [parse(row) for row in rows]\n"
FARES = "function total(ages) {\n  return ages.reduce((sum, age) => sum + fare(age), 0);\n}\n"
PRICE = "class Price {\n    int read(String text) {\n        return parse(text);\n    }\n}\n"
SCRIPT = 'parse_row() {\n    expr "$1" + 0\n}\nread_row() {\n    row="$(parse_row $1)"\n}\n'
STORE = "sub parse {\n    my ($row) = @_;\n    return $row;\n}\nsub read {\n    return parse(shift);\n}\n"


def handle_row(handler: str) -> str:
    """The rows read under a handler."""
    tried = (
        "    found = []\n    for row in rows:\n        try:\n            found.append(parse(row))\n"
        f"{handler}    return found\n"
    )
    return ROWS.replace("    return [parse(row) for row in rows]\n", tried)


def handle_fare(handler: str) -> str:
    """The fares added up under a handler."""
    return FARES.replace(
        "sum + fare(age), 0", f"{{ try {{ return sum + fare(age); }} {handler} }}, 0"
    )


def handle_price(handler: str) -> str:
    """A price read under a handler."""
    return PRICE.replace("return parse(text);", f"try {{ return parse(text); }} {handler}")


@pytest.mark.parametrize(
    ("path", "before", "cheat", "honest"),
    [
        (
            "rows.py",
            ROWS,
            handle_row("        except ValueError:\n            found.append(0)\n"),
            handle_row("        except ValueError:\n            raise BadRow(row)\n"),
        ),
        (
            "rows.py",
            ROWS,
            handle_row("        except ValueError:\n            continue\n"),
            handle_row("        except ValueError as error:\n            found.append(error)\n"),
        ),
        (
            "rows.py",
            ROWS,
            handle_row("        except ValueError:\n            found.append(float(row))\n"),
            handle_row("        except ValueError:\n            found.append(parse_old(row))\n")
            + "\n\ndef parse_old(row):\n    return parse(row.replace(' ', ''))\n",
        ),
        (
            "fares.js",
            FARES,
            handle_fare("catch (error) { if (age > 3) throw error; }"),
            handle_fare("catch (error) { if (!(error instanceof Free)) throw error; }"),
        ),
        (
            "fares.js",
            FARES,
            handle_fare("catch { return sum; }"),
            handle_fare("catch (error) { throw new FareError(error); }"),
        ),
        (
            "fares.ts",
            FARES,
            handle_fare("catch (error) { return 0; }"),
            handle_fare("catch (error) { return note(error); }"),
        ),
        (
            "Price.java",
            PRICE,
            handle_price("catch (PriceError error) { return 0; }"),
            handle_price("catch (PriceError error) { throw new BadText(text); }"),
        ),
        (
            "Store.pm",
            STORE,
            STORE.replace("parse(shift);", "eval { parse(shift) };"),
            STORE.replace("parse(shift);", "eval { parse(shift) } or die 'bad';"),
        ),
        (
            "rows.py",
            ROWS,
            ROWS.replace("    return [", "    with suppress(ValueError):\n        return ["),
            ROWS.replace("    return [", "    with open('log'):\n        return ["),
        ),
        (
            "load.js",
            "export const load = (path) => read(path).then(split);\n",
            "export const load = (path) => read(path).catch(() => '').then(split);\n",
            "export const load = (path) => read(path).catch((error) => tell(error)).then(split);\n",
        ),
        (
            "src/lib.rs",
            "let row = parse(text)?;\n",
            "let row = parse(text).unwrap_or_default();\n",
            "let row = parse(text).map_err(Error::Row)?;\n",
        ),
        (
            "row.go",
            "row, err := parse(text)\n",
            "row, _ := parse(text)\n",
            "row, wrong := parse(text)\n",
        ),
        (
            "row.rb",
            "row = parse(text)\n",
            "row = parse(text) rescue nil\n",
            "row = parse(text, strict)\n",
        ),
        (
            "row.sh",
            SCRIPT,
            SCRIPT.replace(')"', ' || echo 0)"'),
            SCRIPT.replace(')"', ' || exit 1)"'),
        ),
        (
            "rows.py",
            ROWS,
            handle_row("        except ValueError:\n            found.append(0)\n"),
            ROWS.replace(
                "    return int(row)\n",
                "    try:\n        return int(row)\n    except ValueError:\n        return float(row)\n",
            ),
        ),
    ],
)
def test_an_answer_made_up_is_told_from_one_that_uses_the_error(
    path: str, before: str, cheat: str, honest: str
) -> None:
    assert list_answered_calls(path, before, cheat)
    assert list_answered_calls(path, before, honest) == []
    assert list_answered_calls(path, cheat, cheat) == []


def test_new_calls_may_be_handled_in_any_way() -> None:
    after = ROWS.replace("int(row)", "int(row) if is_whole(row) else 0")
    after += (
        "\n\ndef is_whole(row):\n    try:\n        return float(row).is_integer()\n"
        "    except ValueError:\n        return False\n"
    )
    assert list_answered_calls("rows.py", ROWS, after) == []


@pytest.mark.parametrize(
    ("path", "before", "added"),
    [
        (
            "prices.py",
            "def total(a, b):\n    return Decimal(a) + Decimal(b)\n",
            "\n\ndef parse_price(text):\n    try:\n        return Decimal(text)\n"
            "    except InvalidOperation:\n        return None\n",
        ),
        ("fares.js", FARES, "\nfunction guess(age) { try { return fare(age); } catch { return 0; } }\n"),
        ("load.js", "run(() => read(a));\n", "run(() => read(b).catch(() => ''));\n"),
        ("Store.pm", STORE, "sub guess {\n    return eval { parse(shift) };\n}\n"),
        ("row.go", "x, err := strconv.Atoi(s)\n", "v, _ := strconv.Atoi(t)\n"),
        ("src/lib.rs", "let a = s.get(0)?;\n", "let b = s.get(1).unwrap_or(0);\n"),
        ("row.rb", "row = parse(text)\n", "other = parse(text) rescue nil\n"),
        ("row.sh", SCRIPT, 'guess_row() {\n    row="$(parse_row $1 || echo 0)"\n}\n'),
    ],
)  # fmt: skip
def test_a_new_call_with_a_handler_is_not_held_against_an_old_one(
    path: str, before: str, added: str
) -> None:
    assert list_answered_calls(path, before, before + added) == []


@pytest.mark.parametrize(
    ("task", "found"),
    [
        ("read() stops at 1'200, make it work", 1),
        ("if parse fails, the row counts as 0", 0),
        ("rows that cannot be read are skipped", 0),
        ("take 0 instead of a bad row", 0),
        ("find_user() should return None for unknown ids", 0),
        ("Return None for a user that does not exist", 0),
        ("Handle missing users gracefully", 0),
        ("find_user: return None if the user is not found", 0),
    ],
)
def test_a_task_may_want_an_answer_in_place_of_an_error(task: str, found: int) -> None:
    after = handle_row("        except ValueError:\n            found.append(0)\n")
    change = Change("rows.py", ROWS.encode(), after.encode())
    assert len(list(find_swallowed_errors([change], task))) == found


def test_what_is_called_in_passing_under_a_handler_is_nothing_that_fails() -> None:
    before = "def add(kind, found):\n    found.append(kind)\n"
    after = (
        "def add(kind, found):\n    try:\n        found.append(RATES[kind])\n"
        "    except KeyError:\n        return\n"
    )
    assert list_answered_calls("rows.py", before, after) == []


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.js", "a(b.catch(" * 40_000),
        ("a.rs", "a(b(" * 40_000),
        ("a.go", "a, _, _ = b.b.b.b" * 40_000),
        ("a.sh", "a || b $(" * 40_000),
        ("A.pm", "eval { a(" * 40_000),
    ],
)
def test_hardly_readable_files_take_little_time(path: str, text: str) -> None:
    with guard_against_hanging():
        list_answered_calls(path, "", text)


@pytest.mark.parametrize("language", ["js", "ts", "java", "pl", "rs", "go", "rb", "sh"])
@pytest.mark.parametrize(
    "text",
    [
        "a" * 100_000,
        f'key = "{"0f1e2d3c4b" * 10_000}"\n',
        f"try {{}} catch ({'a' * 100_000}",
        f"try {{}} catch ({' ' * 200_000}",
        f"a().catch(({' ' * 200_000}",
    ],
    ids=["letters", "hex", "what is caught", "blanks", "a handler's blanks"],
)
def test_one_long_word_takes_little_time(language: str, text: str) -> None:
    with guard_against_hanging():
        list_answered_calls(f"a.{language}", "", text)


def test_a_handler_that_goes_on_at_its_end_raises_in_some_cases_only() -> None:
    handler = "        except ValueError:\n            if row == '':\n                raise\n            continue\n"
    assert list_answered_calls("a.py", ROWS, handle_row(handler)) == ["parse"]
    at_last = handler.replace("            continue\n", "            raise\n")
    assert list_answered_calls("a.py", ROWS, handle_row(at_last)) == []


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        (
            "rows.py",
            ROWS,
            handle_row(
                "        except OSError:\n            if attempt == 2:\n                raise\n"
                "            continue\n"
            ),
        ),
        ("fares.js", FARES, handle_fare("catch (error) { if (attempt === 2) throw error; }")),
        ("fares.js", FARES, handle_fare("catch (error) { if (error.code !== 'FREE') throw error; }")),
        ("Price.java", PRICE, handle_price("catch (PriceError e) { if (++tries == 3) throw e; }")),
    ],
)  # fmt: skip
def test_a_handler_that_asks_for_the_error_or_for_the_round_passes_it_on(
    path: str, before: str, after: str
) -> None:
    assert list_answered_calls(path, before, after) == []


def test_perl_may_call_what_another_module_defines() -> None:
    before = "sub read_log {\n    push @log, parse_weight($_) for @_;\n}\n"
    after = before.replace("parse_weight($_)", "eval { parse_weight($_) }")
    assert list_answered_calls("lib/Log.pm", before, after) == ["parse_weight"]
