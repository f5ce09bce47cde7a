"""``load_policy``: from a repository to its policy."""

from __future__ import annotations

import functools
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace

from tierwise import bundle, repo
from tierwise.digests import hash_sha256
from tierwise.errors import TierwiseError
from tierwise.files import read_bytes, with_lf
from tierwise.policy.complaints import (
    Complaint,
    PolicyError,
    did_you_mean,
    one_of,
)
from tierwise.policy.merge import merge_documents
from tierwise.policy.model import Policy
from tierwise.policy.source import Source, read_source
from tierwise.policy.validate import (
    place_of,
    show_value,
    validate_policy,
)
from tierwise.policy.version import take_requirements

_UTF16 = (b"\xff\xfe", b"\xfe\xff")
POLICY_LIMIT = 1 << 20  # bytes; a long policy has some thousands
DEFAULT_PRESET = "balanced"


class NoPolicyError(TierwiseError):
    """The repository has no policy."""


@dataclass(frozen=True)
class Loaded:
    """A policy, where each of its values was written, and the digests of the files that say it."""

    policy: Policy
    source: Source
    digests: dict[str, str]

    def find_rule(self, *path: str | int) -> str:
        """Return ``file:line`` of the place where a value was written."""
        place = str(place_of(self.source, path))
        return place.rpartition(":")[0]


def load_policy(root: str) -> Loaded:
    """Return the policy of the repository at ``root``.

    Raises NoPolicyError where nothing stands there, PolicyError where it is bad or no regular file.
    """
    path = repo.policy_path(root)
    data = read_bytes(path, limit=POLICY_LIMIT)
    if data is None and os.path.lexists(path):
        message = "is no regular file; move it away, then run `tierwise install`"
        raise PolicyError.at(path, message)
    if data is None:
        raise NoPolicyError(
            f"there is no {repo.POLICY}",
            place=root,
            remedy="Write one with `tierwise install`.",
        )
    return parse_policy(data)


def parse_policy(
    data: bytes,
    name: str = repo.POLICY,
) -> Loaded:
    """Return the policy that the bytes of one file say, merged with the preset that it extends."""
    if data.startswith(_UTF16):
        message = "the file is UTF-16; save it as UTF-8"
        raise PolicyError.at(f"{name}:1", message)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        message = f"byte {error.start} is not UTF-8"
        raise PolicyError.at(
            f"{name}:{line}",
            message,
        ) from None
    own = take_requirements(read_source(text, name))
    source = _with_preset(own)
    digest = hash_sha256(with_lf(data))
    return Loaded(
        validate_policy(source),
        source,
        {name: digest},
    )


def load_preset(preset: str = DEFAULT_PRESET) -> Loaded:
    """Return a shipped preset as a policy of its own, for repositories that have none."""
    source = _load_preset(preset)
    return Loaded(validate_policy(source), source, {})


def preset_names() -> list[str]:
    """Return the presets that are shipped."""
    return bundle.names("templates/presets", ".yaml")


def _with_preset(own: Source) -> Source:
    extends = own.data.get("extends", DEFAULT_PRESET)
    if extends == "none":
        return own
    names = preset_names()
    if extends not in names:
        place = place_of(own, ("extends",))
        hint = did_you_mean(extends, names)
        message = f"found {show_value(extends)}; expected {one_of([*names, 'none'])}{hint}"
        unknown = Complaint(str(place), "extends", message)
        raise PolicyError([unknown, *_list_other_complaints(own)])
    return merge_documents(_load_preset(str(extends)), own)


def _list_other_complaints(own: Source) -> Sequence[Complaint]:
    """Return what else is wrong in a policy that extends no preset of ours: as if it extended the default one."""
    rest = {key: value for key, value in own.data.items() if key != "extends"}
    base = _load_preset(DEFAULT_PRESET)
    try:
        validate_policy(merge_documents(base, replace(own, data=rest)))
    except PolicyError as error:
        return error.complaints
    return ()


@functools.cache
def _load_preset(name: str) -> Source:
    file = f"{name}.yaml"
    text = bundle.read_text("templates", "presets", file)
    source = read_source(text, file)
    parent = source.data.get("extends")
    if parent is None:
        return source
    return merge_documents(_load_preset(parent), source)
