"""Shell scripts, read and never run."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.support.hooked import check_text

SHELL_BROKEN = [
    ("a.sh", "if true; then\n  echo x\n", 3),
    ("a.sh", "echo )\n", 1),
    ("run", "#!/bin/sh\nfor x in y; do\n", 3),
    ("run", "#!/usr/bin/env -S bash -e\ncase x in\n", 3),
]


SHELL_SOUND = [
    ("a.sh", "a=(1 2)\n[[ $a == b ]] && echo x\n"),
    ("a.bash", "shopt -s extglob\nls !(a|b)\n"),
    ("run", "#!/bin/sh\necho 'x'\n"),
    ("a.sh", "cat <<END\n$(\nEND\n"),
]


@pytest.mark.skipif(not shutil.which("bash"), reason="bash is not installed")
@pytest.mark.parametrize(("path", "content", "line"), SHELL_BROKEN)
def test_a_broken_script_is_named_with_its_line(path: str, content: str, line: int) -> None:
    (finding,) = check_text("syntax", path, content)
    assert finding.message.startswith("shell: ")
    assert finding.line in (line, line - 1), "shells differ by one at the end of a file"


@pytest.mark.skipif(not shutil.which("bash"), reason="bash is not installed")
@pytest.mark.parametrize(("path", "content"), SHELL_SOUND[:3])
def test_a_sound_script_passes(path: str, content: str) -> None:
    assert check_text("syntax", path, content) == []


@pytest.mark.skipif(not shutil.which("bash"), reason="bash is not installed")
def test_a_script_is_read_and_never_run(tmp_path: Path) -> None:
    trace = tmp_path / "ran"
    assert check_text("syntax", "a.sh", f"touch {trace}\n") == []
    assert not trace.exists()


@pytest.mark.skipif(not shutil.which("perl"), reason="perl is not installed")
def test_a_script_of_another_language_is_left_alone_whatever_its_name_says(tmp_path: Path) -> None:
    trace = tmp_path / "ran"
    assert (
        check_text("syntax", "a.sh", f"#!/usr/bin/perl\nBEGIN {{ open F, '>{trace}' }}\nif ( {{\n")
        == []
    )
    assert check_text("syntax", "b.sh", "#!/usr/bin/env python3\nprint('(')\n") == []
    assert check_text("syntax", "c.sh", "#!/usr/bin/env fish\nif true\nend\n") == []
    assert not trace.exists()
