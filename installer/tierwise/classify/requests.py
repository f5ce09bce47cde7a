"""What a task asks for, apart from what it asks to leave alone.  Standard library only: hooks import this.

"Fix the typo and redesign auth" are two requests, and the one that asks for more decides.  "Don't touch the auth code,
only rename the variable" is one, and it is not about auth.
"""

from __future__ import annotations

from tierwise.classify.words import BREAK, word_set

# How a wish begins that something stays as it is, by what such beginnings have in common.  Each is followed by what is
# meant, up to a clause's end.
_LEAVE = {
    "touch": (
        "don't touch", "dont touch", "do not touch", "without touching", "never touch", "no need to touch",
        "ne touche pas", "ne touchez pas", "sans toucher",
    ),
    "chang": ("don't change", "do not change", "without changing", "ne change pas"),
    "modif": ("don't modify", "do not modify", "ne modifie pas", "no modifiques", "non modificare"),
    "edit": ("don't edit", "do not edit"),
    "alter": ("don't alter", "do not alter", "não altere"),
    "fix": ("don't fix", "do not fix"),
    "toq": ("no toques", "não toque"),
    "toc": ("sin tocar", "non toccare", "senza toccare"),
    "mex": ("não mexa", "sem mexer"),
    "stay ": ("stay out of", "stay away from"),
    "keep ": ("keep your hands off", "keep out of"),
    "nie": ("niet aanraken", "nie ruszaj", "nie zmieniaj", "nie dotykaj"),
    "": (
        "don't worry about", "leave alone", "finger weg von", "no cambies", "blijf van", "не трогай", "не меняй",
    ),
}  # fmt: skip
# How a task says that it changes nothing at all, in the same way, and what would make it mean less.
_ONLY_LOOKS = {
    "only": (
        "research only", "research-only", "analysis only", "analysis-only", "investigation only",
        "exploration only", "review only", "report only", "only the analysis", "read-only investigation",
        "read-only research", "read-only analysis", "read-only exploration", "read-only review",
        "read-only task", "read-only.", "strictly read-only", "read-only mode",
    ),
    "do not ": (
        "do not write code", "do not write any code", "do not write or edit", "do not write/edit",
        "do not implement anything", "do not make any changes", "do not make changes",
        "do not change anything", "do not change any code", "do not modify any files",
        "do not modify any code", "do not modify anything", "do not modify files", "do not edit any files",
        "do not edit files", "do not edit anything", "do not edit code", "do not fix anything",
    ),
    "no ": ("no code changes", "no code yet", "no edits", "no cambies nada"),
    "the analysis": ("just the analysis",),
    "without ": ("without changing anything", "without making changes"),
    "modif": ("ne modifie rien", "non modificare nulla"),
    "": (
        "nichts ändern", "nur lesen", "não mude nada", "ничего не меняй", "nic nie zmieniaj", "不要修改任何",
        "変更しないで", "수정하지 마",
    ),
}  # fmt: skip
_AROUND = 40  # letters: more than the longest of these phrases has
_RESTRICTS = word_set(
    "outside other except beyond in under that which unless until there here to yet's apart besides"
)
# "Leave the payment code as it is": the wish stands on both sides of what is meant.
_LEAVE_AS = ("leave ", "lass ", "laisse ", "deja ", "keep ")
_AS_IS = (
    "as it is", "as is", "as they are", "alone", "untouched", "unchanged", "in ruhe", "wie es ist", "wie er ist",
    "tel quel", "como está",
)  # fmt: skip
_ENDS = (
    *",;:.!?()\n—–", " but ", " and ", " only ", " just ", " instead ", " und ", " sondern ", " mais ", " pero ",
)  # fmt: skip
_MOST = 48  # letters of a clause; what runs on is no plain exclusion
_CLAUSES = 10  # of one wording that are looked for: a task with more is no task
# Verbs that ask for work of their own when they follow on "and", "then" or a sentence's end.
_JOINS = word_set(
    f"{BREAK} and then also plus afterwards und dann anschliessend et puis ensuite y luego e depois poi и"
)
_VERBS = word_set(
    "redesign design rearchitect architect restructure migrate rewrite port optimise optimize speed debug investigate "
    "diagnose plan rethink secure encrypt harden audit validate decouple parallelise parallelize move replace switch "
    "implement build disable drop delete remove store change figure analyse analyze research evaluate "
    "entwirf migriere plane optimiere untersuche analysiere verschlussele implementiere baue "
    "concois migre planifie implemente disena migra planifica optimiza investiga implementa "
    "projete planeje otimize investigue progetta pianifica ottimizza analizza спроектируй перепиши исследуй реализуй"
)
_SHORTEST = 2  # words of a request
_LONGEST = 40  # words of a task that is a list of requests; a longer one explains, in sentences that begin likewise


def says_it_only_looks(text: str) -> bool:
    """Whether a task says of itself that it changes nothing: "research only", "do not write any code"."""
    lowered = f" {text.lower()} ".replace("\u2019", "'")
    lowered = lowered.replace("don't", "do not")
    for part, phrases in _ONLY_LOOKS.items():
        if part not in lowered:
            continue
        near = _join_around(lowered, part)
        for phrase in phrases:
            if phrase in near and _stands_alone(lowered, phrase):
                return True
    return False


def _join_around(text: str, part: str) -> str:
    """What stands around each place of a part: sooner searched than a prompt."""
    if not part:
        return text
    pieces = []
    at = text.find(part)
    while at >= 0:
        end = at + len(part)
        pieces.append(text[max(0, at - _AROUND) : end + _AROUND])
        at = text.find(part, end)
    return "\n".join(pieces)


def _stands_alone(text: str, phrase: str) -> bool:
    """Whether a phrase is meant of the whole: "do not edit any files outside src" is not."""
    at = text.find(phrase)
    following = text[at + len(phrase) :].split(None, 1)
    return not following or following[0].strip(".,;:)*") not in _RESTRICTS


def without_exclusions(text: str) -> str:
    """The text without what it asks to leave alone; as it is where nothing else would be left."""
    kept, lowered = text, text.lower().replace("’", "'")
    if len(lowered) != len(text):
        return text  # a letter whose small form is longer: places would not agree
    for part, marks in _LEAVE.items():
        if part in lowered:
            kept, lowered = _cut_all_clauses(
                kept,
                lowered,
                marks,
                ("",),
            )
    kept, lowered = _cut_all_clauses(
        kept,
        lowered,
        _LEAVE_AS,
        _AS_IS,
    )
    return kept if any(map(str.isalpha, kept)) else text


def _cut_all_clauses(
    text: str, lowered: str, marks: tuple[str, ...], ends: tuple[str, ...]
) -> tuple[str, str]:
    """Both texts without the clauses that begin with one of the marks and hold one of the ends."""
    for mark in marks:
        if mark in lowered:
            text, lowered = _cut_clauses(
                text,
                lowered,
                mark,
                ends,
            )
    return text, lowered


def _cut_clauses(
    text: str,
    lowered: str,
    mark: str,
    ends: tuple[str, ...],
) -> tuple[str, str]:
    """Both texts without the clauses that begin with a mark and hold one of the ends."""
    at = lowered.find(mark)
    for _ in range(_CLAUSES):
        end, is_cut = _read_clause(lowered, at, mark, ends)
        if is_cut:
            text = text[:at] + text[end:]
            lowered = lowered[:at] + lowered[end:]
            end = at
        at = lowered.find(mark, end)
        if at < 0:
            break
    return text, lowered


def _read_clause(
    text: str,
    at: int,
    mark: str,
    ends: tuple[str, ...],
) -> tuple[int, bool]:
    """Where a clause ends, and whether it holds one of the ends; most do not."""
    end = at + len(mark)
    following = text[at + 1 : end + _MOST + len(mark)]
    if not any(phrase in following for phrase in (mark, *ends)):
        return end, False
    end = _clause_end(text, end)
    clause = text[at:end]
    return end, any(phrase in clause for phrase in ends)


def _clause_end(text: str, begin: int) -> int:
    """Where the clause ends; where it runs on it is no plain exclusion, and only its verb counts."""
    last = begin + _MOST
    ends = [place for sign in _ENDS if (place := text.find(sign, begin, last + len(sign))) >= 0]
    end = min(ends, default=len(text))
    return end if end <= last else begin


def further_requests(words: list[str]) -> list[list[str]]:
    """The words of each request after the first: from a verb that follows on a joining word, to the next one."""
    if len(words) > _LONGEST:
        return []
    starts = [
        place
        for place in range(_SHORTEST, len(words))
        if words[place] in _VERBS and _is_joined(words, place)
    ]
    return [
        words[start:end]
        for start, end in zip(starts, [*starts, len(words)][1:], strict=True)
        if end - start >= _SHORTEST
    ]


def _is_joined(words: list[str], place: int) -> bool:
    return words[place - 1] in _JOINS or words[place - 2 : place] == ["at", "it"]
