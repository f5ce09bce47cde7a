"""Words -> a score for each kind of work.  Standard library only.

A kind's score is its best phrase plus a third of its others, each weighed by where it stands: people say what they
want first and explain afterwards.
"""

from __future__ import annotations

from tierwise.route.roles import ROLES
from tierwise.route.vocabulary import TEXT_KINDS
from tierwise.route.vocabulary.sorted import PHRASES
from tierwise.route.words import BREAK, STEM, split_words, word_set

_NEAR = 6  # how far a phrase's ~word may be
_OTHERS = 0.3

Part = tuple[str, bool, bool]  # word, exact, may come later
Phrase = tuple[str, bool, tuple[Part, ...], str, int]  # first word, exact, the rest, kind, weight


_READ: dict[str, tuple[Phrase, ...]] = {}


def _beginning(key: str) -> tuple[Phrase, ...]:
    """The phrases whose first word begins with ``key``, read on first use."""
    phrases = _READ.get(key)
    if phrases is None:
        line = PHRASES.get(key)
        if line is None:
            return ()
        phrases = _READ[key] = tuple(_read_phrase(*entry.split(" ", 2)) for entry in line.split("|"))
    return phrases


def _read_phrase(weight: str, kind: str, phrase: str) -> Phrase:
    parts = []
    for raw in phrase.split(" "):
        word = raw.lstrip("=~")
        parts.append((word, "=" in raw[:2] or len(word) < STEM, raw[0] == "~"))
    return parts[0][0], parts[0][1], tuple(parts[1:]), kind, int(weight)


def score_words(words: list[str], scores: dict[str, list[float]], factor: float = 1.0) -> None:
    """Add to ``scores`` (kind -> weights) what the words say."""
    seen: set[int] = set()
    for place, word in enumerate(words):
        stem = word[:-1] if len(word) == STEM and word[-1] == "s" else ""
        for entry in _beginning(word[:STEM]) + (_beginning(stem) if stem else ()):
            first, exact, rest, kind, weight = entry
            if _is(word, first, exact) and id(entry) not in seen:
                if rest and not _follows(words, place + 1, rest):
                    continue
                seen.add(id(entry))
                scores.setdefault(kind, []).append(weight * factor * _position(place))


def _is(word: str, want: str, exact: bool) -> bool:
    if exact:
        return word == want or (len(want) < STEM and word == want + "s")
    return word.startswith(want)


def _follows(words: list[str], place: int, rest: tuple[Part, ...]) -> bool:
    for want, exact, later in rest:
        end = place + _NEAR if later else place + 1
        for at in range(place, min(end, len(words))):
            word = words[at]
            if word == BREAK:
                return False
            if _is(word, want, exact):
                place = at + 1
                break
        else:
            return False
    return True


def _position(place: int) -> float:
    return 1.25 if place < 8 else 1.0 if place < 25 else 0.7 if place < 80 else 0.4


def score_ideographs(text: str, scores: dict[str, list[float]]) -> None:
    """The same for Chinese and Japanese, which write no blanks."""
    from tierwise.route.vocabulary.ideographs import IDEOGRAPHS  # few tasks need it

    text = text.lower()
    for kind, lines in IDEOGRAPHS.items():
        for weight, line in lines:
            for phrase in line.split():
                place = text.find(phrase)
                if place >= 0:
                    scores.setdefault(kind, []).append(weight * (1.25 if place < 40 else 1.0))


# What a named file says about the work, where the words say little.
_ENDINGS: dict[str, tuple[str, float]] = {
    ".md": ("docs", 2.5),
    ".rst": ("docs", 2.5),
    ".adoc": ("docs", 2.5),
    ".sql": ("database-query", 2.5),
    ".css": ("ui", 3.0),
    ".scss": ("ui", 3.0),
    ".yml": ("config", 3.0),
    ".yaml": ("config", 3.0),
    ".toml": ("config", 3.0),
    ".ini": ("config", 3.0),
    ".cfg": ("config", 3.0),
    ".env": ("config", 3.0),
    ".example": ("config", 4.0),
    "tsconfig.json": ("config", 4.0),
    "dockerfile": ("config", 4.0),
    ".tf": ("config", 3.0),
    "readme.md": ("docs", 5.0),
    "contributing.md": ("docs", 5.0),
    "changelog.md": ("changelog", 7.0),
    "changes.rst": ("changelog", 7.0),
    "changes.md": ("changelog", 7.0),
    "history.md": ("changelog", 7.0),
    "handoff.md": ("handoff", 7.0),
    "package.json": ("dependency-update", 2.0),
    "requirements.txt": ("dependency-update", 2.0),
}
_FOLDERS: dict[str, tuple[str, float]] = {
    "tests": ("tests", 1.5),
    "test": ("tests", 1.5),
    "__tests__": ("tests", 1.5),
    "e2e": ("e2e-tests", 4.0),
    "docs": ("docs", 2.0),
    ".github": ("config", 3.0),
    "migrations": ("schema", 6.0),
}
_GUARDED = ("security",)


def score_paths(paths: tuple[str, ...], scores: dict[str, list[float]]) -> None:
    """Add what the named files say: endings, folders, and guarded words in their names (``src/auth.ts``)."""
    for path in paths[:20]:
        lowered = path.lower()
        best = ("", 0.0)
        for ending, hint in _ENDINGS.items():
            if lowered.endswith(ending) and hint[1] > best[1]:
                best = hint
        if best[0]:
            scores.setdefault(best[0], []).append(best[1])
        for folder in lowered.split("/")[:-1]:
            if folder in _FOLDERS:
                kind, weight = _FOLDERS[folder]
                scores.setdefault(kind, []).append(weight)
        named: dict[str, list[float]] = {}
        score_words(split_words(lowered.replace("_", " ")), named, 0.8)
        for kind in _GUARDED:
            if kind in named:
                scores.setdefault(kind, []).append(max(named[kind]))


def score_agent(agent: str, scores: dict[str, list[float]]) -> None:
    """Add what the agent is for: its known role, else the words of its name."""
    bare = agent.rpartition(":")[2]
    role = ROLES.get(bare)
    if role is not None:
        scores.setdefault(role, []).append(12.0)
    elif bare != "general-purpose":
        named: dict[str, list[float]] = {}
        score_words(split_words(bare.replace("_", " ")), named, 0.6)
        for kind, weights in named.items():
            scores.setdefault(kind, []).append(max(weights))


def rank(scores: dict[str, list[float]], cross: bool) -> tuple[tuple[str, float], ...]:
    """The kinds by score, the likeliest first; ties by name, so that the same text always ranks the same."""
    totals = {kind: _total(weights) for kind, weights in scores.items()}
    if cross and "refactor" in totals:
        totals["multi-file-refactor"] = max(totals.get("multi-file-refactor", 0.0), totals["refactor"] + 2.0)
    ranked = sorted(totals.items(), key=lambda item: (-item[1], item[0]))
    guard = totals.get("security", 0.0)
    # Touching what guards people's accounts and money is security work, whatever else it is; writing about it is not.
    if guard >= 3.0 and ranked[0][0] != "security" and not _spares(ranked[0], guard):
        ranked.remove(("security", guard))
        ranked.insert(0, ("security", max(guard, ranked[0][1])))
    return tuple((kind, round(total, 2)) for kind, total in ranked[:5])


def _spares(top: tuple[str, float], guard: float) -> bool:
    """Whether a kind that outscores the guarded words stays what it is."""
    return top[1] >= guard and (top[0] in TEXT_KINDS or top[0] in _BESIDE)


# Kinds that are at the top tier anyway, or that only stand beside what is guarded (a login button's padding).
_BESIDE = word_set(
    "planning research architecture validation audit schema debugging migration orchestration "
    "ui database-query dependency-update rename e2e-tests"
)


def _total(weights: list[float]) -> float:
    best = max(weights)
    return best + min(_OTHERS * (sum(weights) - best), best / 2)
