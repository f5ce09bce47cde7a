"""What a task's text, agent, paths and session say about it.  Standard library only: hooks import this."""

from __future__ import annotations

from tierwise.classify import complexity
from tierwise.classify.automation import read_command
from tierwise.classify.likeness import like_kinds
from tierwise.classify.prose import read_prose, without_quotes
from tierwise.classify.requests import further_requests, without_exclusions
from tierwise.classify.roles import DOMAINS
from tierwise.classify.scoring import (
    SURE,
    rank,
    score_agent,
    score_names,
    score_paths,
    score_scripts,
    score_words,
)
from tierwise.classify.sentences import telling_words, weigh_words
from tierwise.classify.symptoms import reports_a_symptom
from tierwise.classify.vocabulary import MECHANICAL, REASONING
from tierwise.classify.words import (
    asks_a_question,
    asks_for_a_judgement,
    is_identifier,
    split_words,
    stand_in,
    take_paths,
    word_set,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

_MOST_WORDS = 300
_PLAIN = 5.5  # a kind under this score is a guess
_SYMPTOM = 10.0
_LOOKED_UP = (
    3.0  # a question without anything to weigh: as likely as not somebody wants to be shown a place
)
_SAYS_MUCH = 4.0
_A_GUESS = 0.2  # what no phrase tells and only so small a share of likeness does, nobody knows
_NO_QUOTES = str.maketrans('"`“”„«»', " " * 7)
_DIFF_WORDS = word_set(
    "diff changes changed pr branch staged commit uncommitted anderungen modifications cambios"
)


class Signals:
    """Everything :func:`tierwise.routing.decide.decide` looks at.  The task's text itself is not kept.

    agent           the agent's name as the caller gave it, or None
    tags            annotations of the author: scope, domain, ambiguity, tier (only those given)
    override        the tier of a `[tier: …]` at the head of the task, else None
    kinds           ((kind, score), …), the likeliest first; a score of 4 is one strong phrase
    command         name of the automated work (kinds.AUTOMATED) when the task asks only for that, else None
    paths           paths given by the caller and named in the task, in order, without repeats
    changed         changed files of the working tree, only where the task speaks of the changes
    named           those of the paths that the task itself names
    files           how many files the task concerns, as far as it says
    scope           single-file, multi-file, cross-service, or None where nothing says
    ambiguity       low, medium, high, or None where nothing says
    further         (kind, score) of each request after the first, where the task plainly is a row of requests
    features        ((name, weight), …): what moved the complexity score, see route/complexity.py
    complexity      0 (trivial) to 1 (hard); 0.5 is an ordinary task
    context_tokens  tokens already in the session's context, 0 where unknown
    background      True for background work, False for interactive, None where unknown
    ci              True where no person is in the loop
    production      the task speaks of production
    speaks_of_changes  the task is about the working tree's changes ("commit the diff"); see ``changed``
    tested          True: tests exist, False: there are none, None: the task does not say
    words           the author's words, folded, between blanks: what a policy's own kinds are looked up in
    pasted          how many lines of pasted material were set aside
    """

    __slots__ = (
        "agent",
        "ambiguity",
        "background",
        "changed",
        "ci",
        "command",
        "complexity",
        "context_tokens",
        "features",
        "files",
        "further",
        "kinds",
        "named",
        "override",
        "pasted",
        "paths",
        "production",
        "scope",
        "speaks_of_changes",
        "tags",
        "tested",
        "words",
    )

    def __init__(self) -> None:
        self.agent: str | None = None
        self.ambiguity: str | None = None
        self.background: bool | None = None
        self.changed: tuple[str, ...] = ()
        self.ci = False
        self.command: str | None = None
        self.complexity = complexity.NEUTRAL
        self.context_tokens = 0
        self.features: tuple[tuple[str, float], ...] = ()
        self.files = 0
        self.further: tuple[tuple[str, float], ...] = ()
        self.kinds: tuple[tuple[str, float], ...] = ()
        self.named: tuple[str, ...] = ()
        self.override: str | None = None
        self.pasted = 0
        self.paths: tuple[str, ...] = ()
        self.production = False
        self.scope: str | None = None
        self.speaks_of_changes = False
        self.tags: dict[str, str] = {}
        self.tested: bool | None = None
        self.words = ""


def read_signals(
    task: str,
    agent: str | None = None,
    paths: Iterable[str] = (),
    session: Mapping[str, Any] | None = None,
) -> Signals:
    """Read the signals of one task.  Pure; accepts any text; work is bounded whatever its length.

    ``session`` may hold context_tokens (int), background (bool), ci (bool) and changed_paths (list of str).
    """
    found = Signals()
    found.agent = agent or None
    _read_session(found, session or {})
    prose = read_prose(task)
    found.tags, found.override, found.pasted = prose.tags, prose.head_tier, prose.pasted
    text, quoted = without_quotes(prose.text)
    text, named = take_paths(text)
    text = without_exclusions(text)
    found.named = tuple(dict.fromkeys([*named, *take_paths(quoted)[1]]))
    found.paths = tuple(dict.fromkeys([*paths, *found.named]))
    words = _words(text)
    if not any(letter.isalpha() for word in words for letter in word):
        # Nothing but material: then it is the task.
        text = f"{quoted}\n{prose.material}"
        words = _words(text)
    found.words = f" {' '.join(words)} "
    found.speaks_of_changes = not _DIFF_WORDS.isdisjoint(words)
    if session and found.speaks_of_changes:
        found.changed = tuple(session.get("changed_paths") or ())
    if not prose.pasted:
        found.command = read_command(
            without_exclusions(take_paths(prose.text.translate(_NO_QUOTES))[0])
        )
    _read_complexity(found, words)
    _read_kinds(found, text, words, quoted)
    return found


def _read_session(found: Signals, session: Mapping[str, Any]) -> None:
    tokens = session.get("context_tokens")
    found.context_tokens = tokens if isinstance(tokens, int) else 0
    background = session.get("background")
    found.background = background if isinstance(background, bool) else None
    found.ci = bool(session.get("ci"))


def _words(text: str) -> list[str]:
    """The words of the text's head and tail, without names from the code."""
    raws = [raw for raw in text.replace("\n", " . ").split() if not is_identifier(raw)]
    kept = [stand_in(raw, before) for before, raw in zip(["", *raws], raws, strict=False)]
    words = split_words(" ".join(kept))
    if len(words) > _MOST_WORDS:
        words = words[: _MOST_WORDS * 3 // 4] + words[-_MOST_WORDS // 4 :]
    return words


def _read_complexity(found: Signals, words: list[str]) -> None:
    features = complexity.read_features(found.words)
    names = [name for name, _ in features]
    found.files = max(len(found.paths), complexity.counted_files(words))
    found.scope = found.tags.get("scope") or (
        "cross-service" if " cross service" in found.words else None
    )
    if found.scope is None and (
        "crosses modules" in names or "crosses services" in names or found.files > 1
    ):
        found.scope = "multi-file"
    found.ambiguity = found.tags.get("ambiguity")
    found.production = "production" in names
    found.tested = False if "untested" in names else True if "tests exist" in names else None
    for extra in (
        complexity.file_feature(found.files),
        complexity.context_feature(found.context_tokens),
    ):
        if extra is not None:
            features.append(extra)
    features += complexity.tag_features(found.tags)
    found.features = tuple(features)


def _read_kinds(found: Signals, text: str, words: list[str], quoted: str) -> None:
    scores: dict[str, list[float]] = {}
    places = weigh_words(words)
    acts = score_words(words, scores, places=places)
    if not text.isascii():
        score_scripts(text, scores)
    if quoted:
        # Quoted words are mostly names; where nothing else is said, they say what the work is about.
        says_much = max(map(max, scores.values()), default=0.0) >= _SAYS_MUCH
        score_words(_words(quoted), scores, 0.2 if says_much else 1.0)
    score_paths(found.paths, scores)
    acts = score_names(f"{text} {quoted}", scores) or acts
    if found.agent:
        score_agent(found.agent, scores)
    if asks_a_question(text, words) and max(map(max, scores.values()), default=0.0) < _PLAIN:
        weighs = asks_for_a_judgement(text, words)
        scores["research"] = [*scores.get("research", ()), _PLAIN if weighs else _LOOKED_UP]
    if not scores and found.pasted:
        scores["debugging"] = [2.0]  # an error and no word about it: its cause is unknown
    if reports_a_symptom(text):
        scores["debugging"] = [*scores.get("debugging", ()), _SYMPTOM]
    crosses = any(name.startswith("crosses") for name, _ in found.features)
    domain = found.tags.get("domain")
    # Where the author says what it is, nothing need be guessed.
    likely = (
        {} if domain else _likely(like_kinds(telling_words(words, places), found.named), scores)
    )
    found.kinds = rank(scores, likely, crosses, acts, found.agent or "")
    found.further = tuple(filter(None, map(_read_request, further_requests(words))))
    top = DOMAINS.get(domain, domain) if domain else found.kinds[0][0] if found.kinds else ""
    extra = complexity.kind_feature(top in MECHANICAL, top in REASONING)
    if extra is not None:
        found.features = (*found.features, extra)
    found.complexity = complexity.add_up(list(found.features))


def _likely(shares: dict[str, float], scores: dict[str, list[float]]) -> dict[str, float]:
    """The shares that may count: a guess is none, and no guess sends work to where a mistake goes unseen."""
    best = max(shares, key=lambda kind: shares[kind], default="")
    if not best or (not scores and shares[best] < _A_GUESS):
        return {}
    if best in MECHANICAL and best not in scores and shares[best] < SURE:
        return {kind: share for kind, share in shares.items() if kind not in MECHANICAL}
    return shares


def _read_request(words: list[str]) -> tuple[str, float] | None:
    """The likeliest kind of one request among several, and its score."""
    scores: dict[str, list[float]] = {}
    acts = score_words(words, scores)
    ranked = rank(scores, like_kinds(words), False, acts) if scores else ()
    return ranked[0] if ranked and ranked[0][1] >= _PLAIN else None
