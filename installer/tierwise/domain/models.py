"""Facts about models, and the one answer to what a name means: id, family, prices.

Standard library only, no imports that cost a hook time.

The figures are those of ``models.json`` beside this module: read from the Claude Code 2.1.329 client on the
date that the file gives as ``as_of``; US dollars per million tokens.
"""

import os

from tierwise import fastjson

TYPE_CHECKING = False  # importing typing would cost a hook milliseconds
if TYPE_CHECKING:
    from typing import Any

_FAMILIES = ("haiku", "sonnet", "opus", "fable", "mythos")
_PREFIX = "claude-"
_DATE_DIGITS = 8
_ENDINGS = (
    "-latest",
    "@latest",
    "@default",
    "-thinking",
    ":thinking",
    ":beta",
)
_CONTEXT_ENDINGS = ("[1m]", "-1m")
_NEWER_TOKENIZER = (4, 7)
"""The version from which models count tokens the newer way."""

_facts: "dict[str, Any]" = {}


def load_facts() -> "dict[str, Any]":
    """Return the whole of ``models.json``, read once."""
    if not _facts:
        folder = os.path.dirname(os.path.abspath(__file__))
        path = os.path.join(folder, "models.json")
        with open(path, "rb") as handle:
            _facts.update(fastjson.loads(handle.read()))  # type: ignore[call-overload]
    return _facts


def as_of() -> str:
    """Return the date of the figures, YYYY-MM-DD."""
    return str(load_facts()["as_of"])


def full_id(model: str) -> str:
    """Return the full id behind an alias; any other name comes back as it is."""
    return str(load_facts()["aliases"].get(model, model))


def known_id(model: str) -> "str | None":
    """Return the id in ``models.json`` that a name means; None for a model that is not there.

    Strict, because a price hangs on it: an alias, the id itself, or the id in a provider's or gateway's spelling (a
    date, ``@date``, ``-v1:0``, ``-thinking`` or ``[1m]`` after it, ``4.5`` for ``4-5``; ``us.anthropic.``,
    ``anthropic/``, ``bedrock/us-east-1/`` or the ARN of an inference profile before it), never a near match.
    """
    known = load_facts()["models"]
    for name in _list_spellings(model):
        if name in known:
            return name
    return None


def canonical_name(model: str) -> str:
    """Return the id that a name means; an unknown model's name in lower case."""
    return known_id(model) or model.lower()


def find_entry(model: str) -> "dict[str, Any] | None":
    """Return the facts of the model that :func:`known_id` finds; None for an unknown one."""
    known = known_id(model)
    if known is None:
        return None
    entry: dict[str, Any] = load_facts()["models"][known]
    return entry


def family_of(model: str) -> "str | None":
    """Return ``haiku``, ``sonnet``, ``opus`` …, whatever the version and the spelling; None for another maker's model.

    For what depends on the family alone: a model of a known family may have no known price.  Reads no file.
    """
    name = _bare_name(model)
    if name in _FAMILIES:
        return name
    if not name.startswith(_PREFIX):
        return None
    words = name.replace("@", "-").split("-")
    for family in _FAMILIES:
        if family in words:
            return family
    return None


def counts_newer_tokens(model: str) -> bool:
    """Return whether a model counts tokens the newer way; models that are not in the list are taken to."""
    known = known_id(model)
    if known is None:
        return True
    version = tuple(int(part) for part in known.split("-") if part.isdigit())
    return not version or version >= _NEWER_TOKENIZER


def _list_spellings(model: str) -> "tuple[str, ...]":
    """Return the ids that a name may stand for, in the spelling of ``models.json``."""
    name = _bare_name(model)
    name = str(load_facts()["aliases"].get(name, name))
    if not name.startswith(_PREFIX):
        return ()
    plain = _without_edition(name)
    # The first models of generation 4 were served as claude-opus-4-20250514, without a minor version.
    return name, plain, f"{plain}-0"


def _bare_name(model: str) -> str:
    """Return a name in lower case without its gateway, region and maker."""
    name = model.strip().lower()
    for ending in _CONTEXT_ENDINGS:
        name = name.removesuffix(ending)
    gateway, _, name = name.rpartition("/")
    before, found, after = name.rpartition("anthropic.")
    if found and _is_region(before):
        return after
    maker = gateway.rpartition("/")[2]
    if name in _FAMILIES and maker not in ("", "anthropic"):
        return f"{gateway}/{name}"  # another maker's model may be called opus, too
    return name


def _is_region(text: str) -> bool:
    """Return whether ``us.`` or ``global.``, or nothing, stands before the maker's name."""
    if text == "":
        return True
    region = text.removesuffix(".").replace("-", "")
    return text.endswith(".") and region.isalpha()


def _without_edition(name: str) -> str:
    """Return an id without what names an edition of the same model: date, ``-v1:0``, ``-latest``, ``-thinking``."""
    for ending in _ENDINGS:
        name = name.removesuffix(ending)
    name = _without_revision(name)
    head, date = name[: -_DATE_DIGITS - 1], name[-_DATE_DIGITS:]
    if date.isdigit() and name[-_DATE_DIGITS - 1 : -_DATE_DIGITS] in ("-", "@"):
        name = _without_revision(head)
    return name.replace(".", "-")


def _without_revision(name: str) -> str:
    """Return a name without ``-v1`` or ``-v1:0`` at its end."""
    head, found, revision = name.rpartition("-v")
    if found and revision and revision.replace(":", "").isdigit():
        return head
    return name
