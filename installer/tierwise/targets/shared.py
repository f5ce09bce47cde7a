"""What belongs to no tool: the compiled table, the policy's schema, the hook's launcher, ROUTING.md for people."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from tierwise import __version__, bundle, fastjson, repo
from tierwise.domain.hook_line import LAUNCHER
from tierwise.domain.table_shape import Table
from tierwise.files import with_lf
from tierwise.loose import list_texts
from tierwise.policy.compile import compile_table
from tierwise.policy.load import Loaded
from tierwise.policy.repository import (
    RepositoryFacts,
    read_facts,
)
from tierwise.targets.routing_md import routing_md
from tierwise.targets.target import (
    OwnFiles,
    Read,
    RepoReader,
    WantedFile,
    whole_file,
)

TABLE = f"{repo.FOLDER}/table.json"
_SCHEMA = f"{repo.FOLDER}/schema.json"
_IGNORE = f"{repo.FOLDER}/.gitignore"
_ATTRIBUTES = f"{repo.FOLDER}/.gitattributes"
_ROUTING = "ROUTING.md"


class SharedTarget(OwnFiles):
    """What Tierwise itself reads, and people."""

    name = "shared"
    owns = (
        TABLE,
        _SCHEMA,
        _IGNORE,
        _ATTRIBUTES,
        LAUNCHER,
        f"./{_ROUTING}",
    )
    limits = ()

    def files(
        self,
        policy: Loaded,
        repo: RepoReader,
    ) -> Iterator[WantedFile]:
        """Yield the same files for every policy; the table and ROUTING.md say what it decides."""
        read = repo.read
        table, content = _compile_table(policy, repo)
        schema = bundle.read_bytes("templates", "schema.json")
        launcher = bundle.read_bytes("templates", "hook.sh")
        page = routing_md(table)
        yield whole_file(TABLE, content, read)
        yield whole_file(_SCHEMA, schema, read)
        yield whole_file(_IGNORE, b"local/\n", read)
        yield whole_file(
            _ATTRIBUTES,
            b"* -text\n",
            read,
        )  # a launcher with CRLF does not run
        yield whole_file(LAUNCHER, launcher, read, mode=0o755)
        yield whole_file(_ROUTING, page.encode(), read)


def _compile_table(
    policy: Loaded,
    repo: RepoReader,
) -> tuple[Table, bytes]:
    """Return the table and its bytes.  What it knows of the repository is read anew only where it is written anyway.

    A file or an agent that somebody adds is no drift: no commit waits for a `sync` because of it.
    """
    before = _facts_before(repo.read)
    if before is not None:
        table = compile_table(policy, before)
        content = _table_bytes(table, repo.read)
        if content == with_lf(repo.read(TABLE) or b""):
            return table, content
    table = compile_table(policy, read_facts(repo.root, before))
    return table, _table_bytes(table, repo.read)


def _facts_before(read: Read) -> RepositoryFacts | None:
    """Return what the table that stands there knows of the repository; None where there is none that can be read."""
    facts = fastjson.read_object(read(TABLE)).get("repository")
    if not isinstance(facts, dict):
        return None
    return {
        "nouns": list_texts(facts.get("nouns")),
        "read_only": list_texts(facts.get("read_only")),
    }


def _table_bytes(table: Table, read: Read) -> bytes:
    """Return the table with its writer's version; where only that differs, the bytes that stand there."""
    found = read(TABLE)
    writer = fastjson.read_object(found).get("tierwise")
    as_found = _dump_json({**table, "tierwise": writer})
    if found is not None and with_lf(found) == as_found:
        return as_found
    return _dump_json({**table, "tierwise": __version__})


def _dump_json(value: Any) -> bytes:
    text = json.dumps(value, indent=1, ensure_ascii=False)
    return f"{text}\n".encode()
