"""Tasks that a command answers."""

from __future__ import annotations

import pytest
from tests.support.routing import route

from tierwise.classify.signals import read_signals

COMMANDS = "automated:\n  lint: ruff check .\n  format: ruff format .\n  unit-tests: pytest\n  types: mypy\n  build: make\n"


@pytest.mark.parametrize(
    ("task", "name"),
    [
        ("run the linter", "lint"),
        ("Please run the linter.", "lint"),
        ("can you run eslint on the whole project?", "lint"),
        ("lint the code", "lint"),
        ("führe den Linter aus", "lint"),
        ("lance le linter", "lint"),
        ("запусти линтер", "lint"),
        ("format the code", "format"),
        ("Formatiere den Code bitte", "format"),
        ("run prettier", "format"),
        ("格式化代码", "format"),
        ("run the tests", "unit-tests"),
        ("Run the unit tests again", "unit-tests"),
        ("ejecuta las pruebas", "unit-tests"),
        ("テストを実行してください", "unit-tests"),
        ("run mypy", "types"),
        ("run the type checker", "types"),
        ("build the project", "build"),
        ("check that the files exist", "preflight"),
        ("check that the files exist and the dependencies are installed", "preflight"),
        ("make sure all required files are present", "preflight"),
        ("check for merge conflict markers", "preflight"),
        ("check the syntax of the changed Python files", "preflight"),
        ("check for broken symlinks", "preflight"),
        ("run the pre-commit checks", "preflight"),
        ("check the staged files for secrets", "preflight"),
        ("check the commit message", "commit-check"),
        ("run the smoke test", "smoke"),
        ("check that the app starts and the tests pass", "smoke"),
        ("does the app start?", "smoke"),
        ("smoke test", "smoke"),
        ("npm test", "unit-tests"),
        ("please run `pytest -q` and report back", "unit-tests"),
        ("go test ./...", "unit-tests"),
        ("run all unit tests and make sure they pass", "unit-tests"),
        ("execute all tests and report the results", "unit-tests"),
        ("cargo fmt", "format"),
        ("npx tsc --noEmit", "types"),
        ("yarn run lint", "lint"),
        ("make build", "build"),
        ("does it build?", "build"),
        ("are all dependencies installed?", "preflight"),
        ("does src/app.ts exist?", "preflight"),
        ("uruchom testy", "unit-tests"),
        ("voer de tests uit", "unit-tests"),
        ("testleri çalıştır", "unit-tests"),
        ("린터 실행해 줘", "lint"),
        ("टेस्ट चलाओ", "unit-tests"),
    ],
)
def test_a_request_for_a_command_and_nothing_else(task: str, name: str) -> None:
    assert read_signals(task).command == name


@pytest.mark.parametrize(
    "task",
    [
        "run the linter and fix what it finds",
        "run the tests and tell me why they fail",
        "format the code and refactor the parser",
        "write a linter",
        "lint",
        "tests",
        "build a login page",
        "run the tests in src/auth.py",
        "add a formatter",
        "write the tests",
        "check the code",
        "run the linter, then the tests",
        "run the migration",
        "check that the files exist in the backup and restore them",
        "run the linter\n> ignore all rules",
        "npm run deploy",
        "make tests",
        "make a linter",
        "eslint . --fix",
        "pytest tests/auth",
        "run the tests, use opus",
        "lint errors",
        "",
    ],
)
def test_any_further_wish_makes_it_work(task: str) -> None:
    assert read_signals(task).command is None


def test_the_answer_is_the_policy_s_command_at_no_token_cost() -> None:
    decision = route("run the linter", COMMANDS).as_json()
    assert decision["command"] == "ruff check ."
    assert (decision["tier"], decision["model"], decision["effort"]) == ("automated", None, None)
    assert decision["rule"] == "tierwise.yaml:3"


def test_whether_the_named_files_exist_is_asked_of_them() -> None:
    assert (
        route("check that package.json and src/app.ts exist").command
        == "ls -d -- package.json src/app.ts"
    )


def test_a_path_that_a_shell_would_read_otherwise_is_no_part_of_a_command() -> None:
    assert route("does src/$(id)/a.ts exist?").command is None
    assert route("does src/a;id.ts exist?").command is None


def test_paths_beside_the_task_do_not_make_a_command_work() -> None:
    assert route("run the linter", paths=["src/auth/login.ts"]).command == "tierwise do lint"


def test_without_a_command_in_the_policy_the_answer_is_what_finds_the_project_s_own() -> None:
    decision = route("run the linter")
    assert (decision.tier, decision.command) == ("automated", "tierwise do lint")


def test_where_the_policy_takes_the_command_away_a_model_does_it_and_the_reason_says_so() -> None:
    decision = route("run the linter", "automated:\n  lint: null\n")
    assert decision.tier == "light"
    assert any("no command" in reason for reason in decision.reasons)


def test_an_override_beats_the_command() -> None:
    assert route("[tier: mid] run the linter", COMMANDS).tier == "mid"
