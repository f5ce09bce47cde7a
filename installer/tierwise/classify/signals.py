"""What a task's text, agent, paths and session say about it.  Standard library only: hooks import this."""

from __future__ import annotations

from tierwise.classify import complexity
from tierwise.classify.features import Evidence, read_features
from tierwise.classify.model import score_features
from tierwise.classify.prompts import Prompt, read_prompt
from tierwise.classify.prose import Prose, read_prose, without_quotes
from tierwise.classify.requests import (
    further_requests,
    says_it_only_looks,
    without_exclusions,
)
from tierwise.classify.roles import DOMAINS, MECHANICAL, READ_ONLY, REASONING
from tierwise.classify.telling import count_telling
from tierwise.classify.wording import (
    MOST_NAMES,
    holds_letters,
    list_names,
    list_role_words,
    list_words,
    names_a_guard,
    split_text,
)
from tierwise.classify.words import BREAK, take_paths, word_set
from tierwise.domain.kinds import KINDS, sort_kinds

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

# Letters of a text that may ask for a command, with the files that it names and without.
_LONGEST_COMMAND, _LONGEST_REQUEST = 500, 160
_SHORT, _PLAIN, _LONG = 9, 40, 80  # words
_FIRST_LETTERS = 400  # where a question mark makes the whole a question
_FEW, _TOLD = 2, 0.3  # telling words below which only a kind so likely counts
_SURE = 0.6  # the probability from which one request among several counts
_MAY_PROTECT = 0.3  # the same of a request that may change protected things
_PROTECTED_KINDS = ("security", "schema")
_PRONOUNS = word_set("it them ones one")
_LEANS = 5  # words of a request whose object may be what was said before
READING = ("find", "read", "explain", "talk")
_LOOKS = 0.5  # the probability from which work only looks
_JUDGES = 0.7  # the probability from which an agent that cannot write judges or designs
# The probability of a change from which a text's own "nothing is changed" is not believed.
_SURELY = 0.7
_GUARDED = 0.5  # how likely a task about such a name changes protected things
_PLAINLY = 0.6  # the same of a task whose words tell little else
_NO_QUOTES = str.maketrans('"`“”„«»', " " * 7)
_DIFF_WORDS = word_set(
    "diff changes changed pr branch staged commit uncommitted anderungen modifications cambios"
)


class Signals:
    """Everything :func:`tierwise.routing.decide.decide` looks at.  The task's text itself is not kept.

    act             what is done: find, read, explain, write, change, run, judge, decide or talk; see ``reading``
    acts            act -> its probability
    agent           the agent's name as the caller gave it, or None
    tags            annotations of the author: scope, domain, ambiguity, tier (only those given)
    override        the tier of a `[tier: …]` at the head of the task, else None
    evidence        the features that the learned model read, see classify/features.py
    kinds           ((kind, probability), …) of every kind of work, the likeliest first; empty where no word tells
    nouns           stems of the repository's own nouns, which weigh less
    protected       the probability that the work changes protected things
    reading         the work only looks: nothing is changed, designed, validated or audited
    command         name of the automated work (kinds.AUTOMATED) when the task asks only for that, else None
    paths           paths given by the caller and named in the task, in order, without repeats
    changed         changed files of the working tree, only where the task speaks of the changes
    named           those of the paths that the task itself names
    files           how many files the task changes or concerns, as far as it says; files to look in are not among them
    scope           single-file, multi-file, cross-service, or None where nothing says
    ambiguity       low, medium, high, or None where nothing says
    further         (kind, probability) of each request after the first, where the task plainly is a row of requests
    framed          a long prompt or a turn: much of what it says is frame, or leans on what was said before
    features        ((name, weight), …): what moved the complexity score, see classify/complexity.py
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

    def __init__(self) -> None:
        self.act = ""
        self.acts: dict[str, float] = {}
        self.agent: str | None = None
        self.ambiguity: str | None = None
        self.background: bool | None = None
        self.changed: tuple[str, ...] = ()
        self.ci = False
        self.command: str | None = None
        self.complexity = complexity.NEUTRAL
        self.context_tokens = 0
        self.evidence = Evidence()
        self.features: tuple[tuple[str, float], ...] = ()
        self.files = 0
        self.framed = False
        self.further: tuple[tuple[str, float], ...] = ()
        self.kinds: tuple[tuple[str, float], ...] = ()
        self.named: tuple[str, ...] = ()
        self.nouns: tuple[str, ...] = ()
        self.override: str | None = None
        self.pasted = 0
        self.paths: tuple[str, ...] = ()
        self.production = False
        self.protected = 0.0
        self.reading = False
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

    ``session`` may hold context_tokens (int), background (bool), ci (bool), changed_paths (list of str), nouns (list
    of str), read_only (list of agents that cannot write), turn and last_turn (see classify/turns.py).
    """
    session = session or {}
    found = Signals()
    found.agent = agent or None
    found.nouns = tuple(session.get("nouns") or ())
    _read_session(found, session)
    prose = read_prose(task)
    found.tags = prose.tags
    found.override = prose.head_tier
    found.pasted = prose.pasted
    # A spawn has a description before its first sentence, a turn has none.
    first_leads = 1 if session.get("turn") else 2
    parts = read_prompt(without_exclusions(prose.text), first_leads)
    text, quoted = _take_files(found, parts, paths)
    first, rest = _split_parts(text, len(parts.lead))
    lead, body = list_words(first), list_words(rest)
    if not holds_letters([*lead, *body]):
        # Nothing but material: then it is the task.
        lead, body = [], list_words(split_text(f"{quoted}\n{prose.material}"))
    code = list_names([*first, *rest])
    body = [*body, BREAK, *code, BREAK, *list_role_words(found.agent)]
    words = [*lead, BREAK, *body]
    _read_whole(found, words, parts, session)
    found.command = _find_command(prose)
    traits = _read_traits(prose, parts, text, len(words), session)
    found.evidence = read_features(
        lead=lead,
        body=body,
        names=_name_quoted(quoted),
        paths=found.paths,
        agent=found.agent or "",
        traits=traits,
        nouns=found.nouns,
    )
    _read_meaning(found, words, session)
    if len(words) <= _LONG and names_a_guard(_join_asked(parts)):
        found.protected = max(found.protected, _GUARDED)
    _read_complexity(found, words, parts)
    return found


def _name_quoted(quoted: str) -> list[str]:
    """The words and names of what is quoted."""
    raws = split_text(quoted)
    return [*list_words(raws), *list_names(raws)][:MOST_NAMES]


def _join_asked(parts: Prompt) -> str:
    """What is asked for, the lead first."""
    return "\n".join([*parts.lead, "", *parts.body])


def _take_files(
    found: Signals,
    parts: Prompt,
    paths: Iterable[str],
) -> tuple[str, str]:
    """Note the files; the text of what is asked for without them and without quotes, and what was quoted."""
    unquoted, quoted = without_quotes(_join_asked(parts))
    text, named = take_paths(unquoted)
    _, named_in_quotes = take_paths(quoted)
    found.named = tuple(dict.fromkeys([*named, *named_in_quotes]))
    found.paths = tuple(dict.fromkeys([*paths, *found.named]))
    return text, quoted


def _split_parts(text: str, leads: int) -> tuple[list[str], list[str]]:
    """The first lines, which are the lead, and the others, split."""
    lines = text.split("\n")
    lead = "\n".join(lines[:leads])
    body = "\n".join(lines[leads:])
    return split_text(lead), split_text(body)


def _read_whole(
    found: Signals, words: list[str], parts: Prompt, session: Mapping[str, Any]
) -> None:
    """What all words together say: those of a policy's own kinds, how long it is, whether it is about changes."""
    aside, _ = take_paths(" ".join(parts.aside))
    told = list_words(split_text(aside))
    found.words = f" {' '.join([*words, *told])} "
    found.framed = len(words) > _PLAIN or bool(session.get("turn"))
    found.speaks_of_changes = not _DIFF_WORDS.isdisjoint(words)
    if found.speaks_of_changes:
        found.changed = tuple(session.get("changed_paths") or ())


def _find_command(prose: Prose) -> str | None:
    """The automated work that a short task asks for and nothing else."""
    if prose.pasted or len(prose.text) > _LONGEST_COMMAND:
        return None
    text, _ = take_paths(prose.text.translate(_NO_QUOTES))
    asked = without_exclusions(text)
    if not asked or len(asked) > _LONGEST_REQUEST:
        return None
    from tierwise.classify.automation import read_command  # for few texts, with many words

    return read_command(asked)


def _read_session(found: Signals, session: Mapping[str, Any]) -> None:
    tokens = session.get("context_tokens")
    found.context_tokens = tokens if isinstance(tokens, int) else 0
    background = session.get("background")
    found.background = background if isinstance(background, bool) else None
    found.ci = bool(session.get("ci"))


def _read_traits(
    prose: Prose, parts: Prompt, text: str, count: int, session: Mapping[str, Any]
) -> list[str]:
    """What is true of the whole text."""
    length = "middle"
    if count < _SHORT:
        length = "short"
    elif count > _LONG:
        length = "long"
    traits = [length]
    if prose.pasted:
        traits.append("code")
    if says_it_only_looks(prose.text):
        traits.append("looks")
    if parts.targets:
        traits.append("targets")
    if "?" in text[:_FIRST_LETTERS]:
        traits.append("question")
    if session.get("turn"):
        traits += [
            "turn",
            f"turn-{session['turn']}",
            f"after-{session.get('last_turn') or 'nothing'}",
        ]
    return traits


def _read_meaning(
    found: Signals,
    words: list[str],
    session: Mapping[str, Any],
) -> None:
    """What the learned model makes of the evidence: kinds, acts, whether protected things are changed."""
    scores = score_features(found.evidence, found.nouns)
    found.acts = scores.acts()
    found.act = max(found.acts, key=found.acts.__getitem__)
    found.protected = round(scores.protected(), 3)
    read_only = session.get("read_only") or ("explorer",)  # the one shipped here
    cannot_write = found.agent in (*READ_ONLY, *read_only)
    says_so = "#looks" in found.evidence.lead and found.acts["change"] < _SURELY
    found.reading = _only_looks(found.acts, cannot_write or says_so)
    shares = dict(zip(KINDS, scores.kinds(), strict=True))
    ranked = sort_kinds(shares)
    told = count_telling(words, _FEW)
    says_little = told == 0 or (told < _FEW and shares[ranked[0]] < _TOLD)
    if says_little and not found.paths and found.protected < _PLAINLY:
        return
    # Four digits; `round` takes ten times as long.
    found.kinds = tuple([(kind, int(shares[kind] * 1e4 + 0.5) / 1e4) for kind in ranked])
    found.further = tuple(filter(None, map(_read_request, further_requests(words))))


def _only_looks(acts: dict[str, float], cannot_write: bool) -> bool:
    """Whether the work changes, designs, validates and audits nothing."""
    if cannot_write:
        return acts["judge"] + acts["decide"] < _JUDGES
    return sum(acts[act] for act in READING) > _LOOKS


def _read_request(words: list[str]) -> tuple[str, float] | None:
    """The likeliest kind of one request among several, and its probability; None for a guess.

    "… and remove the unused ones" is about what was said before, no request of its own.
    """
    words = [word for word in words if word != BREAK]
    if len(words) <= _LEANS and not _PRONOUNS.isdisjoint(words):
        return None
    shares = score_features(read_features(words, [])).kinds()
    kind, share = max(zip(KINDS, shares, strict=True), key=lambda one: one[1])
    least = _MAY_PROTECT if kind in _PROTECTED_KINDS else _SURE
    return (kind, round(share, 4)) if share >= least else None


def _read_complexity(found: Signals, words: list[str], parts: Prompt) -> None:
    said = f" {' '.join(words)} "
    features = complexity.read_features(words, said)
    names = {name for name, _ in features}
    found.files = _count_files(found, words, parts)
    found.scope = found.tags.get("scope") or _find_scope(found, said, names)
    found.ambiguity = found.tags.get("ambiguity")
    found.production = "production" in names
    if "untested" in names:
        found.tested = False
    elif "tests exist" in names:
        found.tested = True
    features += complexity.tag_features(found.tags)
    extras = (
        complexity.file_feature(found.files),
        complexity.context_feature(found.context_tokens),
        complexity.kind_feature(*_find_dimension(found)),
    )
    features += filter(None, extras)
    found.features = tuple(features)
    found.complexity = complexity.add_up(features)


def _find_scope(found: Signals, said: str, names: set[str]) -> str | None:
    """The scope by words, complexity's features and files."""
    if " cross service" in said:
        return "cross-service"
    if found.files > 1 or "crosses modules" in names or "crosses services" in names:
        return "multi-file"
    return None


def _count_files(found: Signals, words: list[str], parts: Prompt) -> int:
    """How many files the work changes, as far as it says.

    Those that the caller gave, a number in words, what stands under "Files:", its tests aside.  A short task means
    the files that it names; a long prompt names most of them in passing.
    """
    given = len(found.paths) - len([path for path in found.named if path in found.paths])
    listed = take_paths(" ".join(parts.targets).replace("`", " "))[1]
    targets = len([path for path in listed if "test" not in path.lower()])
    named = len(found.paths) if len(words) <= _LONG else 0
    return max(given, targets or named, complexity.counted_files(words))


def _find_dimension(found: Signals) -> tuple[bool, bool]:
    """Whether the likeliest kind is mechanical work, and whether it is reasoning."""
    domain = found.tags.get("domain")
    top = found.kinds[0][0] if found.kinds else ""
    if domain:
        top = DOMAINS.get(domain, domain)
    return top in MECHANICAL, top in REASONING
