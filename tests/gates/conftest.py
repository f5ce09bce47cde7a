"""Fixtures of the gates: the projects' own tests run by this very interpreter, which has their test runners."""

from __future__ import annotations

import os
import sys

import pytest


@pytest.fixture(autouse=True)
def interpreter_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """Find `python` and `python3` beside this interpreter: another on PATH may have no pytest."""
    own = os.path.dirname(sys.executable)
    monkeypatch.setenv("PATH", os.pathsep.join([own, os.environ.get("PATH", os.defpath)]))
