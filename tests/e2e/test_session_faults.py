"""A turn of the main conversation goes on untouched where the hook, the module or Python fails."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from tests.conftest import real_client
from tests.support.hook import rows
from tests.support.plugin_session import set_routing, talk
from tests.support.stand_in import Loopback
from tests.support.turns import bash

from tierwise.verify.client import Client
from tierwise.verify.turns import say, use

pytestmark = pytest.mark.client

OPUS = "claude-opus-5-5"


@pytest.fixture
def project(repository: Path) -> Path:
    set_routing(repository, "on")
    return repository


@pytest.fixture
def broken(checkout: Path, tmp_path: Path) -> Path:
    """A copy of the plugin whose only hook is the module's, for tests that break it."""
    plugin = tmp_path / "plugin"
    shutil.copytree(checkout, plugin)
    hooks = json.loads((plugin / "hooks" / "hooks.json").read_text())
    (plugin / "hooks" / "hooks.json").write_text(json.dumps({**hooks, "hooks": {}}))
    return plugin


def test_a_turn_goes_on_as_it_was_where_the_hook_is_slow(
    modern_client: Client, api: Loopback, broken: Path, project: Path, home: Path
) -> None:
    (broken / "hooks" / "run.py").write_text("import time\ntime.sleep(30)\n")
    answer = modern_client.ask(
        "Add a helper to the parser",
        *("--plugin-dir", str(broken), "--model", "opus"),
        cwd=project,
        home=home,
        url=api.url,
    )
    assert answer.text == "Done."
    assert [request.model for request in api.of_main()] == [OPUS]
    assert answer.result["duration_ms"] < 8_000


def test_a_turn_goes_on_as_it_was_whatever_the_hook_says(
    modern_client: Client, api: Loopback, broken: Path, project: Path, home: Path, tmp_path: Path
) -> None:
    with talk(modern_client, api, broken, project, home) as session:
        for said in ("print('{}')", "print('no json')", "raise SystemExit(1)"):
            started = tmp_path / said
            note = f"open({str(started)!r}, 'w').close()\n"
            (broken / "hooks" / "run.py").write_text(f"{note}{said}\n")
            api.forget()
            answer = session.ask("Add a helper to the parser")
            assert started.exists()
            assert answer["result"] == "Done."
            assert [request.model for request in api.of_main()] == [OPUS]
            assert answer["duration_ms"] < 8_000


@pytest.mark.slow
def test_a_turn_goes_on_where_the_module_itself_fails(
    modern_client: Client, api: Loopback, checkout: Path, project: Path, home: Path, tmp_path: Path
) -> None:
    plugin = tmp_path / "plugin"
    shutil.copytree(checkout, plugin)
    module = plugin / "hooks" / "session.mjs"
    whole = module.read_text()
    api.default = say("Done.")
    handlers = re.findall(r'^  on\("[\w.]+", (\w+)\)', whole, re.MULTILINE)
    assert len(handlers) == 8
    for name in handlers:
        broken, count = re.subn(
            rf"(function\*? {name}\(.*\) {{\n)", r'\1  throw new Error("fault");\n', whole
        )
        assert count == 1
        module.write_text(broken)
        with talk(modern_client, api, plugin, project, home) as session:
            api.forget()
            api.main = [use(bash("ls")), say("Done.")]
            answer = session.ask("Add a helper to the parser")
            assert (answer["result"], answer["is_error"]) == ("Done.", False)
            assert len(api.of_main()) == 2


def test_without_python_the_turn_goes_on(
    modern_client: Client, api: Loopback, checkout: Path, project: Path, home: Path
) -> None:
    answer = modern_client.ask(
        "Add a helper to the parser",
        *("--plugin-dir", str(checkout), "--model", "opus"),
        cwd=project,
        home=home,
        url=api.url,
        env={"PATH": str(home)},
    )
    assert answer.text == "Done."
    assert [request.model for request in api.of_main()] == [OPUS]


def test_an_older_client_reads_the_same_hooks_file(
    api: Loopback, checkout: Path, project: Path, home: Path
) -> None:
    old = real_client("2.1.197")
    old.ask("Add a helper", "--plugin-dir", str(checkout), cwd=project, home=home, url=api.url)
    assert rows(project, "session")
    assert not rows(project, "turn")
