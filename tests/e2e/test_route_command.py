"""``/route`` in the real client: the answer is the tool's own, not the model's."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from tests.support.checkout import tierwise
from tests.support.stand_in import Loopback

from tierwise.verify.client import Client

pytestmark = pytest.mark.client

# What a shell would trip over, were the task not kept from it.
TASK = 'fix it\'s "login" `race` $(id) in the payments module'


def test_the_turn_carries_what_tierwise_route_says(
    newest_client: Client, api: Loopback, repository: Path, home: Path
) -> None:
    tierwise(repository, "install")
    path = os.pathsep.join((os.path.dirname(sys.executable), os.environ["PATH"]))
    newest_client.ask(f"/route {TASK}", cwd=repository, home=home, url=api.url, env={"PATH": path})
    answer = tierwise(repository, "route", "--", TASK)
    assert answer.returncode == 0, answer.stderr
    for line in filter(None, answer.stdout.splitlines()):
        assert line.strip() in api.requests[0].text


def test_the_command_is_found_where_it_is_not_on_path(
    client: Client, api: Loopback, repository: Path, home: Path
) -> None:
    assert tierwise(repository, "install", env={"HOME": str(home)}).returncode == 0
    answer = tierwise(repository, "route", "--", TASK).stdout.splitlines()
    subfolder = repository / "packages" / "web"
    subfolder.mkdir(parents=True)
    old = (
        client.version == "2.1.197"
    )  # it reads no hooks from above the folder where a session starts
    for folder in [repository] if old else [repository, subfolder]:
        env = {"PATH": "/usr/bin:/bin"}
        client.ask(f"/route {TASK}", cwd=folder, home=home, url=api.url, env=env)
        assert answer[0] in api.requests[-1].text
