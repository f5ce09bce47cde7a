"""The reference pages say what the code does: every key of the policy, every command and option."""

from __future__ import annotations

import importlib
import re
import runpy
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from tierwise.cli.registry import COMMANDS, SECTIONS
from tierwise.domain.coding_tools import CLAUDE
from tierwise.errors import NEEDS_PERSON, NO, OK, OUTSIDE, USAGE
from tierwise.sync.change import WORDS
from tierwise.verify.tools.registry import TOOLS

DOCS = Path(__file__).parent.parent / "docs"
CLI = (DOCS / "cli.md").read_text(encoding="utf-8")


def section(name: str) -> str:
    return CLI.partition(f"### `{name}`\n")[2].partition("\n#")[0]


def options(command: click.Command) -> Iterator[str]:
    for parameter in command.params:
        yield from (name for name in parameter.opts if name.startswith("--"))
    for inner in getattr(command, "commands", {}).values():
        yield inner.name
        yield from options(inner)


def test_the_policy_s_page_has_every_key_as_the_model_has_it() -> None:
    made = runpy.run_path(str(DOCS / "regenerate.py"))
    page = (DOCS / "policy.md").read_text(encoding="utf-8")
    assert page.partition(made["MARK"])[2].strip() == made["reference"]().strip(), (
        "run python docs/regenerate.py"
    )


def test_the_commands_page_has_every_command_in_the_order_of_the_help() -> None:
    assert re.findall(r"^### `(.+)`$", CLI, re.MULTILINE) == list(COMMANDS)
    assert re.findall(r"^## (.+)$", CLI, re.MULTILINE) == list(SECTIONS)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_s_section_names_all_its_options(name: str) -> None:
    command = importlib.import_module(f"tierwise.cli.commands.{COMMANDS[name][0]}").command
    assert [option for option in options(command) if option not in section(name)] == []


def test_every_status_word_and_exit_code_is_explained() -> None:
    assert re.findall(r"^\| `(\w+)` \|", section("status"), re.MULTILINE) == list(WORDS)
    assert [int(code) for code in re.findall(r"^\| (\d) \|", CLI, re.MULTILINE)] == [
        OK,
        NO,
        USAGE,
        NEEDS_PERSON,
        OUTSIDE,
    ]


@pytest.mark.parametrize("page", sorted(path.name for path in DOCS.glob("*.md")))
def test_links_between_pages_lead_somewhere(page: str) -> None:
    targets = re.findall(r"\]\(([\w./-]+)\)", (DOCS / page).read_text(encoding="utf-8"))
    assert [target for target in targets if not (DOCS / target).exists()] == []


PROJECT = DOCS.parent
COUNTS = {10: "ten", 11: "eleven", 12: "twelve", 13: "thirteen", 14: "fourteen"}


def test_the_front_page_counts_the_tools_whose_clients_prove_the_policy() -> None:
    page = (PROJECT / "README.md").read_text("utf-8")
    proven = [CLAUDE, *TOOLS]
    assert f"in the real clients of {COUNTS[len(proven)]} tools" in page


def test_the_reference_names_every_tool_that_can_be_proven() -> None:
    for page in (section("verify"), (DOCS / "verify.md").read_text("utf-8")):
        named = set(re.findall(r"\w+", page))
        assert set(TOOLS) <= named


PAGES = [
    *DOCS.glob("*.md"),
    *(PROJECT / name for name in ("AGENTS.md", "CONTRIBUTING.md", "README.md", "SECURITY.md")),
    PROJECT / "bench" / "RESULTS.md",
]
# What the recipes have their reader write.
WRITTEN_BY_READERS = {"tests/gates/test_todo.py", "tests/cli/test_hello.py"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_test_that_a_page_names_is_there(page: Path) -> None:
    named = set(re.findall(r"\btests/[\w./-]+\.(?:py|txt|jsonl?)\b", page.read_text("utf-8")))
    missing = [name for name in named - WRITTEN_BY_READERS if not (PROJECT / name).exists()]
    assert missing == []
