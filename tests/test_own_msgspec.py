"""msgspec does not need ``typing_extensions``, and leaves it to others."""

from __future__ import annotations

import subprocess
import sys

_PROGRAM = """
import sys
from tierwise.own_msgspec import load_msgspec
load_msgspec()
assert "msgspec" in sys.modules
assert "inspect" not in sys.modules
import typing_extensions
from tierwise.transcripts import decode
assert decode.read_kind(b'{"type":"user"}') == "user"
"""


def test_it_loads_without_the_package_which_can_be_loaded_later() -> None:
    subprocess.run([sys.executable, "-c", _PROGRAM], check=True)
