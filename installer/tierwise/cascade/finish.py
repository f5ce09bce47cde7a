"""What becomes of a run's result: an answer in its record, a branch, or changes in the user's files."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from tierwise.cascade import records, reuse
from tierwise.cascade.context import RepoContext, redact
from tierwise.cascade.delivery import (
    deliver_branch,
    deliver_changes,
    name_branch,
)
from tierwise.cascade.message import result_message
from tierwise.cascade.model import RunResult, Say
from tierwise.cascade.plan import RunPlan, RunRequest
from tierwise.cascade.preconditions import looks_secret
from tierwise.cascade.records import RunRecord
from tierwise.cascade.workspace import Workspace
from tierwise.errors import OutsideError, TierwiseError

_KEPT_EXAMPLE = 20_000  # characters of an accepted result
_SHOWN_CAUSE = 200  # characters of git's words


@dataclass(frozen=True)
class Finish:
    """The end of one run."""

    context: RepoContext
    request: RunRequest
    plan: RunPlan
    record: RunRecord

    def take_result(
        self,
        result: RunResult,
        workspaces: Sequence[Workspace],
        say: Say,
    ) -> None:
        """Write a result into the record and deliver it; what cannot be delivered becomes the record's stop."""
        record = self.record
        record["accepted"] = result.accepted
        record["stop"] = result.stop
        record["detail"] = result.detail
        record["tier"] = result.tier
        for opened in workspaces:
            new = [note for note in opened.notes if note not in record["notes"]]
            record["notes"] += new
        if not result.accepted or self.request.trial is not None:
            return
        try:
            kept = self._deliver_anything(
                result,
                workspaces,
                say,
            )
        except (TierwiseError, OSError) as error:
            record["accepted"] = False
            record["stop"] = "delivery-failed"
            record["detail"] = str(error)
            return
        with suppress(TierwiseError, OSError):  # it has arrived, whatever becomes of our own files
            self._drop_patch()
            self._keep_example(kept)

    def _deliver_anything(
        self,
        result: RunResult,
        workspaces: Sequence[Workspace],
        say: Say,
    ) -> str:
        """Deliver files where there are some, else the answer; return what an example would show."""
        tree = result.tree
        if tree is None or not workspaces or self._is_answer(workspaces[0], tree):
            self.record["answer"] = result.text
            return result.text or ""
        workspace = workspaces[0]
        shown = workspace.patch(tree).decode(
            "utf-8",
            "replace",
        )  # what fails is to fail before
        self._deliver_files(workspace, tree, say)
        return shown

    def _is_answer(
        self,
        workspace: Workspace,
        tree: str,
    ) -> bool:
        return self.plan.answers and workspace.is_base(tree)

    def _deliver_files(
        self,
        workspace: Workspace,
        tree: str,
        say: Say,
    ) -> None:
        record = self.record
        paths = workspace.changed_paths(tree)
        secrets = [path for path in paths if looks_secret(path)]
        if secrets:
            names = ", ".join(secrets)
            record["notes"].append(f"the result has {names}: look for secrets in it")
        if self._wants_changes() and self._apply(workspace, tree, say):
            return
        task, run = self.request.task, record["run"]
        message = result_message(
            task,
            self.plan.kind,
            run,
            record["tier"],
        )
        name = name_branch(task, run)
        record["branch"] = deliver_branch(
            workspace,
            tree,
            name,
            message,
        )

    def _wants_changes(self) -> bool:
        options = self.context.table["escalation"]
        return self.request.apply_result or options["deliver"] == "apply"

    def _apply(
        self,
        workspace: Workspace,
        tree: str,
        say: Say,
    ) -> bool:
        """Put the result into the user's files; say whether it fits there."""
        try:
            deliver_changes(workspace, tree)
        except OutsideError as error:
            cause = error.message[:_SHOWN_CAUSE]
            note = "your files have changed meanwhile, so the result is on a branch instead"
            self.record["notes"].append(f"{note} ({cause})")
            say(f"{note} ({cause})")
            return False
        self.record["applied"] = True
        return True

    def _drop_patch(self) -> None:
        """Drop the patch: a delivered result needs none beside it."""
        if self.record["patch"] and self.record["answer"] is None:
            records.drop_patch(
                self.context.root,
                self.record["run"],
            )
            self.record["patch"] = None

    def _keep_example(self, kept: str) -> None:
        options = self.context.table["reuse"]
        if not options["enabled"] or not kept:
            return
        reuse.keep(
            self.context.root,
            self.plan.kind,
            self.request.task,
            kept[:_KEPT_EXAMPLE],
            limit=options["keep"],
            redact=redact,
        )
