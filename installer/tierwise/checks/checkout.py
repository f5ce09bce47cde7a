"""The index laid out in a temporary folder, so that programs that read files see what will be committed.

The working tree, the index and the stash are left alone: whatever happens here, nothing of the user's is lost.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from tierwise.checks.spawn import output
from tierwise.checks.staged import git
from tierwise.domain.change import decode, encode
from tierwise.errors import OutsideError

# Never committed and needed to run anything: reached by a link in the temporary folder.
INSTALLED = ("node_modules", ".venv", "venv")


def unstaged(root: str) -> list[str]:
    """The tracked paths whose content in the working tree is not what will be committed."""
    listing = git(root, "diff", "--name-only", "-z", "--no-ext-diff", "--ignore-submodules")
    return [decode(name) for name in listing.split(b"\0") if name]


@contextmanager
def laid_out(root: str) -> Iterator[str]:
    """A temporary folder with every file of the index, removed afterwards.  Raises OutsideError."""
    folder = os.path.realpath(tempfile.mkdtemp(prefix="tierwise-"))
    try:
        # Large files stay pointers: a check has no business downloading them.
        environment = {**os.environ, "GIT_LFS_SKIP_SMUDGE": "1"}
        argv = ["git", "-C", root, "checkout-index", "--all", "--quiet", f"--prefix={folder}/"]
        code, _ = output(argv, environment)
        if code:
            raise OutsideError("git could not lay out the index", place=folder)
        for name in INSTALLED:
            source = os.path.join(root, name)
            if os.path.isdir(source) and not os.path.lexists(os.path.join(folder, name)):
                os.symlink(
                    encode(source), encode(os.path.join(folder, name)), target_is_directory=True
                )
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
