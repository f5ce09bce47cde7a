"""The learned model: what it reads, and that its file is what the data give."""

from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tierwise.classify import model
from tierwise.classify.features import STEM, Evidence, read_features
from tierwise.classify.signals import read_signals
from tierwise.classify.words import split_words
from tierwise.domain.kinds import KINDS

ROOT = Path(__file__).parents[2]
TEXT = "update the README with the new install steps"


def test_the_weights_that_counted_are_the_whole_score() -> None:
    evidence = read_signals(TEXT).evidence
    scores = model.score_features(evidence)
    nothing = model.score_features(Evidence()).heads[model.HEADS.index("docs")]
    said = sum(weight for _, weight in model.weigh_features(evidence, "docs"))
    assert nothing + said == pytest.approx(scores.heads[model.HEADS.index("docs")])


def test_a_long_frame_cannot_drown_what_is_asked_for() -> None:
    words = [
        "the",
        "login",
        "session",
        "token",
        "password",
        "schema",
        "migration",
        "audit",
        "of",
        "the",
        "payment",
        "form",
    ]
    frame = [f"{word}{end}" for word in words for end in ("", "s", "ed", "ing")] * 5
    short = model.score_features(read_features(["fix", "typo", "readme"], []))
    long = model.score_features(read_features(["fix", "typo", "readme"], frame[:250]))
    docs = [*KINDS].index("docs")
    assert long.kinds()[docs] > short.kinds()[docs] / 4


def test_probabilities_add_up_to_one() -> None:
    scores = model.score_features(read_signals(TEXT).evidence)
    assert sum(scores.kinds()) == pytest.approx(1)
    assert sum(scores.acts().values()) == pytest.approx(1)
    assert 0 <= scores.protected() <= 1


def test_a_feature_that_was_never_seen_weighs_nothing() -> None:
    assert model.find_row("qqqqqqq") == []
    assert model.score_features(Evidence(["qqqqqqq"])).known == 0


def test_a_repository_s_own_noun_weighs_less() -> None:
    evidence = read_signals("add a token to the lexer").evidence
    plain, owned = (model.score_features(evidence, nouns).protected() for nouns in ((), ("token",)))
    assert owned < plain
    weights = dict(model.weigh_features(evidence, "protected"))
    reduced = dict(model.weigh_features(evidence, "protected", ("token",)))
    assert reduced["^token"] == pytest.approx(weights["^token"] / 3)


def test_a_file_of_another_layout_is_refused() -> None:
    with pytest.raises(ValueError, match="train_router"):
        model.use_model(b"TWR0" + bytes(100))


def test_every_kind_has_weights() -> None:
    stems = {
        word[:STEM] for kind, meaning in KINDS.items() for word in split_words(f"{kind} {meaning}")
    }
    seen = {model.HEADS[head] for stem in stems for head, _ in model.find_row(stem)}
    assert set(KINDS) <= seen


@pytest.mark.slow
def test_what_is_written_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    numpy = pytest.importorskip("numpy", reason="training needs numpy (pip install -e '.[train]')")
    monkeypatch.syspath_prepend(ROOT / "bench")
    import train_router

    names = [f"word{number}" for number in range(400)]
    fit = train_router.Fit(names)
    heads = len(model.HEADS)
    for at, line in enumerate(fit.weights):
        # Rows of every length; three weights a head, so that each has a code of its own.
        line[: 1 + at % heads] = (at % 3 - 1.5) * numpy.arange(1, 2 + at % heads) / 16
    shipped = Path(model.PATH).read_bytes()
    model.use_model(train_router.render_model(fit))
    try:
        for name, line in zip(names, fit.weights, strict=True):
            steps = numpy.rint(line / model.SCALE)
            expected = [(head, step) for head, step in enumerate(steps) if step]
            assert model.find_row(name) == expected
        assert not any(map(model.find_row, ("another", "word400", "")))
    finally:
        model.use_model(shipped)


@pytest.fixture
def record(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """bench/model_record.py."""
    monkeypatch.syspath_prepend(ROOT / "bench")
    return importlib.import_module("model_record")


@pytest.mark.slow
def test_training_gives_this_very_file(record: ModuleType) -> None:
    """It is trained where anything that a training reads has changed since the model was made."""
    pytest.importorskip("numpy", reason="training needs numpy (pip install -e '.[train]')")
    if record.is_current():
        return
    done = subprocess.run(
        [sys.executable, str(ROOT / "bench" / "train_router.py"), "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    "changed",
    [
        "bench/weight_codes.py",
        "installer/tierwise/classify/concepts.txt",
        "installer/tierwise/classify/model.bin",
        "installer/tierwise/classify/words.py",
        "tests/data/prompts/phrases.tsv",
        "tests/data/routing/tuning.jsonl",
    ],
)
def test_a_model_of_other_inputs_is_trained_again(
    record: ModuleType, changed: str, tmp_path: Path
) -> None:
    pytest.importorskip("numpy")
    for path in [*record.list_inputs(ROOT), ROOT / record.MODEL]:
        copy = tmp_path / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes())
    assert not record.is_current(tmp_path)
    record.write_record(tmp_path)
    assert record.is_current(tmp_path)
    with (tmp_path / changed).open("ab") as file:
        file.write(b"\n")
    assert not record.is_current(tmp_path)


@pytest.mark.parametrize("times", [1, 60])
def test_a_sum_of_lanes_is_the_sum_of_the_rows(times: int) -> None:
    words = ["migrate", "users", "table", "and", "review", "auth", "tokens"] * 3
    evidence = Evidence(read_features(words, []).features * times)
    sums = [0.0] * len(model.HEADS)
    for feature in evidence.lead:
        for head, weight in model.find_row(feature):
            sums[head] += weight
    found = model.score_features(evidence)
    factor = model.scale_for(found.known, 0)
    plain = model.score_features(Evidence()).heads
    assert found.heads == pytest.approx([
        total * factor + bias for total, bias in zip(sums, plain, strict=True)
    ])  # fmt: skip
