"""The loop of ``tierwise watch``: wake, let a burst end, look, act, say what happened."""

from __future__ import annotations

import ctypes
import gc
import os
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field

from tierwise import repo
from tierwise.errors import OUTSIDE, TierwiseError
from tierwise.policy.load import NoPolicyError
from tierwise.sync.apply import apply_plan
from tierwise.sync.change import Plan
from tierwise.sync.disk import reader
from tierwise.sync.journal import ChangedMeanwhile, KeptEdit
from tierwise.sync.options import SyncOptions
from tierwise.sync.repository import plan_sync, recover_run
from tierwise.sync.state import PATH as STATE
from tierwise.sync.state import read_state
from tierwise.sync.watch.events import Watches
from tierwise.sync.watch.look import Glance, glance
from tierwise.sync.watch.only_one import note

IndexStamp = tuple[int, int, int] | None
Say = Callable[..., None]  # say("synced", files=[…], …): the events are listed in docs/watch.md

QUIET_SECONDS = 0.004  # a burst has ended when nothing came for so long
BURST_SECONDS = 0.040  # and a steady stream of events is cut after so long
GIT_SECONDS = 2.0  # while git holds its index the tree is half changed; a lock older than this was left behind
AGAIN_SECONDS = 0.25  # what could not be acted on is looked at again after so long
TYPING_SECONDS = 1.0  # an empty policy is an editor at work for so long, then it is meant


@dataclass
class Watcher:
    """What one watcher remembers from look to look."""

    root: str
    say: Say
    repair: bool = False
    outputs: list[str] = field(default_factory=list)
    seen: Glance | None = None
    # The last look could not be acted on: look again though nothing has changed.
    again: bool = False
    # Digest of the policy that the record of what was written was last seen with.
    recorded: str = ""
    error: str = ""
    drift: tuple[tuple[str, str], ...] = ()
    empty_since: float | None = None

    def look(self) -> None:
        """Look at the disk, and bring the outputs up to the policy where that is called for."""
        if self._git_is_busy():
            self.again = True
            return
        index = self._stamp_index()
        now = glance(self.root, self.outputs, self.seen)
        if now == self.seen and not self.again:
            return
        self.seen, self.again = now, False
        if not now.typing:
            self.empty_since = None
        if not now.digest:
            self._say_once(
                "the policy is gone; what was generated stays until it is back",
                "gone",
            )
        elif now.typing and not self._meant_empty():
            self.again = True
        else:
            self._act_on_change(now.digest, index)

    def _act_on_change(
        self,
        digest: str,
        index: IndexStamp,
    ) -> None:
        began = time.perf_counter()
        plan = None
        try:
            plan = self._apply_policy(digest, index)
        except (ChangedMeanwhile, NoPolicyError):
            self.again = True  # saved, or moved away, while we looked: look again
        except TierwiseError as error:
            event = "broken"
            self.again = error.exit_code == OUTSIDE
            if self.again:
                event = "failed"
            self._say_once(str(error), event)
        except OSError as error:
            self.again = True
            place = error.filename or self.root
            self._say_once(
                f"{place}: {error.strerror or error}",
                "failed",
            )
        if plan is None:
            return
        self.recorded = digest
        if self.error:
            self.error = ""
            self.say("fixed")
        if plan.writes:
            self._report_plan(plan, time.perf_counter() - began)
        self._report_drift(plan)
        self._remember_outputs(plan)

    def _apply_policy(
        self,
        digest: str,
        index: IndexStamp,
    ) -> Plan | None:
        """Write what the policy wants; None where this is not the time for it."""
        self._report_kept(recover_run(self.root))
        plan = plan_sync(self.root, self._choose_options())
        if self._git_is_busy() or self._stamp_index() != index:
            self.again = True  # a checkout began, or was all over, while we looked
            return None
        if not plan.before and self.recorded == digest:
            # `tierwise uninstall` may leave an edited policy; a save of it asks to have all again.
            gone = "the record of what was written is gone; `tierwise sync` writes everything again"
            self._say_once(gone, "gone")
            return None
        apply_plan(self.root, plan)
        return plan

    def _choose_options(self) -> SyncOptions:
        if not self.repair:
            return SyncOptions(repair=False)
        kept = plan_sync(self.root).kept
        edited = [change.path for change in kept if change.status == "edited"]
        return SyncOptions(force=edited, repair=True)

    def _report_plan(
        self,
        plan: Plan,
        seconds: float,
    ) -> None:
        files = [change.path for change in plan.writes]
        waiting = sorted(path for path in files if path.startswith(".claude/"))
        live = repo.FOLDER + "/table.json" in files
        self.say(
            "synced",
            files=files,
            milliseconds=round(seconds * 1000, 1),
            live=live,
            next_session=waiting,
        )

    def _report_kept(
        self,
        kept_edits: tuple[KeptEdit, ...],
    ) -> None:
        if kept_edits:
            self.say(
                "kept",
                files=[asdict(kept) for kept in kept_edits],
            )

    def _report_drift(self, plan: Plan) -> None:
        drift = tuple((change.path, change.status) for change in plan.kept)
        if drift != self.drift:
            self.drift = drift
            files = [{"path": path, "status": status} for path, status in drift]
            self.say("drift", files=files)

    def _remember_outputs(self, plan: Plan) -> None:
        # git may bring back an older state, too.
        record = read_state(self.root)
        self.outputs = sorted({*record, STATE})
        # Our own writes are not news; a save of the policy during the run still is, for its stamp is the old one.
        written = glance(self.root, self.outputs, self.seen)
        if self.seen is not None and written.digest == self.seen.digest:
            self.seen = written
        # What was touched between our writing and that glance would look like our own work: tell by content.
        read = reader(self.root)
        self.again = bool(plan.before) and not record  # `tierwise uninstall` was at work
        for change in plan.changes:
            if change.path != repo.POLICY and read(change.path) != change.left:
                self.again = True

    def _say_once(
        self,
        message: str,
        event: str,
    ) -> None:
        if message != self.error:
            self.error = message
            self.say(event, message=message)

    def _git_is_busy(self) -> bool:
        """Return whether git is changing the tree: it would then be half old, half new.

        A lock older than two seconds was left behind by a git that died, and holds nobody up.
        """
        try:
            began = self._stat_git("index.lock").st_mtime
        except OSError:
            return False
        return 0 <= time.time() - began < GIT_SECONDS

    def _stamp_index(self) -> IndexStamp:
        """Return what a change of git's index shows in: each one is a new file; None where there is no index."""
        try:
            found = self._stat_git("index")
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns, found.st_size

    def _stat_git(self, name: str) -> os.stat_result:
        folder = repo.git_folder(self.root)
        return os.stat(os.path.join(folder, name))

    def _meant_empty(self) -> bool:
        """Return whether a policy without content has been so for long enough to be meant."""
        if self.empty_since is None:
            self.empty_since = time.monotonic()
        if time.monotonic() - self.empty_since < TYPING_SECONDS:
            return False
        self.empty_since = None
        return True


def watch(
    root: str,
    say: Say,
    stop: threading.Event,
    *,
    repair: bool = False,
    poll: bool = False,
    watched: Callable[[], None] = lambda: None,
    looked: Callable[[], None] = lambda: None,
) -> None:
    """Watch until ``stop`` is set.

    ``looked`` is called after each look; ``watched`` once, when the first look is done and events come.
    """
    woken = threading.Event()
    watcher = Watcher(root, say, repair)
    with Watches(root, woken.set, poll=poll) as watches:
        reason, first = "", True
        while not stop.is_set():
            if watches.reason != reason:
                reason = watches.reason
                say(
                    "polling",
                    reason=reason,
                    seconds=watches.interval,
                )
            if os.path.isdir(root):
                watcher.look()
                looked()
            if first:
                first = False
                give_memory_back()
                watched()
            wait = watches.interval
            if watcher.again:
                wait = AGAIN_SECONDS
            if woken.wait(wait):
                _let_burst_end(woken, stop)
            watches.rearm()
    note(root, running=False)


def _let_burst_end(
    woken: threading.Event,
    stop: threading.Event,
) -> None:
    """Wait until the events pause, so that a burst of saves is one run."""
    end = time.monotonic() + BURST_SECONDS
    while not stop.is_set() and time.monotonic() < end:
        woken.clear()
        if not woken.wait(QUIET_SECONDS):
            return
    woken.clear()


def give_memory_back() -> None:
    """Give back to the system what loading the policy model took and freed, where the C library can."""
    gc.collect()
    try:
        ctypes.CDLL(None).malloc_trim(0)
    except (AttributeError, OSError, TypeError):
        pass  # not glibc
