"""The texts that let the system start the watcher."""

from __future__ import annotations

import re

from tierwise.sync.watch.service import service_text


def test_a_unit_s_name_is_one_that_the_system_takes_whatever_the_folder_is_called() -> None:
    first = service_text("/home/me/Größe & 日本 's $x", "systemd").splitlines()[0]
    assert re.search(r"user/tierwise-watch-Gr-e-s-x-[0-9a-f]{8}\.service, then", first)
    assert "user/tierwise-watch-repository-" in service_text("/日本", "systemd")
