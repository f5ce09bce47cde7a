"""The client: is it there, how old is it, and what does that mean for the policy."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping

from tierwise.doctor.finding import Diagnosis, ok, warn
from tierwise.doctor.place import Place
from tierwise.domain import client_facts
from tierwise.domain.client_facts import at_least
from tierwise.files import find_home
from tierwise.processes import read_output
from tierwise.programs import find_program

# What a call of the client for its version or its opinion has in its environment: it asks nobody else.
QUIET = {"DISABLE_AUTOUPDATER": "1", "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1"}
LIMIT = 20  # seconds for `claude --version`


def check_client(place: Place) -> Iterator[Diagnosis]:
    """Report the client's version, then what that version makes of each thing that a policy relies on."""
    path, version = look_for_client(place)
    if path:
        yield _check_version(path, version)
    else:
        yield warn(
            "client",
            "Claude Code was not found on PATH",
            "Install it, or run doctor where it is on PATH.",
        )
    yield _check_explore(version)
    yield _check_effort(version)


def find_client(
    environ: Mapping[str, str],
    root: str,
) -> str | None:
    """Find the `claude` on PATH, but none of the repository's, else where its own installers put it."""
    path = environ.get("PATH", os.defpath)
    found = find_program("claude", root, path)
    if found:
        return found
    home = find_home(environ)
    for folder in ((".local", "bin"), (".claude", "local")):
        own = os.path.join(home, *folder, "claude")
        if os.access(own, os.X_OK):
            return own
    return None


def version_of(path: str, environ: Mapping[str, str]) -> str:
    """Tell what `claude --version` says, such as 2.1.329; empty where it says nothing."""
    printed = read_output(
        [path, "--version"],
        os.curdir,
        {**environ, **QUIET},
        LIMIT,
    )
    first = printed.strip().partition(" ")[0]
    if not client_facts.parse_version(first):
        return ""
    return first


def look_for_client(place: Place) -> tuple[str, str]:
    """Look up the path and the version of the client here, each empty where it cannot be told."""
    path = find_client(place.environ, place.root)
    if path is None:
        return "", ""
    return path, version_of(path, place.environ)


def client_version(place: Place) -> str:
    """Return the version of the client here; empty where there is none, or where it does not say."""
    _, version = look_for_client(place)
    return version


def _check_version(path: str, version: str) -> Diagnosis:
    if not version:
        return warn(
            "client",
            f"{path} does not tell its version",
            "Run `claude --version` and see what is wrong.",
        )
    if not at_least(version, client_facts.OLDEST):
        remedy = f"Update it to {client_facts.NEWEST} or newer."
        return warn(
            "client", f"Claude Code {version}: older than anything Tierwise was measured on", remedy
        )
    newest = client_facts.NEWEST
    measured = ""
    if client_facts.parse_version(version) > client_facts.parse_version(newest):
        measured = f", newer than the measured {newest}"
    return ok(
        "client",
        f"Claude Code {version}{measured} ({path})",
    )


def _check_explore(version: str) -> Diagnosis:
    if not version:
        since = client_facts.EXPLORE_INHERITS
        meaning = f"the built-in Explore inherits the session's model from {since} on, and ran on haiku before"
        return ok("Explore", f"{meaning}; the hook routes both")
    if at_least(version, client_facts.EXPLORE_INHERITS):
        return ok(
            "Explore", "the built-in Explore inherits the session's model, so the hook routes it"
        )
    return ok(
        "Explore",
        f"on Claude Code {version} the built-in Explore runs on haiku by itself; the hook still routes it",
    )


def _check_effort(version: str) -> Diagnosis:
    if not version:
        since = client_facts.EFFORT_OF_A_CALL
        return ok(
            "effort", f"the effort that the hook writes into a call is applied from {since} on"
        )
    if at_least(version, client_facts.EFFORT_OF_A_CALL):
        return ok(
            "effort",
            "the effort that the hook writes into a call is applied",
        )
    remedy = f"Update to {client_facts.EFFORT_OF_A_CALL} or newer; until then only agents' files set the effort."
    return warn(
        "effort",
        f"Claude Code {version} ignores an effort in the call",
        remedy,
    )
