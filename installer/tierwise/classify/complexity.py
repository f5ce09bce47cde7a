"""How hard a task looks, from 0 to 1.  Standard library only.

The seeds' heuristics (files affected, external interfaces, cross-module reasoning, novelty of the pattern, context
size) as plain additions to 0.5, an ordinary task.  With their thresholds, 0.4 and 0.8, one feature never moves a
tier by itself; two or three that agree do.
"""

from __future__ import annotations

from itertools import chain

NEUTRAL = 0.5

Feature = tuple[str, float]

# feature -> (weight, phrases); a phrase stands between blanks in the folded words, a trailing * allows any ending.
_PHRASES: dict[str, tuple[float, str]] = {
    "crosses modules": (
        0.2,
        "across|throughout|codebase|code base|all modules|every module|multiple modules|several modules|cross module|"
        "cross file|many files|multiple files|several files|in every package|all packages|alle module*|mehrere module*|"
        "plusieurs modules|varios modulos|tutti i moduli|модул*",
    ),
    "crosses services": (
        0.3,
        "cross service|services|microservice*|frontend and backend|client and server|both repos|multiple repos|"
        "dienste ubergreifend|servicios|servicos|servizi|сервис*",
    ),
    "external interfaces": (
        0.15,
        "third party|external api|external service|webhook*|integrat*|public api|sdk|vendor|partner api|upstream api|"
        "schnittstelle*|interface externe|api externa|внешн*",
    ),
    "new ground": (
        0.15,
        "from scratch|novel|never done|first time|greenfield|no precedent|unprecedented|new kind of|prototype|invent*|"
        "von grund auf|desde cero|do zero|da zero|с нуля",
    ),
    "unclear": (
        0.15,
        "unclear|not sure|no idea|nobody knows|somehow|vague|figure out|unklar|pas clair|no esta claro|nao esta claro|"
        "non e chiaro|неясно|непонятн*",
    ),
    "hard constraints": (
        0.15,
        "backward compat*|backwards compat*|without downtime|zero downtime|distributed|consisten*|tradeoff*|trade off*|"
        "transaction*|at scale|data loss|irreversib*",
    ),
    "follows a pattern": (
        -0.15,
        "same pattern|like other*|same as|same way|same structure|similar to|copy how|as in|bestehendem muster",
    ),
    "confined": (
        -0.15,
        "single file|one file|one line|one liner|nothing else",
    ),
    "called simple": (
        -0.15,
        "trivial|simple|easy|obvious|tiny|minor|quick|straightforward|einfach*|simple*|facile|facil|semplice|просто*",
    ),
    "tests exist": (
        -0.1,
        "covered by tests|tests exist|tests pass|tests cover|has tests|have tests for it|well tested|good coverage",
    ),
    "production": (
        0.1,
        "prod|production|live system|hotfix|customers data|"
        "customer data|produktion|produktiv*|en production|produccion|"
        "producao|produzione|прод|продакшн*",
    ),
    "untested": (0.1, "no tests|without tests|untested|not tested|"
    "keine tests|sans tests|sin pruebas|sem testes|без тестов"),
}  # fmt: skip

_DIGITS = 6  # of a number that is none of files
_STEM = 5  # letters by which a phrase's first word is looked for before the phrase is


def _sort_phrases() -> dict[str, list[tuple[str, str]]]:
    """(what stands in the folded words, its feature) for each phrase, by the stem of its first word."""
    found: dict[str, list[tuple[str, str]]] = {}
    for name, (_, line) in _PHRASES.items():
        spaced = f" {line} ".replace("|", " | ").replace("* ", "")
        for phrase in spaced.split("|"):
            stem = phrase[1 : 1 + _STEM].partition(" ")[0]
            found.setdefault(stem, []).append((phrase, name))
    return found


_BY_STEM = _sort_phrases()
_NOT = (
    " no ", " not ", " without ", " kein ", " keine ", " sans ", " sin ", " sem ", " senza ", " без ",
)  # fmt: skip
_COUNTED = frozenset((
    "files", "modules", "services", "packages", "repos", "dateien", "fichiers", "archivos", "arquivos", "файлов",
))  # fmt: skip


def read_features(words: list[str], folded: str) -> list[Feature]:
    """The features that the folded words name; ``folded``: the same between blanks, as one text."""
    begun = _BY_STEM.keys() & {word[:_STEM] for word in {*words}}
    named = {
        name
        for phrase, name in chain.from_iterable(map(_BY_STEM.__getitem__, begun))
        if phrase in folded and _is_meant(folded, phrase)
    }
    return [(name, weight) for name, (weight, _) in _PHRASES.items() if name in named]


def _is_meant(folded: str, phrase: str) -> bool:
    """Whether a phrase that is there is meant: "no cross-service impact" names what it rules out."""
    place = folded.find(phrase)
    before = folded[max(0, place - 8) : place + 1]
    return phrase.startswith((" no ", " not ", " without ")) or not before.endswith(_NOT)


def counted_files(words: list[str]) -> int:
    """The number in "across 12 files"; 0 where no number is named."""
    most = 0
    if _COUNTED.isdisjoint(words):
        return most
    for place, word in enumerate(words):
        if word.isdecimal() and len(word) < _DIGITS:
            following = words[place + 1 : place + 3]
            if not _COUNTED.isdisjoint(following):
                most = max(most, int(word))
    return most


def file_feature(count: int) -> Feature | None:
    """More than five files is the seeds' mark of higher complexity."""
    if count > 5:
        return (f"{count} files", 0.25)
    return (f"{count} files", 0.1) if count > 1 else None


def context_feature(tokens: int) -> Feature | None:
    """A long shared context has to be kept in mind (seed: "Strong signals that a task needs frontier")."""
    if tokens > 150_000:
        return ("very large context", 0.2)
    return ("large context", 0.1) if tokens > 50_000 else None


def tag_features(tags: dict[str, str]) -> list[Feature]:
    """What the author's annotations add."""
    weights = {
        ("scope", "single-file"): -0.15,
        ("scope", "multi-file"): 0.1,
        ("scope", "cross-service"): 0.3,
        ("ambiguity", "low"): -0.1,
        ("ambiguity", "medium"): 0.05,
        ("ambiguity", "high"): 0.25,
    }
    return [
        (f"{key}: {tags[key]}", weights[key, tags[key]])
        for key in ("scope", "ambiguity")
        if key in tags
    ]


def kind_feature(
    mechanical: bool,
    reasoning: bool,
) -> Feature | None:
    """The seeds' complexity dimension: mechanical, generative or reasoning-intensive work."""
    if mechanical:
        return ("mechanical work", -0.1)
    return ("reasoning-intensive work", 0.15) if reasoning else None


def add_up(features: list[Feature]) -> float:
    """The score, held between 0 and 1."""
    return round(
        min(1.0, max(0.0, NEUTRAL + sum(weight for _, weight in features))),
        2,
    )
