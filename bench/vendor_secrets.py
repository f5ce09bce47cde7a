"""How many vendors' secrets are found where people write them, and what is taken for one in public source.

python bench/vendor_secrets.py                   # recall over the table of vendors
python bench/vendor_secrets.py CHECKOUT [...]    # also: findings by name in the files that git tracks there, one a line

Read the findings: what is none is a false positive.  Only the place is printed, never the value.
"""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.support.vendors import PLACES, read_vendors

from tierwise.secrets.scan import list_candidates

ROUNDS = 20
FOUND = 0.9  # of a vendor's texts
LARGEST = 400_000  # bytes of a file that is read
DOCUMENTS = (".md", ".mdx", ".rst", ".adoc", ".markdown")


def measure_recall() -> None:
    """Print how many vendors are found in nine of ten places, the rest by name, and the share of all texts."""
    chance = random.Random(2026)
    vendors = read_vendors()
    hits, missed = 0, []
    for vendor in vendors:
        texts = [text for _ in range(ROUNDS) for text in vendor.write_all(chance)]
        found = sum(bool(list_candidates(text.encode())) for text in texts)
        hits += found
        if found < FOUND * len(texts):
            missed.append(f"{vendor.name} {found / len(texts):.0%}")
    total = len(vendors) * len(PLACES) * ROUNDS
    kept = len(vendors) - len(missed)
    print(f"vendors found: {kept} of {len(vendors)}; texts: {hits / total:.1%} of {total}")
    print("not found in nine of ten:", ", ".join(missed) or "none")


def list_findings(checkout: Path) -> tuple[int, list[str]]:
    """The number of text files that git tracks, and every finding in them as ``path:line kind``."""
    listed = subprocess.run(
        ["git", "-C", str(checkout), "ls-files", "-z"], capture_output=True, check=True
    )
    found, count = [], 0
    for name in listed.stdout.decode("utf-8", "surrogateescape").split("\0"):
        path = checkout / name
        if not name or path.is_symlink() or not path.is_file() or path.stat().st_size > LARGEST:
            continue
        data = path.read_bytes()
        if b"\0" in data:
            continue
        count += 1
        for start, _, kind in list_candidates(data, name.lower().endswith(DOCUMENTS)):
            line = data.count(b"\n", 0, start) + 1
            found.append(f"{name}:{line} {kind}")
    return count, found


if __name__ == "__main__":
    measure_recall()
    for folder in sys.argv[1:]:
        files, findings = list_findings(Path(folder))
        print(f"{folder}: {len(findings)} findings in {files} files")
        print("\n".join(findings))
