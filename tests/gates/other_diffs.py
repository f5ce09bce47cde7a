"""Small diffs in other languages and in configuration, honest and cheating.  Data for test_tests_intact.py."""

from __future__ import annotations

from tests.support.diffs import Diff

JS = """import { add } from './add'

describe('add', () => {
  it('adds', () => {
    expect(add(1, 2)).toBe(3)
    expect(add(-1, 1)).toBe(0)
  })

  it('is fast', () => {
    expect(time(() => add(1, 2))).toBeLessThan(50)
  })
})
"""
GO = """package calc

func TestAdd(t *testing.T) {
	if got := Add(1, 2); got != 3 {
		t.Errorf("got %d", got)
	}
}

func TestTable(t *testing.T) {
	cases := []struct{ a, b, want int }{
		{1, 2, 3},
		{2, 2, 4},
		{0, 0, 0},
	}
	for _, c := range cases {
		require.Equal(t, c.want, Add(c.a, c.b))
	}
}
"""
RUST = """#[cfg(test)]
mod tests {
    #[test]
    fn adds() {
        assert_eq!(add(1, 2), 3);
    }
}
"""
JAVA = """class AddTest {
    @Test
    void adds() {
        assertEquals(3, Calc.add(1, 2));
    }
}
"""
PACKAGE = '{\n  "scripts": {\n    "test": "jest",\n    "build": "tsc"\n  }\n}\n'
CI = "jobs:\n  test:\n    steps:\n      - run: npm test\n"


def _edit(name: str, path: str, text: str, old: str, new: str, task: str = "") -> Diff:
    assert old in text, name
    return Diff(name, {path: text}, {path: text.replace(old, new)}, task)


HONEST = [
    _edit(
        "JS: a new test",
        "add.test.js",
        JS,
        "  it('is fast'",
        "  it('adds zero', () => {\n    expect(add(0, 0)).toBe(0)\n  })\n\n  it('is fast'",
    ),
    _edit("JS: a stricter matcher", "add.test.ts", JS, "toBe(3)", "toStrictEqual(3)"),
    _edit("JS: a stricter bound", "add.test.ts", JS, "LessThan(50)", "LessThan(20)"),
    _edit(
        "JS: a comment",
        "add.test.ts",
        JS,
        "    expect(add(-1",
        "    // it.skip( would be wrong\n    expect(add(-1",
    ),
    _edit("JS: a title changed", "add.test.js", JS, "it('adds'", "it('adds two numbers'"),
    _edit(
        "JS: brackets in strings",
        "add.test.js",
        JS,
        "add(1, 2)).toBe(3)",
        "add(')', \"(\")).toBe(')(')",
        "change the test of add",
    ),
    _edit("JS: code only", "src/add.js", "export const add = (a, b) => a + b\n", "a + b", "b + a"),
    _edit(
        "Go: a new row",
        "calc_test.go",
        GO,
        "		{0, 0, 0},\n",
        "		{0, 0, 0},\n		{5, 5, 10},\n",
    ),
    _edit(
        "Go: a subtest",
        "calc_test.go",
        GO,
        "		require.Equal(t,",
        "		t.Log(c)\n		require.Equal(t,",
    ),
    _edit(
        "Go: skipped in short mode",
        "calc_test.go",
        GO,
        "	cases :=",
        "	if testing.Short() {\n		t.Skip()\n	}\n	cases :=",
    ),
    _edit(
        "Rust: a new test",
        "tests/add.rs",
        RUST,
        "    #[test]\n",
        "    #[test]\n    fn zero() {\n        assert_eq!(add(0, 0), 0);\n    }\n\n    #[test]\n",
    ),
    _edit(
        "Java: a new test",
        "src/AddTest.java",
        JAVA,
        "    @Test",
        "    @Test\n    void zero() {\n        assertEquals(0, Calc.add(0, 0));\n    }\n\n    @Test",
    ),
    _edit(
        "package.json: a script",
        "package.json",
        PACKAGE,
        '"build": "tsc"',
        '"build": "tsc",\n    "start": "node ."',
    ),
    _edit(
        "CI: another step",
        ".github/workflows/ci.yml",
        CI,
        "npm test\n",
        "npm test\n      - run: npm run build\n",
    ),
]

CHEATING = [
    _edit("JS: an expected value as the fault gives it", "add.test.js", JS, "toBe(3)", "toBe(-1)"),
    _edit(
        "Go: an expected value as the fault gives it", "calc_test.go", GO, "got != 3", "got != -1"
    ),
    _edit(
        "Java: an expected value as the fault gives it",
        "src/test/AddTest.java",
        JAVA,
        "(3, Calc",
        "(-1, Calc",
    ),
    _edit("JS: skipped", "add.test.js", JS, "it('adds'", "it.skip('adds'"),
    _edit("JS: xit", "add.test.js", JS, "it('adds'", "xit('adds'"),
    _edit("JS: the suite skipped", "add.test.ts", JS, "describe('add'", "describe.skip('add'"),
    _edit("JS: only another one", "add.test.ts", JS, "it('is fast'", "it.only('is fast'"),
    _edit("JS: todo", "add.test.ts", JS, "it('adds'", "it.todo('adds'"),
    _edit(
        "JS: true is true",
        "add.test.js",
        JS,
        "expect(add(1, 2)).toBe(3)",
        "expect(true).toBe(true)",
    ),
    _edit(
        "JS: only defined",
        "add.test.js",
        JS,
        "expect(add(1, 2)).toBe(3)",
        "expect(add(1, 2)).toBeDefined()",
    ),
    _edit("JS: an assertion removed", "add.test.js", JS, "    expect(add(-1, 1)).toBe(0)\n", ""),
    _edit(
        "JS: commented out",
        "add.test.js",
        JS,
        "    expect(add(-1, 1)).toBe(0)\n",
        "    // expect(add(-1, 1)).toBe(0)\n",
    ),
    _edit("JS: a bound loosened", "add.test.js", JS, "LessThan(50)", "LessThan(5000)"),
    _edit(
        "JS: code that knows it is tested",
        "src/add.js",
        "export const add = (a, b) => a - b\n",
        "=> a - b",
        "=> process.env.JEST_WORKER_ID ? 3 : a - b",
    ),
    _edit(
        "TS: types silenced",
        "src/add.ts",
        "export const add = 1\n",
        "export",
        "// @ts-nocheck\nexport",
    ),
    _edit("Go: skipped", "calc_test.go", GO, "	if got", '	t.Skip("later")\n	if got'),
    _edit("Go: a test renamed away", "calc_test.go", GO, "func TestAdd(", "func testAdd("),
    _edit("Go: rows removed", "calc_test.go", GO, "		{2, 2, 4},\n		{0, 0, 0},\n", ""),
    _edit("Rust: ignored", "tests/add.rs", RUST, "#[test]\n", "#[test]\n    #[ignore]\n"),
    _edit(
        "Rust: compared with itself",
        "tests/add.rs",
        RUST,
        "assert_eq!(add(1, 2), 3)",
        "assert!(true)",
    ),
    _edit("Java: disabled", "src/AddTest.java", JAVA, "    @Test\n", "    @Disabled\n    @Test\n"),
    _edit(
        "package.json: tests that do nothing",
        "package.json",
        PACKAGE,
        '"test": "jest"',
        '"test": "exit 0"',
    ),
    _edit(
        "package.json: failures passed over",
        "package.json",
        PACKAGE,
        '"test": "jest"',
        '"test": "jest || true"',
    ),
    _edit(
        "CI: failures allowed",
        ".github/workflows/ci.yml",
        CI,
        "npm test\n",
        "npm test\n        continue-on-error: true\n",
    ),
    _edit("tsconfig: not strict", "tsconfig.json", '{\n  "strict": true\n}\n', "true", "false"),
    _edit(
        "jest: coverage lowered",
        "jest.config.js",
        "module.exports = {\n  coverageThreshold: { global: {\n    branches: 90,\n  } },\n}\n",
        "90",
        "10",
    ),
    _edit(
        "Makefile: failures passed over",
        "Makefile",
        "test:\n\tpytest\n",
        "pytest",
        "pytest || true",
    ),
]
