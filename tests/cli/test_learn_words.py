"""``tierwise learn --words``, ``--forget-words`` and ``flag --kind``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tierwise import ledger
from tierwise.cli import run
from tierwise.errors import USAGE
from tierwise.routing.own_words import NAME, SHARED

SESSION = "5b1f0c7e-0000-4000-8000-000000000001"


@pytest.fixture
def root(repository: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (repository / "tierwise.yaml").write_text("version: 1\nextends: balanced\n")
    (repository / "client" / "projects" / "p").mkdir(parents=True)
    monkeypatch.setenv("CLAUDE_CONFIG_DIR", str(repository / "client"))
    monkeypatch.chdir(repository)
    return repository


def write_spawns(root: Path, prompts: list[str]) -> None:
    lines = []
    for number, prompt in enumerate(prompts):
        data = {"description": "work", "prompt": prompt, "subagent_type": "general-purpose"}
        use = {"type": "tool_use", "id": f"toolu_{number}", "name": "Agent", "input": data}
        message = {"id": f"m{number}", "role": "assistant", "content": [use]}
        lines.append(json.dumps({"type": "assistant", "sessionId": SESSION, "message": message}))
    path = root / "client" / "projects" / "p" / f"{SESSION}.jsonl"
    path.write_text("\n".join(lines) + "\n")


@pytest.mark.slow
def test_annotations_label_and_what_is_learned_can_be_forgotten(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = "[domain: refactor] Zurechtzupfen der Gardine zum zweiten Mal, Teil {}"
    write_spawns(root, [own.format(number) for number in range(30)])
    assert run(["learn", "--words"]) == 0
    out = capsys.readouterr().out
    assert "30 labelled tasks" in out
    assert "It is used from now on" in out
    kept = root / ".tierwise" / "local" / NAME
    assert kept.exists()
    assert run(["learn", "--forget-words"]) == 0
    assert "Forgotten" in capsys.readouterr().out
    assert not kept.exists()


def test_a_flag_labels_and_few_labels_teach_nothing(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_spawns(root, ["Zurechtzupfen der Rechnung"])
    names = {"session_id": SESSION, "tool_use_id": "toolu_0"}
    ledger.append(str(root), {"row": "decision", "kind": "docs", "tier": "mid", **names})
    assert run(["flag", "last", "wrong", "--kind", "refactor"]) == 0
    assert run(["learn", "--words"]) == 0
    assert "1 labelled tasks; 20 are needed" in capsys.readouterr().out


@pytest.mark.slow
def test_what_is_learned_is_shared_by_choice(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = "[domain: refactor] Zurechtzupfen der {} zum zweiten Mal, Teil {}"
    places = (
        "Rechnung",
        "Kundschaft",
        "Anzeige",
        "Ausgabe",
        "Suche",
        "Anmeldung",
        "Ansicht",
        "Kasse",
    )
    write_spawns(root, [own.format(places[number % 8], number) for number in range(40)])
    assert run(["learn", "--words", "--share"]) == 0
    out = capsys.readouterr().out
    assert "Wrote" in out
    assert "Read it before you commit it" in out
    shared = root / SHARED
    assert "zurec" in shared.read_text("utf-8")
    assert "29 " not in json.loads(shared.read_text("utf-8"))["weights"]  # stands in one task
    assert not (root / ".tierwise" / "local" / NAME).exists()
    assert run(["learn", "--words"]) == 0  # on top of it nothing is left to learn
    assert "nothing is changed" in capsys.readouterr().out
    assert run(["learn", "--forget-words", "--share"]) == 0
    assert not shared.exists()


def test_share_alone_is_an_error(root: Path) -> None:
    assert run(["learn", "--share"]) == USAGE
