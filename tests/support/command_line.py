"""The command line as a person types it in a folder."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from tests.support.warm import run_tierwise


def tierwise(cwd: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run ``tierwise arguments`` with this process's environment and more; the code is the caller's to judge."""
    return run_tierwise(*arguments, cwd=cwd, env={**os.environ, **environment})
