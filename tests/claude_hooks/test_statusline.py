"""The status line: what it says, how little it loads, and that it never fails a prompt."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from tests.support.policies import write_policy
from tests.support.repository import git_environment
from tests.support.spending import record, report_of
from tests.support.transcripts import Call, row, write

from tierwise import hook_main, ledger, local_state
from tierwise.claude_hooks import spend_note
from tierwise.claude_hooks.statusline import line, saved
from tierwise.policy.compile import compile_table
from tierwise.policy.load import load_policy

HOOK_MAIN = str(hook_main.__file__)
THIRD_PARTY = {"click", "yaml", "pydantic", "msgspec", "rich"}
HEAVY = {
    "json",
    "re",
    "typing",
    "dataclasses",
    "decimal",
    "datetime",
    "subprocess",
    "pathlib",
    "functools",
}


@pytest.fixture
def root(repository: Path) -> Path:
    write_policy(repository, "budget: {per_day: 10, per_session: 2, warn: true}\n")
    table = compile_table(load_policy(str(repository)))
    (repository / ".tierwise").mkdir(exist_ok=True)
    (repository / ".tierwise" / "table.json").write_text(json.dumps(table))
    return repository


def told(root: Path, cost: float = 0.42, model: str = "claude-sonnet-5-5") -> bytes:
    """What the client gives on standard input."""
    data: dict[str, Any] = {
        "session_id": "s1",
        "cwd": str(root),
        "workspace": {"project_dir": str(root)},
    }
    data |= {"model": {"id": model, "display_name": "Sonnet 5.5"}, "cost": {"total_cost_usd": cost}}
    return json.dumps(data).encode()


def stop(agent_id: str, **fields: Any) -> dict[str, Any]:
    tokens = {"input_tokens": 0, "output_tokens": 100_000}
    row = {
        "row": "stop",
        "session_id": "s1",
        "agent_id": agent_id,
        "model": "claude-haiku-5-5",
        "tokens": tokens,
    }
    return row | fields


def test_it_says_tier_spend_and_what_the_session_s_subagents_saved(root: Path) -> None:
    ledger.append(str(root), stop("a1"))
    ledger.append(str(root), stop("a1"))  # sent back once: the same agent, all its tokens
    ledger.append(str(root), stop("a2", session_id="s2"))
    assert line(told(root)) == "mid (Sonnet 5.5) · $0.42 of $2.00 · saved $0.86–$1.95"


def test_the_saving_is_between_fewer_turns_and_the_price_list(root: Path) -> None:
    table = json.loads((root / ".tierwise" / "table.json").read_text())
    ledger.append(str(root), stop("a1"))
    low, high = saved(str(root), "s1", table)
    assert high == pytest.approx(2.0 - 0.05)
    assert low == pytest.approx(2.0 / 1.48**2 - 0.05)


def test_a_model_off_the_ladder_is_shown_by_its_name(root: Path) -> None:
    assert line(told(root, model="claude-fable-5-2")).startswith("Sonnet 5.5 · ")


def test_a_folder_without_a_policy_has_the_default_one_and_stays_untouched(tmp_path: Path) -> None:
    assert line(told(tmp_path)) == "mid (Sonnet 5.5) · $0.42 session"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"null", b'{"model": 3, "cost": "x"}'])
def test_bad_input_is_no_failure(raw: bytes) -> None:
    done = subprocess.run(
        [sys.executable, "-S", "-E", HOOK_MAIN, "statusline"],
        input=raw,
        capture_output=True,
        check=True,
    )
    assert done.stderr == b""


def test_a_session_s_spend_is_noted_for_the_next_start_s_warning(root: Path) -> None:
    line(told(root, cost=9.0))
    assert spend_note.spent_today(str(root)) == 9.0
    table = json.loads((root / ".tierwise" / "table.json").read_text())
    assert spend_note.warning(str(root), table) == "the day's budget is near: $9.00 of $10.00"


def test_the_hook_s_door_loads_no_third_party_module_and_little_of_the_library(root: Path) -> None:
    ledger.append(str(root), stop("a1"))
    program = (
        "import os, sys; sys.path.insert(0, sys.argv[1]); sys.argv = ['hook', 'statusline'];"
        "from tierwise.hook_main import main; main(); os.write(2, ' '.join(sys.modules).encode())"
    )
    call = [sys.executable, "-S", "-E", "-c", program, str(Path(HOOK_MAIN).parents[1])]
    done = subprocess.run(
        call, input=told(root), capture_output=True, env=git_environment(), check=True
    )
    assert done.stdout.decode().startswith("mid (Sonnet 5.5) · $0.42")
    assert set(done.stderr.decode().split()) & (THIRD_PARTY | HEAVY) == set()


def test_a_continued_session_counts_its_calls_by_their_day(root: Path, tmp_path: Path) -> None:
    now = int(time.time())
    old = Call("msg_1", "s1", at=now - 3 * 86_400, output=900_000)
    copied = Call("msg_2", "s1", at=now, output=100_000)
    new = Call("msg_3", "s1", at=now, output=30_000)  # Opus 5.5: $20/M, so $0.60
    transcript = tmp_path / "projects" / "-p" / "s1.jsonl"
    fork = row(copied, forkedFrom={"sessionId": "s0"})
    write(transcript, row(old), fork, row(new), row(new, block=1))
    data = json.loads(told(root, cost=18.6)) | {"transcript_path": str(transcript)}
    line(json.dumps(data).encode())
    assert spend_note.spent_today(str(root)) == pytest.approx(0.6)


def test_the_saving_is_the_report_s(root: Path) -> None:
    table = json.loads((root / ".tierwise" / "table.json").read_text())
    tokens = {"input_tokens": 1000, "output_tokens": 50_000, "cache_creation_input_tokens": 40_000,
              "cache_read_input_tokens": 50_000}  # fmt: skip
    models = [
        "claude-haiku-5-5",
        "claude-sonnet-5-5",
        "claude-fable-5-2",
        "claude-haiku-4-5",
        "opus",
    ]
    calls = []
    for number, model in enumerate(models):
        ledger.append(str(root), stop(f"a-{number}", model=model, tokens=tokens))
        calls.append(
            record(
                number,
                model=model,
                agent=str(number),
                agent_id=f"a-{number}",
                input_tokens=1000,
                output_tokens=50_000,
                cache_write_5m_tokens=40_000,
                cache_read_tokens=50_000,
            )
        )
    found = next(
        item for item in report_of(calls, (), table).baselines if item.name == "all-frontier"
    )
    low, high = saved(str(root), "s1", table)
    assert low == pytest.approx(float(found.saved.low))
    assert high == pytest.approx(float(found.saved.high))


@pytest.mark.parametrize("damage", [{"own_usd": []}, {"own_usd": ["x", None]}, {"cost_usd": "x"}])
def test_a_damaged_row_costs_that_row_and_not_the_line(damage: dict[str, Any], root: Path) -> None:
    turn = {"row": "turn", "session_id": "s1", "routing": "on"}
    ledger.append(str(root), {**turn, "turn": "t1", "cost_usd": 1.0, "own_usd": [2.0, 3.0]})
    ledger.append(str(root), {**turn, "turn": "t2", "cost_usd": 1.0, "own_usd": [1, 1], **damage})
    ledger.append(str(root), stop("a1", tokens={"input_tokens": "many"}))
    assert line(told(root)) == "mid (Sonnet 5.5) · $0.42 of $2.00 · saved $1.00–$2.00"


def test_the_ledger_is_read_once(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ledger.append(str(root), stop("a1"))
    read = local_state.read_tail
    calls = []

    def count(*names: str, size: int) -> bytes:
        calls.append(names)
        return read(*names, size=size)

    monkeypatch.setattr(local_state, "read_tail", count)
    line(told(root))
    assert len(calls) == 1
