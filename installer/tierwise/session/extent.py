"""Whether the words of a turn promise work in many files.  Standard library only: a hook asks this.

Few words tell how large a turn becomes.  Three do: a plan that names the files it changes, a
request for all of something at once ("fix all the findings"), and the assent to work that the
answer before has found out about and offers ("Want me to implement this?" "Go ahead").
"""

from tierwise.classify.words import word_set

MANY_NAMED = 6
"""Code files that a text names; the turns that edit six or more are the ones to find."""

SHORT = 600
"""Characters of a message that asks for all of something; a long text says "all" in passing."""

SHORT_ASSENT = 250
"""Characters of a message that agrees to an offer; a longer one asks for something of its own."""

OFFER_TAIL = 400
"""Characters at an answer's end where an offer stands."""

WORDS_BETWEEN = 3
"""Words from the verb to "all": "fix all", "address the review comments"."""

WORDS_OF_OFFER = 8
"""Words from "want me to" to the verb: "Want me to go ahead and implement the fix?"."""

EDITED = "edit"
"""What the turn before did, where an offer is about what is left over."""

_CODE_ENDINGS = word_set(
    "c cc cpp cs css dart ex exs go graphql h hpp html java js json jsx kt kts lua mjs php proto py "
    "rb rs scala scss sh sol sql svelte swift toml ts tsx vue xml yaml yml zig"
)
_SEPARATORS = str.maketrans(dict.fromkeys("`'\"()[]{}<>|*=,;:!?@#\n\t", " "))
_CHANGES = word_set("address apply do fix handle implement migrate rename replace resolve")
_ALL = word_set("all comments everything findings issues")
_AGREES = word_set(
    "absolutely agreed alright can cool do feel fine free good great i it just let lets lgtm "
    "looks nice now ok okay perfect please right s sounds sure that then think this to we yeah yep "
    "yes you yup"
)
_STARTS = word_set("apply begin build continue fix get go implement make proceed ship start")
_OFFERS = (
    "want me to",
    "like me to",
    "shall i",
    "should i",
    "ready to",
    "let me know if",
    "say the word",
)
_OFFERED_WORK = word_set(
    "ahead apply build building implement implementing fix fixing refactor rewrite"
)
_TEAMMATE = "<teammate-message"
_ASSIGNS = ('teammate_id="team-lead"', '"task_assignment"')


def explain_extent(
    text: str,
    answer_before: str = "",
    last_turn: str = "",
) -> str:
    """Say why the turn is expected to change many files; empty where nothing tells.

    ``last_turn``: what the turn before did: read, edit, run, plan, talk, or empty.
    """
    if reports_from_teammate(text):
        return ""
    files = count_named_code(text)
    if files >= MANY_NAMED:
        return f"the task names {files} code files"
    if len(text) <= SHORT and asks_for_all(text):
        return "it asks for all of them at once"
    if last_turn != EDITED and accepts_offer(text, answer_before):
        return "what was found out is to be done"
    return ""


def reports_from_teammate(text: str) -> bool:
    """Return whether an agent of a team tells what it did: the files are its own, and done."""
    if not text.startswith(_TEAMMATE):
        return False
    return not any(words in text for words in _ASSIGNS)


def count_named_code(text: str) -> int:
    """Count the different code files that a text names; the same name in two folders is one."""
    found = set()
    for word in text.translate(_SEPARATORS).split():
        if "." not in word:  # nearly every word
            continue
        stem, _, ending = word.rstrip(".").rpartition(".")
        name = stem.rpartition("/")[2]
        if ending in _CODE_ENDINGS and name and name[-1].isalnum():
            found.add(f"{name}.{ending}")
    return len(found)


def asks_for_all(text: str) -> bool:
    """Return whether a verb of change is followed at once by a word for all of something."""
    words = _split_words(text)
    for place, word in enumerate(words):
        following = words[place + 1 : place + 1 + WORDS_BETWEEN]
        if word in _CHANGES and not _ALL.isdisjoint(following):
            return True
    return False


def accepts_offer(text: str, answer_before: str) -> bool:
    """Return whether a short message agrees to work that the answer before offers at its end."""
    if len(text) > SHORT_ASSENT or "?" in text:
        return False
    return agrees(text) and offers_work(answer_before)


def agrees(text: str) -> bool:
    """Return whether a message says yes, or says to begin, before it says anything else."""
    words = _split_words(text)
    rest = list(words)
    while rest and rest[0] in _AGREES:
        rest.pop(0)
    if not rest:
        return bool(words)
    return rest[0] in _STARTS


def offers_work(answer: str) -> bool:
    """Return whether an answer ends with the offer to implement or to fix something."""
    tail = answer[-OFFER_TAIL:].lower()
    for offer in _OFFERS:
        _, found, after = tail.rpartition(offer)
        offered = _split_words(after)[:WORDS_OF_OFFER]
        if found and not _OFFERED_WORK.isdisjoint(offered):
            return True
    return False


def _split_words(text: str) -> "list[str]":
    plain = text.lower().translate(_SEPARATORS)
    return plain.replace(".", " ").split()
