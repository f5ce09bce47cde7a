"""Words -> a score for each kind of work.  Standard library only.

A kind's score is its best phrase plus a third of its others, each weighed by where it stands: people say what they
want first and explain afterwards.
"""

from __future__ import annotations

from tierwise.classify.roles import ROLES
from tierwise.classify.sentences import weigh_words
from tierwise.classify.vocabulary import TEXT_KINDS
from tierwise.classify.vocabulary.sorted import PHRASES
from tierwise.classify.words import BREAK, STEM, is_identifier, split_words, word_set

_DEVANAGARI, _EAST_ASIAN = ("\u0900", "\u097f"), ("\u3040", "\ud7a3")
_NEAR = 6  # how far a phrase's ~word may be
_OTHERS = 0.3
GUARDED = "security"
_NAMED, _NAMED_SWITCH = 4.0, 9.0
_ROLE = 12.0
_ACT = 8  # weight from which a phrase of security is an act or an attack, not only what is guarded

Part = tuple[str, bool, bool]  # word, exact, may come later
Phrase = tuple[str, bool, tuple[Part, ...], str, int]  # first word, exact, the rest, kind, weight


_READ: dict[str, tuple[Phrase, ...]] = {}
_MATCHED: dict[str, tuple[Phrase, ...]] = {}
_COMPOUND = 9  # letters
_HEADS = (
    "anleitung", "handbuch", "dokumentation", "tabelle", "tabellen", "spalte", "datenmodell", "abfrage", "migration",
    "authentifizierung", "anmeldung", "passwort", "berechtigung", "berechtigungen", "verschlusselung", "zahlung",
    "zahlungen", "architektur", "strategie", "prufung", "nachricht", "protokoll", "fehler", "abhangigkeit",
    "abhangigkeiten", "datei", "einstellung", "einstellungen", "schnittstelle", "konfiguration",
    "handleiding", "documentatie", "tabel", "kolom", "wachtwoord", "betaling", "rechten", "configuratie",
)  # fmt: skip
_REMEMBERED = 20_000  # words; a long batch must not fill the memory


def _beginning(key: str) -> tuple[Phrase, ...]:
    """The phrases whose first word begins with ``key``, read on first use."""
    phrases = _READ.get(key)
    if phrases is None:
        line = PHRASES.get(key)
        if line is None:
            return ()
        phrases = _READ[key] = tuple(
            _read_phrase(*entry.split(" ", 2)) for entry in line.split("|")
        )
    return phrases


def _matching(word: str) -> tuple[Phrase, ...]:
    """The phrases that may begin with ``word``."""
    if len(_MATCHED) > _REMEMBERED:
        _MATCHED.clear()
    phrases = _beginning(word[:STEM])
    if len(word) == STEM and word[-1] == "s":
        phrases += _beginning(word[:-1])
    found = tuple(entry for entry in phrases if _is(word, entry[0], entry[1]))
    if len(word) >= _COMPOUND and word.endswith(_HEADS):
        # German and Dutch write "Installationsanleitung" as one word: what it is stands at its end.
        head = next(head for head in _HEADS if word.endswith(head))
        found += tuple(entry for entry in _beginning(head[:STEM]) if _is(head, entry[0], entry[1]))
    _MATCHED[word] = found
    return found


def _read_phrase(weight: str, kind: str, phrase: str) -> Phrase:
    parts = []
    for raw in phrase.split(" "):
        word = raw.lstrip("=~")
        parts.append((word, "=" in raw[:2] or len(word) < STEM, raw[0] == "~"))
    return parts[0][0], parts[0][1], tuple(parts[1:]), kind, int(weight)


def score_words(
    words: list[str],
    scores: dict[str, list[float]],
    factor: float = 1.0,
    places: list[tuple[float, float]] | None = None,
) -> bool:
    """Add to ``scores`` (kind -> weights) what the words say; whether they name an act or attack on what is guarded."""
    acts = False
    seen: set[int] = set()
    places = places or weigh_words(words)
    stems = {word[:STEM] for word in words}
    stems.update([word[:-1] for word in words if len(word) <= STEM and word[-1] == "s"])
    for place, word in enumerate(words):
        for entry in _MATCHED.get(word) or _matching(word):
            _, _, rest, kind, weight = entry
            if id(entry) in seen or (rest and rest[0][0][:STEM] not in stems):
                continue
            if not rest or _follows(words, place + 1, rest):
                seen.add(id(entry))
                by_place, by_sentence = places[place]
                if kind == GUARDED:
                    by_sentence = 1.0  # wherever it stands: what is guarded must not be talked down
                    acts = acts or weight >= _ACT
                scores.setdefault(kind, []).append(weight * factor * by_place * by_sentence)
    return acts


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


Script = tuple[
    str, str, list[tuple[str, int, list[str]]]
]  # first and last letter, (kind, weight, phrases) …
_SCRIPTS: list[Script] = []


def _scripts() -> list[Script]:
    """The words of Chinese and Japanese, Korean, Hindi, read on first use: few tasks need them."""
    if not _SCRIPTS:
        from tierwise.classify.vocabulary import hindi, ideographs, korean

        for script in (ideographs, korean, hindi):
            lines = [
                (kind, weight, line.lower().translate(ideographs.SIMPLIFIED).split(", "))
                for kind, group in script.PHRASES.items()
                for weight, line in group
            ]
            _SCRIPTS.append((*script.SCRIPT, lines))
    return _SCRIPTS


def score_scripts(text: str, scores: dict[str, list[float]]) -> None:
    """The same for writing in which words have no blanks between them, or grow endings: looked for as they stand."""
    if not any(
        first <= letter <= last for first, last in (_DEVANAGARI, _EAST_ASIAN) for letter in text
    ):
        return
    from tierwise.classify.vocabulary.ideographs import SIMPLIFIED

    text = text.lower().translate(SIMPLIFIED)
    for first, last, lines in _scripts():
        if not any(first <= letter <= last for letter in text):
            continue
        for kind, weight, phrases in lines:
            for phrase in phrases:
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
    "changelog.md": ("changelog", 9.0),
    "changes.rst": ("changelog", 9.0),
    "changes.md": ("changelog", 9.0),
    "history.md": ("changelog", 9.0),
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
    "config": ("config", 3.0),
    "migrations": ("schema", 6.0),
}


def score_paths(paths: tuple[str, ...], scores: dict[str, list[float]]) -> None:
    """Add what the named files say: endings, folders, and guarded words in their names (``src/auth.ts``)."""
    for path in paths[:20]:
        lowered = path.lower()
        best = ("", 0.0)
        for ending, hint in _ENDINGS.items():
            if lowered.endswith(ending) and hint[1] > best[1]:
                best = hint
        if not best[0] and lowered.rpartition("/")[2].startswith("."):
            best = ("config", 4.0)  # .nvmrc, .gitignore
        if best[0]:
            scores.setdefault(best[0], []).append(best[1])
        for folder in lowered.split("/")[:-1]:
            if folder in _FOLDERS:
                kind, weight = _FOLDERS[folder]
                scores.setdefault(kind, []).append(weight)
        named: dict[str, list[float]] = {}
        score_words(split_words(lowered.replace("_", " ")), named, 0.8)
        if GUARDED in named:
            scores.setdefault(GUARDED, []).append(max(named[GUARDED]))


# Parts of names in code that say it guards something or runs what it is given.  Not `token`: parsers have them too.
_GUARDED_NAMES = (
    *(
        "auth",
        "passw",
        "permission",
        "credential",
        "secret",
        "crypt",
        "jwt",
        "oauth",
        "csrf",
        "hmac",
        "signature",
    ),
    *(
        "payment",
        "refund",
        "login",
        "anonymous",
        "apikey",
        "api_key",
        "accesstoken",
        "access_token",
        "eval(",
        "innerhtml",
        "pickle",
    ),
)


_SWITCHES = ("allow", "skip", "disable", "bypass", "ignore", "without")


def score_names(text: str, scores: dict[str, list[float]]) -> bool:
    """Add what names from the code say that guard something, such as ``checkPermission()``.

    Returns whether one switches a guard off (``skip_auth``): naming that is naming an act.
    """
    acts = False
    for raw in text.split():
        if is_identifier(raw) or "_" in raw:
            lowered = raw.lower().replace("authori", "auth").replace("author", "")
            if any(part in lowered for part in _GUARDED_NAMES):
                switch = lowered.strip("`'\"(-").startswith(_SWITCHES)
                acts = acts or switch
                scores.setdefault(GUARDED, []).append(_NAMED_SWITCH if switch else _NAMED)
    return acts


def score_agent(agent: str, scores: dict[str, list[float]]) -> None:
    """Add what the agent is for: its known role, else the words of its name."""
    bare = agent.rpartition(":")[2]
    role = ROLES.get(bare)
    if role is not None:
        scores.setdefault(role, []).append(_ROLE)
    elif bare != "general-purpose":
        named: dict[str, list[float]] = {}
        score_words(split_words(bare.replace("_", " ")), named, 0.6)
        for kind, weights in named.items():
            scores.setdefault(kind, []).append(max(weights))


def rank(
    scores: dict[str, list[float]],
    likely: dict[str, float],
    crosses: bool,
    acts: bool,
    agent: str = "",
) -> tuple[tuple[str, float], ...]:
    """The kinds by score, the likeliest first; ties by name, so that the same text always ranks the same.

    ``likely``: which labelled tasks the words are like (kind -> share); all shares together weigh one strong phrase.
    """
    said = {kind: _total(weights) for kind, weights in scores.items()}
    totals = dict(said)
    for kind, share in likely.items():
        totals[kind] = totals.get(kind, 0.0) + _LIKE * share
    if crosses and "refactor" in totals:
        totals["multi-file-refactor"] = max(
            totals.get("multi-file-refactor", 0.0), totals["refactor"] + 2.0
        )
    ranked = sorted(totals.items(), key=lambda item: (-item[1], item[0]))
    if (
        said.get(GUARDED, 0.0) >= _TOUCHES
    ):  # by phrases alone: what merely resembles security work touches nothing
        ranked = _guarded_first(ranked, said, likely, acts, ROLES.get(agent.rpartition(":")[2], ""))
    return tuple((kind, round(total, 2)) for kind, total in ranked[:5])


def _guarded_first(
    ranked: list[tuple[str, float]],
    said: dict[str, float],
    likely: dict[str, float],
    acts: bool,
    role: str,
) -> list[tuple[str, float]]:
    """Touching what guards people's accounts and money is security work, whatever else it is."""
    guard = dict(ranked)[GUARDED]
    others = [entry for entry in ranked if entry[0] != GUARDED]
    if not others:
        return ranked
    top, score = others[0]
    # Writing about a login, or finding where it is, does not touch it; an act or an attack does, and then it is the
    # words that count, not that a writer or a reader was asked.
    if top in TEXT_KINDS:
        said_so = said.get(top, 0.0) >= _STRONG or likely.get(top, 0.0) >= SURE
        spared = score - (_ROLE if top == role else 0.0) > guard if acts else said_so
    else:
        spared = top in _BESIDE and score >= guard
    if spared:
        return [others[0], *(entry for entry in ranked if entry[0] != top)]
    return [(GUARDED, max(guard, score)), *others]


_LIKE = 9.0  # more sends fewer strange wordings wrong, and overrides a plain verb ("plan …"); see docs/routing.md
SURE = 0.8  # the share from which likeness alone may send work to the lightest tier
_TOUCHES = 3.0
_STRONG = 4.0
# Kinds that are at the top tier anyway, or that only stand beside what is guarded (a login button's padding).
_BESIDE = word_set(
    "planning research architecture validation audit schema debugging migration orchestration "
    "ui database-query dependency-update rename e2e-tests"
)


def _total(weights: list[float]) -> float:
    best = max(weights)
    return best + min(_OTHERS * (sum(weights) - best), best / 2)
