"""One glance at the disk: has the policy changed, has somebody touched an output?"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, replace

from tierwise import repo
from tierwise.digests import hash_sha256
from tierwise.files import read_usable

Stamp = tuple[int, int, int, int]
_ABSENT: Stamp = (0, 0, 0, 0)


@dataclass(frozen=True)
class Glance:
    """The policy's stamp and content digest, and a stamp of every output.

    Stamps are compared for equality only, so a clock that is set back hides nothing.  ``digest`` is empty
    where there is no policy, and ``typing`` says that the file is there but empty: an editor at work.
    """

    policy: Stamp
    digest: str
    typing: bool
    outputs: tuple[Stamp, ...]


def glance(
    root: str,
    outputs: Iterable[str],
    last: Glance | None,
) -> Glance:
    """Look at the policy and the outputs; the policy is read again only where its stamp has changed."""
    path = repo.policy_path(root)
    policy = _stamp_file(path)
    paths = [os.path.join(root, output) for output in outputs]
    stamps = tuple(_stamp_file(path, link=True) for path in paths)
    if last is not None and policy == last.policy and policy != _ABSENT:
        return replace(last, outputs=stamps)
    data = read_usable(path)
    if data is None:
        return Glance(
            policy,
            digest="",
            typing=False,
            outputs=stamps,
        )
    is_empty = not data.strip()
    return Glance(policy, hash_sha256(data), is_empty, stamps)


def _stamp_file(path: str, *, link: bool = False) -> Stamp:
    try:
        about = os.stat(path, follow_symlinks=not link)
    except OSError:
        return _ABSENT
    return (
        about.st_ino,
        about.st_size,
        about.st_mtime_ns,
        about.st_mode,
    )
