"""Imports and includes of old tests, after a move or a split."""

from __future__ import annotations

import pytest

from tierwise.gates.following.follow import ChangedTest
from tierwise.gates.following.imports import names_tests
from tierwise.gates.following.product import read_product
from tierwise.git.snapshot import TreeChange

SHOP = b"def total(items):\n    return sum(items)\n"


def test_imports_follow_a_moved_file() -> None:
    moved = TreeChange("lib/shop.py", SHOP, SHOP, old_path="shop.py")
    product = read_product([moved], "Move shop.py to lib")
    old, new = b"import sys\nfrom shop import total\n", b"import sys\nfrom lib.shop import total\n"
    assert ChangedTest("t.py", old, new, product).follow("named")[0] == new


def test_imports_follow_to_another_kind_of_module() -> None:
    code = b'"use strict";\nfunction total() {}\nmodule.exports = { total };\n'
    change = TreeChange("shop.js", code, b"export function total() {}\n")
    product = read_product([change], "Turn it into ES modules")
    rest = b'\ntest("total", () => equal(total(), 3));\n'
    old = b'"use strict";\n\nconst { total } = require("../shop.js");\n' + rest
    new = b'import { total } from "../shop.js";\n' + rest
    assert ChangedTest("test/shop.test.js", old, new, product).follow("named")[0] == new


def test_imports_of_the_runner_do_not_follow_alone_to_another_kind_of_module() -> None:
    """A helper of the tests that stays as it was could not be loaded beside them: nobody decides by such a run."""
    code = b'"use strict";\nfunction total() {}\nmodule.exports = { total };\n'
    product = read_product(
        [TreeChange("shop.js", code, b"export function total() {}\n")], "Turn it into ES modules"
    )
    rest = b'\ntest("total", () => equal(total(), 3));\n'
    old = b'const { test } = require("node:test");\nconst { total } = require("../shop.js");\n'
    new = b'import { test } from "node:test";\nimport { total } from "../shop.js";\n'
    changed = ChangedTest("test/shop.test.js", old + rest, new + rest, product)
    assert changed.follow("named")[0] == old + rest


@pytest.mark.parametrize(
    ("line", "is_named"),
    [
        ('import { test } from "node:test";', False),
        ('import { total } from "../test/helper.js";', True),
        ("from tests import helper", True),
        ("from shop.tests.helper import total", True),
        ("from shop import test", False),
        ('#include "tests/all.h"', True),
        ("from app import tests", True),
        ("from app import conftest", True),
        ("from app import total, test_helpers as helpers", True),
        ("from app import (tests)", True),
        ("from app import total as tests", False),
        ("from . import conftest", True),
        ("from conftest import total", True),
        ("import os, tests.fake", True),
        ("import os, app.shop as tests", False),
        ("import com.app.test.Base;", False),
        ("import com.app.test.*;", False),
        ("import com.app.tests.Base;", True),
        ('import test from "node:test";', False),
        ('import test, { mock } from "../tests/fake.js";', True),
        ("use crate::tests::total;", True),
        ("use Test::More;", False),
    ],
)
def test_an_import_from_tests(line: str, is_named: bool) -> None:
    assert names_tests([line]) is is_named


def test_includes_follow_a_header_that_is_split() -> None:
    changes = [
        TreeChange("src/all.h", b"int one(void);\n", None),
        TreeChange("src/one.h", None, b"int one(void);\n"),
    ]
    product = read_product(changes, "Split all.h")
    old = b'#include "all.h"\nint main(void) {\n}\n'
    for name, follows in ((b"one.h", True), (b"two.h", False)):
        new = old.replace(b"all.h", name)
        test = ChangedTest("tests/test_one.c", old, new, product)
        assert (test.follow("named")[0] == new) is follows


@pytest.mark.parametrize(
    ("was", "now", "other", "follows"),
    [
        (
            "from shop import Item, total, tax\n",
            "from shop import tax\n",
            "from sums import total\n",
            "from shop import tax\nfrom shop import Item\nfrom sums import total\n",
        ),
        (
            "const { Item, total } = require('./shop');\n",
            "const { Item } = require('./shop');\n",
            "const { total } = require('./sums');\n",
            "const { Item } = require('./shop');\nconst { total } = require('./sums');\n",
        ),
    ],
)
def test_what_moved_with_its_tests_is_still_imported(
    was: str, now: str, other: str, follows: str
) -> None:
    item = b"class Item:\n    pass\n\n\ndef tax(x):\n    return x\n\n\n"
    changes = [TreeChange("shop.py", item + SHOP, item), TreeChange("sums.py", None, SHOP)]
    product = read_product(changes, "Move total to sums")
    test = ChangedTest("t.py", was.encode(), now.encode(), product, imports=(other,))
    assert test.follow("named")[0].decode() == follows
