"""What a task's text, agent, paths and session say about it.  Standard library only: hooks import this."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any


class Signals:
    """Everything :func:`tierwise.route.decide.decide` looks at; the task's text itself is not kept.

    tags        annotations of the author: scope, domain, ambiguity, tier (only those given)
    kinds       ((kind, score), …), the likeliest first; score is in arbitrary units, 0 < score
    command     name of the automated task (kinds.AUTOMATED) when the task asks only for that, else None
    paths       paths given by the caller and paths named in the task, in order, without repeats
    scope       single-file, multi-file, cross-service, or None where nothing says
    ambiguity   low, medium, high, or None where nothing says
    features    ((name, weight), …): what moved the complexity score, see route/complexity.py
    complexity  0 (trivial) to 1 (hard); 0.5 is an ordinary task
    context_tokens  tokens already in the session's context, 0 where unknown
    background  True for background work, False for interactive, None where unknown
    """

    __slots__ = (
        "agent",
        "ambiguity",
        "background",
        "ci",
        "command",
        "complexity",
        "context_tokens",
        "features",
        "kinds",
        "paths",
        "production",
        "scope",
        "tags",
        "tested",
        "words",
    )

    def __init__(self) -> None:
        self.agent: str | None = None
        self.tags: dict[str, str] = {}
        self.kinds: tuple[tuple[str, float], ...] = ()
        self.command: str | None = None
        self.paths: tuple[str, ...] = ()
        self.scope: str | None = None
        self.ambiguity: str | None = None
        self.features: tuple[tuple[str, float], ...] = ()
        self.complexity = 0.5
        self.context_tokens = 0
        self.background: bool | None = None
        self.ci = False
        self.production = False
        self.tested = False
        self.words = ""


def read_signals(
    task: str,
    agent: str | None = None,
    paths: Iterable[str] = (),
    session: Mapping[str, Any] | None = None,
) -> Signals:
    """Read the signals of one task.  Pure; never raises on any text."""
    found = Signals()
    found.agent = agent
    found.paths = tuple(paths)
    session = session or {}
    found.context_tokens = session.get("context_tokens") or 0
    found.background = session.get("background")
    found.ci = bool(session.get("ci"))
    return found
