"""Whether the words of a turn promise work in many files.  Standard library only: a hook asks this.

Few words tell how large a turn becomes.  Two do: a plan that names the files it changes, and a
request for all of something at once ("fix all the findings").
"""

from tierwise.classify.words import word_set

MANY_NAMED = 6
"""Code files that a text names; the turns that edit six or more are the ones to find."""

SHORT = 600
"""Characters of a message that asks for all of something; a long text says "all" in passing."""

WORDS_BETWEEN = 3
"""Words from the verb to "all": "fix all", "address the review comments"."""

_CODE_ENDINGS = word_set(
    "c cc cpp cs css dart ex exs go graphql h hpp html java js json jsx kt kts lua mjs php proto py "
    "rb rs scala scss sh sol sql svelte swift toml ts tsx vue xml yaml yml zig"
)
_SEPARATORS = str.maketrans(dict.fromkeys("`'\"()[]{}<>|*=,;:!?@#\n\t", " "))
_CHANGES = word_set("address apply do fix handle implement migrate rename replace resolve")
_ALL = word_set("all comments everything findings issues")


def explain_extent(text: str) -> str:
    """Say why the turn is expected to change many files; empty where nothing tells."""
    files = count_named_code(text)
    if files >= MANY_NAMED:
        return f"the task names {files} code files"
    if len(text) <= SHORT and asks_for_all(text):
        return "it asks for all of them at once"
    return ""


def count_named_code(text: str) -> int:
    """Count the different code files that a text names; the same name in two folders is one."""
    found = set()
    for word in text.translate(_SEPARATORS).split():
        stem, _, ending = word.rstrip(".").rpartition(".")
        name = stem.rpartition("/")[2]
        if ending in _CODE_ENDINGS and name and name[-1].isalnum():
            found.add(f"{name}.{ending}")
    return len(found)


def asks_for_all(text: str) -> bool:
    """Return whether a verb of change is followed at once by a word for all of something."""
    words = text.lower().translate(_SEPARATORS).replace(".", " ").split()
    for place, word in enumerate(words):
        following = words[place + 1 : place + 1 + WORDS_BETWEEN]
        if word in _CHANGES and not _ALL.isdisjoint(following):
            return True
    return False
