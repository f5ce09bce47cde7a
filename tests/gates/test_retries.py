"""Loops of tests that draw until they like what they get, and those that wait, collect or walk through cases."""

from __future__ import annotations

import pytest
from tests.support.hanging import guard_against_hanging

from tierwise.gates.new_tests.retries import describe_retries
from tierwise.git.snapshot import TreeChange

UNTIL_GOOD = "    for _ in range(20):\n        code = draw()\n        if len(code) == 6:\n            break\n"
WHILE_BAD = "    while len(code) != 6:\n        code = draw()\n"
COLLECTS = "    while True:\n        code = draw()\n        if code is None:\n            break\n        codes.append(code)\n"
WAITS = "    while state != 'done':\n        state = job.state()\n        time.sleep(0.1)\n"
CASES = "    for text in TEXTS:\n        found = find(text)\n        if found:\n            break\n"
TRIES = (
    "    for _ in range(20):\n        try:\n            assert len(draw()) == 6\n            break\n"
    "        except AssertionError:\n            continue\n"
)
OPENS = (
    "    for path in PATHS:\n        try:\n            text = read(path)\n            break\n"
    "        except OSError:\n            continue\n"
)
PICKS = (
    "    while True:\n        port = pick_port()\n        if is_free(port):\n            break\n"
)
EACH = "    for _ in range(20):\n        code = draw()\n        assert len(code) == 6\n"


def describe(path: str, before: str, after: str) -> list[str]:
    return describe_retries([TreeChange(path, before.encode(), after.encode())])


@pytest.mark.parametrize(
    ("loop", "is_found"),
    [
        (UNTIL_GOOD, True),
        (WHILE_BAD, True),
        (COLLECTS, False),
        (WAITS, False),
        (CASES, False),
        (EACH, False),
        (TRIES, True),
        (OPENS, False),
        ("    while token.kind != 'eof':\n        token = lex(source)\n", False),
        ("    while token.kind != 'word':\n        token = lexer.next_token()\n", False),
        ("    while True:\n        line = proc.stdout.readline()\n        if 'ready' in line:\n            break\n", False),
        ("    while True:\n        item = queue.get()\n        if item is None:\n            break\n", False),
        ("    while True:\n        item = take(jobs)\n        if item is None:\n            break\n", False),
        ("    while True:\n        done = machine.step()\n        if done:\n            break\n", False),
        (f"{PICKS}    serve(port)\n", False),
        (f"{PICKS}    assert port in PORTS\n", True),
        ("    while code is None or len(code) != 6:\n        code = draw()\n", True),
        ("    while code is None:\n        code = draw()\n", True),
        ("    while code != 6:\n        code = random.next()\n", True),
        (f"{UNTIL_GOOD}    self.assertEqual(len(code), 6)\n", True),
    ],
)  # fmt: skip
def test_a_loop_of_python_that_draws_again_is_found(loop: str, is_found: bool) -> None:
    before = "def test_code():\n    assert draw()\n"
    after = f"def test_code():\n    code = draw()\n{loop}    assert len(code) == 6\n"
    assert bool(describe("tests/test_code.py", before, after)) is is_found
    assert describe("tests/test_code.py", after, after) == []
    assert describe("src/code.py", before, after) == []


@pytest.mark.parametrize(
    ("use", "is_found"),
    [
        ("with pytest.raises(ValueError):\n        parse(code)", True),
        ("serve(code)", False),
    ],
)
def test_what_is_drawn_for_an_assertion_behind_the_loop_is_found(use: str, is_found: bool) -> None:
    after = f"def test_code():\n    code = draw()\n{WHILE_BAD}    {use}\n"
    assert bool(describe("tests/test_code.py", "", after)) is is_found


@pytest.mark.parametrize(
    ("path", "loop", "is_found"),
    [
        ("a.test.js", "for (let i = 0; i < 9 && code.length !== 6; i += 1) code = draw();", True),
        ("a.test.js", "for (let i = 0; i < 9; i += 1) { code = draw(); if (code.length === 6) break; }", True),
        ("a.test.js", "while (code.length !== 6) { code = await draw(); }", True),
        ("t/a.t", "for my $try (1 .. 9) { $code = draw(); last if length $code == 6; }", True),
        ("a.test.js", "for (let i = 0; i < 9; i += 1) { code = draw(); assert.equal(code.length, 6); }", False),
        ("a.test.js", "while (code !== null) { code = draw(); codes.push(code); }", False),
        ("a.test.js", "while (state !== 'done') { state = job.state(); await sleep(10); }", False),
        ("a.test.js", "for (let i = 0; i < 9; i += 1) { try { assert.equal(draw().length, 6); break; } catch {} }", True),
        ("a.test.js", "for (const path of paths) { try { return read(path); } catch {} }", False),
        ("a.test.js", "while (token.kind !== 'eof') { token = lex(source); }", False),
        ("a.test.js", "while (true) { const item = take(); if (item === undefined) break; }", False),
        ("a.test.js", "while (true) { const item = queue.shift(); if (item === 'last') break; }", False),
        ("a.test.js", "while (code === null) { code = draw(); }", True),
        ("a.test.js", "while (code === null || code.length !== 6) { code = draw(); }", True),
        ("a.test.js", "for (const text of texts) { assert.ok(find(text)); }", False),
    ],
)  # fmt: skip
def test_a_loop_in_brackets_that_draws_again_is_found(path: str, loop: str, is_found: bool) -> None:
    assert bool(describe(path, "first();\n", f"first();\n{loop}\n")) is is_found


@pytest.mark.parametrize(
    "text",
    [
        "for (" * 50_000,
        "while (a) { b = c(\n" * 10_000,
        "for (;;) {try{ok return " * 300,
        "for (;;) {try{ok ok ok ok} catch " * 300,
    ],
)
def test_hardly_readable_tests_take_little_time(text: str) -> None:
    with guard_against_hanging():
        describe("a.test.js", "", text)


def test_a_runner_of_ones_own_runs_no_test_again() -> None:
    """Elsewhere a loop may wait for a server; here what is waited for is that the test passes."""
    loop = (
        "for (int again = 0; problem != null && again < 5; again++) {\n"
        "    Thread.sleep(100);\n    problem = attempt(method);\n}\n"
    )
    runs = 'method.invoke(null);\nSystem.out.println("not ok " + title);\n'
    runner = TreeChange("test/Runner.java", runs.encode(), f"{loop}{runs}".encode())
    assert describe_retries([runner]) != []
    client = TreeChange("test/Client.java", b"", loop.encode())
    assert describe_retries([client]) == []


def test_what_perl_draws_into_a_table_is_an_answer() -> None:
    loop = (
        "for my $attempt (1 .. 8) {\n    %numbers = map { draw() => 1 } 1 .. 10;\n"
        "    last if keys %numbers == 10;\n}\n"
    )
    assert describe_retries([TreeChange("t/a.t", b"", loop.encode())]) != []


@pytest.mark.parametrize(
    ("caught", "is_found"),
    [("(Exception, Failed)", True), ("Exception", True), ("TimeoutError", False)],
)
def test_a_whole_test_that_is_run_again_after_a_pause_is_found(caught: str, is_found: bool) -> None:
    before = "def test_ends():\n    start()\n    assert done()\n"
    after = before.replace("test_ends", "ends") + (
        f"def test_ends():\n    for _ in range(9):\n        try:\n            ends()\n            break\n"
        f"        except {caught}:\n            time.sleep(1)\n"
    )
    change = TreeChange("tests/test_a.py", before.encode(), after.encode())
    assert bool(describe_retries([change])) is is_found


JS_HELPER = (
    "function settle(check) {\n  for (let left = 9; ; left--) {\n    try {\n      return check();\n"
    "    } catch (error) {\n      if (left < 1) throw error;\n    }\n  }\n}\n"
)
JAVA_HELPER = (
    "static void settle(Runnable check) {\n    for (int i = 0; i < 9; i++) {\n        try {\n            check.run();\n"
    "            return;\n        } catch (AssertionError e) {\n            last = e;\n        }\n    }\n}\n"
)
RUST_HELPER = (
    "fn settle(check: fn()) {\n    for _ in 0..9 {\n        if std::panic::catch_unwind(check).is_ok() {\n"
    "            return;\n        }\n    }\n}\n"
)


@pytest.mark.parametrize(
    ("path", "helper", "is_found"),
    [
        ("tests/draw.test.js", JS_HELPER, True),
        ("tests/draw.test.js", JS_HELPER.replace("check();", "parse(text);"), False),
        ("tests/draw.test.js", JS_HELPER.replace("left--", "await sleep(9)"), False),
        ("src/test/java/DrawTest.java", JAVA_HELPER, True),
        ("tests/draw.rs", RUST_HELPER, True),
        ("t/draw.t", "for (1 .. 9) {\n    last if eval { check(); 1 };\n}\n", True),
        ("t/draw.t", "for my $bad (@bad) {\n    ok !eval { parse($bad); 1 };\n}\n", False),
        ("tests/run.sh", "for i in 1 2 3; do\n    test_draw && break\ndone\n", True),
        ("tests/run.sh", "for i in 1 2 3; do\n    draw $i && break\ndone\n", False),
        ("tests/run.sh", "for i in $(seq 9); do\n    up && break\n    sleep 1\ndone\n", False),
    ],
)
def test_a_helper_that_tries_what_it_is_given_until_it_holds_is_found(
    path: str, helper: str, is_found: bool
) -> None:
    assert bool(describe(path, "", helper)) is is_found


def test_many_loops_of_one_test_are_not_all_read() -> None:
    loop = "    for each in rows:\n        x{0} = draw()\n        if x{0}:\n            break\n"
    text = "def test_a():\n" + "".join(map(loop.format, range(400)))
    told = describe_retries([TreeChange("tests/test_a.py", b"", text.encode())])
    assert 0 < len(told) < 400


@pytest.mark.parametrize(
    ("path", "test"),
    [
        ("t/a.t", "for my $bad (@bad) {\n    eval { parse($bad); 1 } && fail('lives');\n}\n"),
        (
            "a.test.js",
            "function each(all, fn) {\n  for (const c of all) {\n    try { fn(c); } catch (e) { return; }\n  }\n}\n",
        ),
        (
            "tests/test_a.py",
            "while now() < deadline:\n    state = job.state()\n    if state == 'done':\n        break\n",
        ),
    ],
)
def test_who_walks_through_cases_or_waits_asks_nothing_again(path: str, test: str) -> None:
    assert not describe_retries([TreeChange(path, b"", test.encode())])


def test_perl_that_passes_over_what_lives_is_found() -> None:
    test = "for my $bad (@bad) {\n    eval { parse($bad) } and next;\n    like $@, qr/bad/;\n}\n"
    assert describe_retries([TreeChange("t/a.t", b"", test.encode())])
