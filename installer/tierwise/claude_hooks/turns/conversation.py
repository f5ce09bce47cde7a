"""What is remembered of one main conversation between its turns: ids and numbers, no words.

``.tierwise/local/session/<session>.json``.  Standard library only: hooks import this.
"""

import time

from tierwise import fastjson, local_state
from tierwise.domain import models
from tierwise.files import safe_name
from tierwise.loose import as_count, as_mapping, as_text
from tierwise.session.choice import Conversation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from tierwise.session.rules import Rules

FOLDER = "session"
PLAN_MODE = "plan"
FIVE_MINUTES = 5 * 60
ONE_HOUR = 60 * 60
"""Lifetimes of a cache entry in seconds."""

_FILES_KEPT = 200


class Memory(Conversation):
    """One conversation's state; every field has a value that fits a new conversation.

    paused           why it is not routed; empty where it is
    model            the model that the person has chosen
    session_model    what the client called the session's model at the turn before
    served           the model that served the last request
    permission_mode  the client's mode at the last turn's start
    caches           by model: what its cache held at last, and when it was used
    lifetime         seconds that a cache entry lives, as far as seen
    last_turn        what the turn before did, in the classifier's words
    is_stuck         whether one tool failed in the same way again and again
    turn             what was decided for the turn that runs
    own_cache        what the person's own model would hold had it served everything
    has_other_models whether another model has served a request
    """

    def __init__(
        self,
        session_id: str,
        known: "Mapping[str, Any]",
    ) -> None:
        super().__init__(as_text(known.get("base")))
        self.session_id = session_id
        self.reason = as_text(known.get("reason"))
        self.pinned = as_text(known.get("pinned"))
        self.paused = as_text(known.get("paused"))
        self.model = as_text(known.get("model"))
        self.session_model = as_text(known.get("session_model")) or self.model
        self.served = as_text(known.get("served"))
        self.permission_mode = as_text(known.get("permission_mode"))
        self.last_turn = as_text(known.get("last_turn"))
        self.context_tokens = read_count(
            known,
            "context_tokens",
        )
        self.small_turns = read_count(known, "small_turns")
        self.lifetime = read_count(known, "lifetime") or FIVE_MINUTES
        self.is_task_over = known.get("is_task_over") is True
        self.is_stuck = known.get("is_stuck") is True
        self.caches = as_mapping(known.get("caches"))
        self.turn = as_mapping(known.get("turn"))
        self.own_cache = as_mapping(known.get("own_cache"))
        self.has_other_models = known.get("has_other_models") is True

    @property
    def is_fixed(self) -> bool:
        """Whether the person has decided: the conversation is paused, or pinned to a tier."""
        return bool(self.paused or self.pinned)

    @property
    def is_hour_long(self) -> bool:
        """Whether a cache entry lives for an hour."""
        return self.lifetime >= ONE_HOUR

    def note_warm_caches(self, rules: "Rules") -> None:
        """Note how much of the context each tier's cache still holds."""
        now = time.time()
        for tier in rules.ladder:
            model = _name_model(rules.models[tier])
            self.warm_tokens[tier] = self._count_warm(
                self.caches.get(model),
                now,
            )

    def note_model(
        self,
        told: str,
        is_resumed: bool,
    ) -> bool:
        """Note the session's model; return whether the person has chosen another one than before.

        A conversation that is resumed has the model that served it last, which the router may have
        chosen: the client takes it out of the transcript.
        """
        before = self.session_model
        self.session_model = told
        is_restored = is_resumed and is_same(told, self.served)
        if not told or told == before or (before and is_restored):
            return False
        self.model = told
        return bool(before)

    def note_cache(
        self,
        model: str,
        tokens: int,
    ) -> None:
        """Remember what a model's cache holds from now on."""
        name = _name_model(model)
        self.caches[name] = {"tokens": tokens, "at": time.time()}

    def note_own_cache(self, tokens: int) -> None:
        """Remember what the person's own model would hold from now on."""
        self.own_cache = {"tokens": tokens, "at": time.time()}

    def find_own_warm_tokens(self, now: float) -> int:
        """Return how much of the context the person's own model would still hold."""
        return self._count_warm(self.own_cache, now)

    def save(self, root: str) -> None:
        """Write it whole or not at all, without waiting for the disk: a turn waits for this.

        Raises OSError.
        """
        known = dict(vars(self))
        del known["session_id"], known["warm_tokens"]
        data = fastjson.dumps(known).encode()
        name = _name_file(self.session_id)
        is_new = not local_state.has_file(root, FOLDER, name)
        with local_state.Folder(root, FOLDER, create=True) as folder:
            folder.replace(name, data, is_durable=False)
        if is_new:
            _drop_old(root)

    def _count_warm(
        self,
        cache: object,
        now: float,
    ) -> int:
        if not isinstance(cache, dict):
            return 0
        touched = cache.get("at")
        if not isinstance(touched, float) or now - touched > self.lifetime:
            return 0
        return read_count(cache, "tokens")


def load_memory(root: str, session_id: str) -> Memory:
    """Read what is remembered; a new conversation where there is nothing that can be read."""
    data = local_state.read(
        root,
        FOLDER,
        _name_file(session_id),
    )
    return Memory(session_id, fastjson.read_object(data))


def is_same(model: str, other: str) -> bool:
    """Return whether two names mean one model."""
    return _name_model(model) == _name_model(other)


def _name_model(model: str) -> str:
    return models.known_id(model) or model


def _name_file(session_id: str) -> str:
    return f"{safe_name(session_id)[:100]}.json"


def _drop_old(root: str) -> None:
    with local_state.Folder(root, FOLDER) as folder:
        names = folder.names()
        if len(names) <= _FILES_KEPT:
            return
        names.sort(key=lambda name: folder.stat(name).st_mtime)
        for name in names[: len(names) - _FILES_KEPT]:
            folder.remove(name)


def read_count(known: "Mapping[str, Any]", key: str) -> int:
    """Return a counter out of what was told; a missing or damaged one counts nothing."""
    return max(as_count(known.get(key)), 0)
