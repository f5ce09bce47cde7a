"""What the router's model was last trained from, as one digest: tests/data/model.json.

A training takes a minute of the processor.  Where nothing that it reads has changed since, it would give the same file;
``train_router.py`` writes the record, and the test of the model trains where it is not that of the files that are there.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

from tierwise.policy.compile import compile_table
from tierwise.policy.load import load_preset

ROOT = Path(__file__).resolve().parents[1]
RECORD = Path("tests", "data", "model.json")
MODEL = Path("installer", "tierwise", "classify", "model.bin")
_TRAINING = ("train_router", "labelled_texts", "protected_words", "weight_codes", "model_record")
_READING = ("classify/*.py", "classify/*.txt", "domain/kinds.py", "memo.py")
_TEXTS = ("routing", "prompts")
_UNREAD = ("held_out", "last")


def write_record(root: Path = ROOT) -> None:
    """Note what there is to train from now, and the model that was made of it."""
    text = json.dumps(describe_state(root), indent=2)
    (root / RECORD).write_text(f"{text}\n", encoding="utf-8")


def is_current(root: Path = ROOT) -> bool:
    """Whether the model and all that it was trained from are as they were then."""
    try:
        noted = json.loads((root / RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return bool(noted == describe_state(root))


def describe_state(root: Path) -> dict[str, str]:
    """The digest of everything that a training reads, numpy's version and the policy's tiers too, and the model's."""
    table = compile_table(load_preset())
    tiers = json.dumps([table["routes"], table["default"]], sort_keys=True)
    read = hashlib.sha256(f"{version('numpy')}\n{tiers}\n".encode())
    for path in sorted(list_inputs(root)):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        read.update(f"{path.relative_to(root).as_posix()} {content}\n".encode())
    return {
        "read": read.hexdigest(),
        "model": hashlib.sha256((root / MODEL).read_bytes()).hexdigest(),
    }


def list_inputs(root: Path) -> Iterator[Path]:
    """The files that a training reads or runs."""
    for name in _TRAINING:
        yield root / "bench" / f"{name}.py"
    for pattern in _READING:
        yield from (root / "installer" / "tierwise").glob(pattern)
    for folder in _TEXTS:
        for path in (root / "tests" / "data" / folder).iterdir():
            if not path.stem.endswith(_UNREAD):
                yield path
