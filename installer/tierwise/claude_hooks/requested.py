"""One spawn as it is asked for, and what the policy decides for it."""

from tierwise import ledger
from tierwise.classify.signals import read_signals
from tierwise.claude_hooks import agent_file, enforce
from tierwise.claude_hooks import escalations as marks
from tierwise.claude_hooks.event import claude_folder
from tierwise.domain.kinds import ALIASES, is_ci
from tierwise.routing.decide import decide
from tierwise.routing.own_words import apply_words, load_words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tierwise.classify.signals import Signals
    from tierwise.claude_hooks.enforce import Placement
    from tierwise.claude_hooks.event import Event
    from tierwise.domain.table_shape import Table

PLAN_MODE = "plan"  # the client's own word
DEFAULT_AGENT = "general-purpose"  # what the client spawns for a call without a type


class Asked:
    """A spawn.

    call      the whole input of the call
    agent     the agent's type
    text      the call's description and prompt: what signals are read from; a prompt that is annotated comes first
    task      the keyed hash of the prompt, by which the task is known again; empty where nothing can be recorded
    likeness  what is kept of it so that it is known again in other words; empty where nothing can be recorded, and
              for an agent of a workflow: what stands in its script is a template with gaps, alike for unlike tasks
    marked    how many tiers up this very task was sent, by a failed gate or by a person
    decision  the policy's own answer; ``signals``: what it was read from
    """

    def __init__(
        self,
        event: "Event",
        table: "Table",
        mode: str,
    ) -> None:
        self.event = event
        self.table = table
        self.mode = mode
        self.call = event.object("tool_input")
        self.agent = self._read_string("subagent_type") or DEFAULT_AGENT
        prompt = self._read_string("prompt")
        self.text = self._join_text(prompt)
        self.task = _make_fingerprint(event, prompt)
        self.likeness = self._describe_likeness(prompt)
        self.marked = self._count_marks()
        self.signals = self._read_signals()
        self.decision = decide(
            self.signals,
            table,
            refusing=True,
        )
        routing = table.get("routing") or {}
        if event.root and mode == "enforce" and routing.get("ask"):
            self._take_answer(event.root)

    def assign(self) -> "Placement":
        """Tell where it runs, the fan-out guard aside."""
        pinned, source = self._owners_pin()
        if pinned:
            return enforce.keep_pin(
                self.call,
                pinned,
                source,
                self.decision,
                self.table,
            )
        assigned = enforce.place(
            self.call,
            self.decision,
            self.table,
        )
        assigned = enforce.tiers_up(
            assigned,
            self.marked,
            self.table,
        )
        return self._fall_back(assigned)

    def _fall_back(
        self,
        assigned: "Placement",
    ) -> "Placement":
        """Go to a tier that the client's settings allow, where the policy names one."""
        if any(tier.get("fallback") for tier in self.table["tiers"].values()):
            from tierwise.claude_hooks.available import fall_back

            return fall_back(assigned, self.event, self.table)
        return assigned

    def list_keys(
        self,
        assigned: "Placement",
    ) -> "dict[str, str]":
        """Tell what to set in the call."""
        return enforce.written(
            self.call,
            assigned,
            self._pinned_model(assigned),
        )

    def _join_text(self, prompt: str) -> str:
        parts = [self._read_string("description"), prompt]
        if prompt.lstrip().startswith("["):  # what annotates a prompt stands at the task's head
            parts.reverse()
        return "\n".join(filter(None, parts))

    def _read_signals(self) -> "Signals":
        event = self.event
        known_as = agent_file.policy_name(
            self.agent,
            self.table["agents"],
        )
        session = {
            **(self.table.get("repository") or {}),
            "background": self.call.get("run_in_background"),
            "ci": event.find_once("ci", lambda: is_ci(event.environ)),
        }
        if event.text("permission_mode") == PLAN_MODE:
            session["read_only"] = [known_as]  # nobody writes in it
        signals = read_signals(
            self.text,
            known_as,
            session=session,
        )
        learned = event.find_once(
            "own words",
            lambda: load_words(event.root),
        )
        apply_words(signals, learned, self.table)
        return signals

    def _pinned_model(self, assigned: "Placement") -> str:
        """Return the model in the agent's own file, looked for only where it can matter: the tier names a full id."""
        event = self.event
        is_full_id = assigned.model is not None and assigned.model not in ALIASES
        if event.root is None or self.call.get("model") or not is_full_id:
            return ""
        home = claude_folder(event.environ)
        return agent_file.pinned_model(
            event.root,
            self.agent,
            event.text("cwd"),
            home,
        )

    def _owners_pin(self) -> "tuple[str, str]":
        """Return the model in the owner's own agent file, where it holds: no escalation and no `[tier: …]` is above it."""
        root = self.event.root
        decision = self.decision
        is_overruled = self.marked or decision.override
        if root is None or is_overruled or decision.tier == "automated":
            return "", ""
        return self.event.find_once(
            f"pin of {self.agent}",
            lambda: self._read_pin(root),
        )

    def _read_pin(self, root: str) -> "tuple[str, str]":
        cwd = self.event.text("cwd")
        home = claude_folder(self.event.environ)
        return agent_file.owners_pin(
            root,
            self.agent,
            self.table,
            cwd,
            home,
        )

    def list_named(self) -> "dict[str, str]":
        """List the model and effort that the caller itself named."""
        named = {}
        for key in ("model", "effort"):
            value = self._read_string(key)
            if value:
                named[key] = value
        return named

    def describe_override(
        self,
        assigned: "Placement",
    ) -> "dict[str, object] | None":
        """Tell who went past the policy's own answer, with what, and why; None where nobody did."""
        decision = self.decision
        who = self.event.by or "main"
        why = self._read_string("description")
        if assigned.override:
            return {
                "who": who,
                "how": "model",
                **assigned.override,
                "why": why,
            }
        if decision.override:
            return {
                "who": who,
                "how": "[tier: …]",
                "asked": decision.tier,
                "kept": True,
                "why": why,
                "below_floor": decision.below_floor,
            }
        return None

    def _take_answer(self, root: str) -> None:
        """Decide again where a model has named the kind of this very task."""
        from tierwise.routing.asking import Asking

        try:
            kind = Asking(root, self.table).find_answer(
                self.text,
                self.decision,
            )
        except OSError:  # a folder that cannot be written: the local reading stands
            return
        if kind:
            local = self.decision
            self.decision = decide(
                self.signals,
                self.table,
                refusing=True,
                answered=kind,
            )
            self.decision.note_answer(local)

    def _count_marks(self) -> int:
        root = self.event.root
        if root is None:
            return 0
        has_marks = self.event.find_once(
            "marks",
            lambda: marks.any_marks(root),
        )
        if not has_marks:
            return 0
        return marks.marked_up(root, self.task)

    def _describe_likeness(self, prompt: str) -> str:
        if not self.task or not self.event.root or self.event.is_workflow:
            return ""
        from tierwise.likeness import describe_likeness  # a workflow does not wait for it

        return describe_likeness(
            self.event.root,
            self._read_string("description"),
            prompt,
        )

    def _read_string(self, key: str) -> str:
        value = self.call.get(key)
        if not isinstance(value, str):
            return ""
        return value


def _make_fingerprint(event: "Event", prompt: str) -> str:
    if not event.root:
        return ""
    try:
        return ledger.fingerprint(event.root, prompt)
    except OSError:  # a folder that cannot be written: the spawn is routed all the same
        return ""
