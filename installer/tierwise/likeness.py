"""What is kept of a task so that the same task in other words is known again.  Standard library only: hooks import this.

A title and a sketch, both keyed as :func:`tierwise.ledger.fingerprint` is: without the clone's key nobody can test a
guess at a word.  The title stands for the words of the call's description, white space, order and "again" aside, and
for the items that the prompt names ("Task 3").  The sketch is a MinHash of the prompt's words (Broder, 1997; one
permutation, Li, Owen and Zhang, 2012; few bits a bin, Li and König, 2010), in which names of files and things count
eight times: that is where two items of one template differ.
"""

from itertools import compress, pairwise

from tierwise import ledger
from tierwise.memo import Memo

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

NEAR_IDENTICAL = 0.85
"""The likeness from which two prompts under one title are the same task: chosen on recorded sessions (docs/learning.md)."""

BINS = 64
_ALL_BINS = frozenset(range(BINS))
_DIGITS = "0123456789abcdef"
_DIGIT_COUNT = len(_DIGITS)
_CHANCE = 1 / _DIGIT_COUNT
"""How often two bins of different texts agree by chance."""

_LEAST_COMMON = 0.3
"""The share of all words in common below which the estimate is noise."""

_HASH_BYTES = 8
_NAME_WEIGHT = 8
_HEAD, _END = 6_000, 2_000
"""Characters of a prompt's beginning and end that are read."""

_AROUND_WORDS = ".,;:!?()[]{}<>\"'`*#|=-\u2014\u2026"
_AGAIN = frozenset(
    {
        *("again", "anew", "repeat", "redo", "rerun", "re-run", "retry", "retried", "resume"),
        *("continue", "continued", "attempt", "try", "second", "2nd", "third", "3rd"),
    }
)
_COUNTING = frozenset(("attempt", "round", "take", "try"))
"""Words after which a number counts attempts."""

_ITEMS = frozenset(
    {
        *("batch", "chapter", "finding", "group", "issue", "item", "milestone", "part", "phase"),
        *("plan", "pr", "section", "story", "task", "ticket", "wave"),
    }
)
"""Words after which a number or a capital letter says which item of a list is meant."""


def describe_likeness(
    root: str,
    description: str,
    prompt: str,
) -> str:
    """Return a task's title, size and sketch, ``TITLE:SIZE:SKETCH``; empty without a description, for then no title is known.

    Raises OSError where the key can be neither read nor made.
    """
    titled = _list_title_words(description)
    if not titled:
        return ""
    words = _list_words(_shorten_prompt(prompt))
    title = " ".join([*sorted(titled), *sorted(_list_items(words))])
    key = ledger.find_key(root)
    hash_title = _make_hash(key, _HASH_BYTES)
    hashes = _hash_words(words, key)
    return f"{hash_title(title).hex()}:{len(hashes):x}:{_sketch_hashes(hashes)}"


def compare_likeness(one: str, other: str) -> float:
    """Return which share of the smaller prompt's words the larger one has too, names eightfold: 0 to 1, an estimate.

    0 where the titles differ, or where one of them is damaged.
    """
    title, size, sketch = _split_likeness(one)
    other_title, other_size, other_sketch = _split_likeness(other)
    if title != other_title or not size or not other_size:
        return 0.0
    equal = sum(map(str.__eq__, sketch, other_sketch))
    jaccard = max(0.0, (equal / BINS - _CHANCE) / (1 - _CHANCE))
    if jaccard < _LEAST_COMMON:
        return 0.0
    shared = jaccard / (1 + jaccard) * (size + other_size)
    return min(1.0, shared / min(size, other_size))


def _split_likeness(likeness: str) -> tuple[str, int, str]:
    """Return title, size and sketch; a size of 0 for what is damaged."""
    title, _, rest = likeness.partition(":")
    size, _, sketch = rest.partition(":")
    if len(sketch) != BINS:
        return title, 0, sketch
    try:
        return title, int(size, 16), sketch
    except ValueError:
        return title, 0, sketch


def _shorten_prompt(prompt: str) -> str:
    if len(prompt) <= _HEAD + _END:
        return prompt
    return f"{prompt[:_HEAD]} {prompt[-_END:]}"


def _list_words(text: str) -> list[str]:
    untagged = text.replace(
        ">",
        "> ",
    )  # "<task>Task 4" names an item, too
    return list(filter(None, map(_bare.__getitem__, untagged.split())))


def _strip_marks(word: str) -> str:
    return word.strip(_AROUND_WORDS)


_bare = Memo(_strip_marks)


def _list_title_words(description: str) -> set[str]:
    """Return the words that say what is done, without those that say that it is done again."""
    found = set()
    before = ""
    for word in _list_words(description.lower()):
        is_count = word.isdigit() and before in _COUNTING
        if word not in _AGAIN and not is_count:
            found.add(word)
        before = word
    return found


def _list_items(words: list[str]) -> set[str]:
    """Return which items of a list a prompt names, such as ``task 3``."""
    found: set[str] = set()
    for before, word in compress(pairwise(words), map(_announces.__getitem__, words)):
        if _names_item(word):
            found.add(f"{before} {word}".lower())
    return found


def _announces_item(word: str) -> bool:
    return word.lower() in _ITEMS


_announces = Memo(_announces_item)


def _names_item(word: str) -> bool:
    is_letter = len(word) == 1 and word.isupper()
    return is_letter or word[0].isdigit() or word[-1].isdigit()


def _hash_words(
    words: "Iterable[str]",
    key: bytes,
) -> "memoryview[int]":
    """Return the hashes of all different words: one each, several for a name."""
    if key not in _hashes:
        _hashes[key] = _remember_hashes(key)
    hashes = map(_hashes[key].__getitem__, set(words))
    # In the machine's own order of bytes and all at once: one by one they take three times as long.
    return memoryview(b"".join(hashes)).cast("Q")


def _remember_hashes(key: bytes) -> "Memo[bytes]":
    """Return what hashes a word, once: a workflow's prompts have most words in common."""
    hash_plain = _make_hash(key, _HASH_BYTES)
    hash_name = _make_hash(key, _HASH_BYTES * _NAME_WEIGHT)

    def hash_word(word: str) -> bytes:
        if _is_name(word):
            return hash_name(word)
        return hash_plain(word.lower())

    return Memo(hash_word)


# key -> the hashes of the words met so far
_hashes: "dict[bytes, Memo[bytes]]" = {}


def _sketch_hashes(hashes: "Iterable[int]") -> str:
    """Return a digit for each bin: of all hashes that fall into it, some bits of the smallest one."""
    # What comes later takes a bin over: at last the smallest.
    smallest = {value % BINS: value for value in sorted(hashes, reverse=True)}
    empty = _ALL_BINS.difference(smallest)
    borrowed = {number: _borrow_value(smallest, number) for number in empty}
    values = map(
        {**smallest, **borrowed}.__getitem__,
        range(BINS),
    )
    return "".join([_DIGITS[value // BINS % _DIGIT_COUNT] for value in values])


def _borrow_value(
    smallest: "dict[int, int]",
    number: int,
) -> int:
    """Return for an empty bin what the next that is not empty holds, told apart by the distance."""
    for distance in range(1, BINS):
        value = smallest.get((number + distance) % BINS)
        if value is not None:
            return value + distance * BINS
    return 0


def _is_name(word: str) -> bool:
    """Return whether a word names a file, a number or a thing in code: no letters alone, or capitals within."""
    if word.isalpha():
        return not (word.islower() or word.isupper() or word[1:].islower())
    return not word.replace("-", "").replace("'", "").isalpha()


def _make_hash(
    key: bytes,
    size: int,
) -> "Callable[[str], bytes]":
    """Return a keyed hash of that many bytes.  To copy a state is twice as fast as to make one for each word."""
    try:
        from _blake2 import blake2b  # hashlib would load OpenSSL, some milliseconds
    except ImportError:
        from hashlib import blake2b
    keyed = blake2b(
        digest_size=size,
        key=key,
        person=b"likeness",
    )

    def hash_text(text: str) -> bytes:
        state = keyed.copy()
        state.update(text.encode("utf-8", "surrogatepass"))
        return bytes(state.digest())

    return hash_text
