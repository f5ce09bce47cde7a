"""Whether an attempt runs in circles, told from its stream: what it calls, what comes back, what it has edited."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from tierwise.cascade.model import StallLimits
from tierwise.errors import OutsideError
from tierwise.files import read_bytes
from tierwise.git.snapshot import git_output

_EDITING = frozenset(("Edit", "Write", "MultiEdit", "NotebookEdit"))
_READ_EXTRA = 2  # the same look at the same thing may come this often more than the limit
_SAME_FILE = 12  # looks at one file, at whatever lines, without an edit between
_SECONDS_A_MINUTE = 60
_KEPT_OUTPUT = 2000  # characters of a failed command's output


@dataclass
class StallWatch:
    """Follows one attempt.  ``max_usd``: what it may spend; ``started``: seconds on the caller's clock.

    ``git``: the environment of git commands, for a repository that the attempt cannot configure.
    """

    limits: StallLimits
    folder: str
    max_usd: float
    started: float
    git: Mapping[str, str] = field(default_factory=dict)
    last_edit: float = 0.0
    spent_at_edit: float = 0.0
    spent_usd: float = 0.0
    calls: dict[str, tuple[str, Mapping[str, object]]] = field(default_factory=dict)
    repeated: Counter[str] = field(default_factory=Counter)
    failing: Counter[tuple[str, str]] = field(default_factory=Counter)
    contents: dict[str, list[str]] = field(default_factory=dict)
    returns: Counter[str] = field(default_factory=Counter)
    state: str = ""
    last_failure: str = ""  # the command that failed last, and the end of what it said

    def __post_init__(self) -> None:
        self.last_edit = self.started
        self.state = _read_state(self.folder, self.git)

    def see_call(
        self,
        call: str,
        name: str,
        arguments: Mapping[str, object],
    ) -> str:
        """Note a tool call; return why the attempt is taken to run in circles, empty where it is not."""
        self.calls[call] = (name, arguments)
        if name in _EDITING:
            self._note_content(str(arguments.get("file_path", "")))  # what it was before
            return ""
        shown = dict(arguments)
        shown.pop("description", None)
        path = arguments.get("file_path")
        keys = {f"{name} {json.dumps(shown, sort_keys=True)}": self.limits.repeats + _READ_EXTRA}
        if path:
            keys[f"{name} of {path}"] = _SAME_FILE
        for key, limit in keys.items():
            self.repeated[key] += 1
            if name != "Bash" and self.repeated[key] >= limit:
                return f"looked at the same thing {self.repeated[key]} times: {key[:120]}"
        return ""

    def see_result(
        self,
        call: str,
        failed: bool,
        output: str,
        now: float,
    ) -> str:
        """Note what a call gave; return as :meth:`see_call` does."""
        name, arguments = self.calls.get(call, ("", {}))
        if name in _EDITING and not failed:
            path = str(arguments.get("file_path", ""))
            return self._see_edit(path, now)
        if name != "Bash":
            return ""
        state = _read_state(self.folder, self.git)
        if state != self.state:
            self.state = state
            self._note_progress(now)
        if not failed:
            return ""
        command = str(arguments.get("command", ""))
        self.last_failure = f"{command}\n{output[-_KEPT_OUTPUT:]}"
        key = (command, _without_numbers(output))
        self.failing[key] += 1
        if self.failing[key] >= self.limits.repeats:
            return f"the same command failed {self.failing[key]} times in the same way: {command[:120]}"
        return ""

    def see_spend(self, usd: float) -> str:
        """Note what the attempt has cost by now; return as :meth:`see_call` does."""
        self.spent_usd = usd
        share = self.limits.budget_share * self.max_usd
        if share > 0 and usd - self.spent_at_edit > share:
            return f"spent ${usd - self.spent_at_edit:.4f}, {self.limits.budget_share:.0%} of its limit, without a new edit"
        return ""

    def see_time(self, now: float) -> str:
        """Note that time has passed; return as :meth:`see_call` does."""
        if now - self.last_edit > self.limits.minutes * _SECONDS_A_MINUTE:
            return f"no new edit in {self.limits.minutes:g} minutes"
        return ""

    def _see_edit(
        self,
        path: str,
        now: float,
    ) -> str:
        known = self.contents.get(path, [])
        earlier, before = known[:-1], known[-1:]
        digest = self._note_content(path)
        self.state = _read_state(self.folder, self.git)
        if [digest] == before:
            return ""  # written as it was
        if digest and digest in earlier:
            self.returns[path] += 1
            if self.returns[path] >= self.limits.repeats - 1:
                return f"{path} came back to an earlier content {self.returns[path]} times"
            return ""
        self._note_progress(now)
        return ""

    def _note_progress(self, now: float) -> None:
        self.last_edit = now
        self.spent_at_edit = self.spent_usd
        self.repeated.clear()

    def _note_content(self, path: str) -> str:
        data = None
        if path:
            data = read_bytes(path)
        if data is None:
            return ""
        digest = hashlib.sha256(data).hexdigest()
        known = self.contents.setdefault(path, [])
        if not known or known[-1] != digest:
            known.append(digest)
        return digest


def _without_numbers(text: str) -> str:
    """Return output without what differs from run to run: times, addresses, counts."""
    return re.sub(r"\d+", "#", text)


def _read_state(folder: str, git: Mapping[str, str]) -> str:
    """Return a digest of what git sees as changed or new below ``folder``, by sizes and times.

    Empty where there is no repository.  What is ignored counts for nothing: each run of the tests writes its caches.
    """
    call = (
        "ls-files",
        "--modified",
        "--others",
        "--exclude-standard",
        "-z",
    )
    try:
        listed = git_output(folder, *call, env=git)
    except OutsideError:
        return ""
    digest = hashlib.sha256(listed)
    for name in filter(None, listed.split(b"\0")):
        with suppress(OSError):  # it went
            facts = os.lstat(os.path.join(os.fsencode(folder), name))
            digest.update(f"{facts.st_size} {facts.st_mtime_ns}\n".encode())
    return digest.hexdigest()
