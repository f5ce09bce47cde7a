"""Which ``python3`` the tests and all that they start run."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

_SCRIPT = b"#!"
_WHERE = "import sys; print(sys.executable)"


def skip_version_manager() -> None:
    """Where ``python3`` is a version manager's script, put the folder of the interpreter that it runs first.

    Such a script takes 0.1 s of the processor to find it, a hook of ours the tenth of that, and clients start thousands.
    """
    found = shutil.which("python3")
    if not found or not _is_script(Path(found)):
        return
    asked = subprocess.run([found, "-c", _WHERE], capture_output=True, text=True)
    interpreter = asked.stdout.strip()
    if interpreter:  # a manager without a chosen version says nothing
        folder = os.path.dirname(interpreter)
        os.environ["PATH"] = os.pathsep.join([folder, os.environ["PATH"]])


def _is_script(program: Path) -> bool:
    with program.open("rb") as file:
        return file.read(len(_SCRIPT)) == _SCRIPT
