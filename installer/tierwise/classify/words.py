"""Text -> the words that the vocabulary is looked up by.  Standard library only, no ``re`` (it costs a hook 8 ms)."""

from __future__ import annotations

from itertools import chain, compress

from tierwise.memo import LINES, Memo

# Accents fold to the letter below them, so that the vocabulary needs each word once.
_FOLDED = (
    "aàáâãäåāąă cçćč dďđ eèéêëēęě gğ iìíîïīı lł nñńň oòóôõöōőø rř sśšşș tțť uùúûüūůű yýÿ zźżž её '’"
)
_BREAKS = ".!?:\n。！？；：，、।"
_BLANKS = ';\t\r\f\v,()[]{}<>|*#-/"`~^=%$@\\\0\x1b\u00a0\u3000¿¡' + "'"
_SHOWN = {"ß": "ss", "æ": "ae", "œ": "oe"}
for _letters in _FOLDED.split():
    _SHOWN |= dict.fromkeys(_letters, _letters[0])
_SHOWN |= dict.fromkeys(_BREAKS, " . ") | dict.fromkeys(_BLANKS, " ")
_TABLE = str.maketrans(_SHOWN)
# A table of one letter for one is many times as fast, so that plain text has its breaks replaced before.
_PLAIN_BREAKS = ".!?:\n"
_PLAIN_TABLE = str.maketrans({blank: " " for blank in _BLANKS if blank.isascii()})
BREAK = "."
# What stands in the text for a path, a version, a duration and an HTTP route, so that phrases can name them.
PATH = "xpathx"
VERSION = "v0"
DURATION = "xms"
ROUTE = "xroute"
ENDPOINT = "xendpoint"
SUBSTITUTION = "xsubst"  # s/old/new/


def word_set(line: str) -> frozenset[str]:
    """The words of one line as a set."""
    return frozenset(line.split())


# Words that stand between others without changing what is asked for.
SMALL = word_set(
    "the a an my our your this that these those please pls plz so hey hi just also some existing now "
    "der die das den dem ein eine einen einem eines einer bitte mal le "
    "la les un une ce cette el los las una o os um uma "
    "il lo gli"
)

_SUFFIXES = word_set(
    "py js ts tsx jsx go rs rb java kt c h cc cpp hpp cs php swift scala sh bash zsh sql md rst txt adoc html css scss "
    "sass less vue svelte json yaml yml toml ini cfg conf env lock "
    "xml csv tf proto graphql gql ex exs erl hs ml lua pl "
    "r ipynb mdx tpl j2 gradle properties log png svg pdf example"
)
_FOLDERS = word_set(
    "src lib app apps pkg cmd internal packages tests test docs doc config scripts utils components api server client "
    "auth payments crypto migrations db routes models services web backend frontend tools templates bin spec"
)
_LONGEST_PATH = 260
_MOST_PATHS = 200
_AROUND_PATHS = "`'\"()[]{}<>,;:!?*"
_AFTER_PATHS = ".,;:!?"
_METHODS = word_set("GET POST PUT PATCH DELETE HEAD")
_FAULTS = ("Error", "Exception")
_NAME_MARKS = str.maketrans("_.", "  ")


def split_words(text: str) -> list[str]:
    """Lower-case words with accents folded and small words dropped; BREAK ends a sentence."""
    folded = text.lower()
    if folded.isascii():
        for mark in _PLAIN_BREAKS:
            folded = folded.replace(mark, " . ")
        folded = folded.translate(_PLAIN_TABLE)
    else:
        folded = folded.translate(_TABLE)
    return [word for word in folded.split() if word not in SMALL]


def is_identifier(raw: str) -> bool:
    """Whether a word is a name from the code, such as ``getUser`` or ``load()``: an object of the work, not a verb."""
    if "(" in raw[1:]:
        return True
    if raw.islower():  # nearly every word
        return False
    bare = raw.strip(".,:;!?'\"()[]")
    if bare.isupper() or "-" in bare or bare.endswith(_FAULTS):
        return False
    rest = bare[1:]
    inner = bare[1:-1]
    has_capital = rest != rest.lower()
    has_small = inner != inner.upper()
    return has_capital and has_small


def split_name(raw: str) -> list[str]:
    """The words, in lower case, that a name from the code is made of: ``check_permission``, ``checkPermission``."""
    spaced = "".join(f" {letter}" if letter.isupper() else letter for letter in raw)
    parts = split_words(spaced.translate(_NAME_MARKS))
    return [part for part in parts if len(part) > 1]


def is_path(word: str) -> bool:
    """Whether a word of the task names a file or folder: by a slash between names, or by a known suffix."""
    if not word or len(word) > _LONGEST_PATH or "://" in word:
        return False
    if _is_hidden_file(word) or _has_known_suffix(word):
        return True
    return "/" in word and _has_folders(word)


def _is_hidden_file(word: str) -> bool:  # .nvmrc, .env.local
    return word[0] == "." and len(word) > 3 and word[1:].replace(".", "").isalpha()


def _has_known_suffix(word: str) -> bool:
    stem, _, suffix = word.rpartition(".")
    return suffix.lower() in _SUFFIXES and stem[-1:] not in ".,"


def _has_folders(word: str) -> bool:
    """Whether slashes part names: "src/cart" is a path, "and/or" and "s/old/new/" are none."""
    if word.startswith("s/"):
        return False
    names = word.split("/")
    if word[0] in "</" or "//" in word:
        return word[0] == "/" and len(names) > 3 and " " not in word
    return word[-1] == "/" or len(names) > 2 or not _FOLDERS.isdisjoint(names)


def take_paths(text: str) -> tuple[str, list[str]]:
    """A text without the files and folders that it names, and these, each once.  ``a.py:47`` names ``a.py``."""
    if "." not in text and "/" not in text:
        return text, []
    read = list(map(_paths_in.__getitem__, text.split("\n")))
    paths = dict.fromkeys(chain.from_iterable(named for _, named in read))
    return "\n".join([line for line, _ in read]), list(paths)[:_MOST_PATHS]


def _take_from_line(line: str) -> tuple[str, list[str]]:
    """A line with the stand-in where a word names a path, and these paths."""
    kept = line.split()
    named = list(map(_path_in.__getitem__, kept))
    paths = []
    for place in compress(range(len(named)), named):
        # "POST /api/v1/labels" names a route of an API, not a file.
        if place and kept[place - 1] in _METHODS:
            continue
        paths.append(named[place])
        last = kept[place][-1]
        kept[place] = PATH
        if last in _AFTER_PATHS:
            kept[place] += last
    return " ".join(kept), paths


_paths_in = Memo(_take_from_line, LINES)


def _find_path(raw: str) -> str:
    """The path that a word of the text names; empty where it names none."""
    if "/" not in raw and "." not in raw[:-1]:  # nearly every word
        return ""
    word = raw.strip(_AROUND_PATHS).rstrip(".")
    head, _, line = word.partition(":")
    if not line or line[0].isdigit():
        word = head
    if not is_path(word):
        return ""
    return word.removeprefix("./")


_path_in = Memo(_find_path)


def is_version(raw: str) -> bool:
    """Whether a word is a version number such as ``v2.4`` or ``18.3.1``."""
    bare = raw.strip(",.;:!?()'\"^~=<>")
    digits = bare.removeprefix("v")
    if "." not in digits or not digits[0].isdigit():
        return False
    return digits.replace(".", "").isalnum()


def find_route(raw: str, before: str) -> str:
    """The stand-in for an HTTP route; any other word as it is.  ``before``: the word before it."""
    if raw[0] != "/" or len(raw) <= 2 or not raw[1].isalpha() or is_identifier(raw):
        return raw
    if before in _METHODS:
        return ENDPOINT
    return ROUTE


def stand_in(raw: str) -> str:
    """What a word counts as: itself, or the stand-in for a version, a duration or a replacement."""
    if raw[:2] == "s/" and raw.count("/") in (2, 3):
        return SUBSTITUTION
    if raw[:-2].isdigit() and raw.endswith("ms"):
        return DURATION
    if raw.removeprefix("v")[:1].isdigit() and is_version(raw):
        return VERSION
    core = raw.rstrip(".!?:;,")
    if "." not in core:
        return raw
    marks = raw.removeprefix(core)
    return core.replace(".", " ") + marks  # user.email is two words of one sentence
