"""The index as a checkout of its own, so that programs that read files see exactly what will be committed.

The copy is a repository with the same HEAD, branch, tags and configuration, which reads the objects of the user's:
a command finds git around it, and whatever it does there, the user's work tree, index, refs and stash stay as they
are.  What is installed and not committed is reached by links.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import contextmanager, suppress

from tierwise.contained import find_inside
from tierwise.domain.change import add_folders, encode_path
from tierwise.errors import OutsideError
from tierwise.files import read_text
from tierwise.git.plumbing import (
    copy_environment,
    find_index,
    list_entries,
    list_unstaged,
    list_untracked,
    read_git,
    read_git_line,
    write_git_file,
)

TYPE_CHECKING = False  # `typing` costs a hook 10 ms
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# Never committed and needed to run anything.
ENVIRONMENTS = (".venv", "venv")
NODE_MODULES = "node_modules"
# Settings of the user's repository that must not reach the copy.
_LEFT_OUT = (
    "core.hooksPath",
    "core.worktree",
    "core.bare",
    "core.fsmonitor",
    "core.sparseCheckout",
    "extensions.refStorage",
)


def needs_checkout(root: str) -> bool:
    """Return whether the work tree holds anything but what will be committed: edits, or files git does not know."""
    return bool(list_unstaged(root) or list_untracked(root))


@contextmanager
def check_out_index(
    root: str,
    link: Iterable[str] = (),
) -> Iterator[str]:
    """Yield a temporary folder with every file of the index, removed afterwards.

    ``link`` names what else is reached by links: generated files, submodules.  Raises OutsideError where git fails.
    """
    made = tempfile.mkdtemp(prefix="tierwise-")
    folder = os.path.realpath(made)
    try:
        _make_repository(root, folder)
        _fill_folder(root, folder)
        for name in (*ENVIRONMENTS, *link):
            link_path(root, folder, name)
        folders = {os.path.dirname(path) for _, _, path in list_entries(folder)}
        for parent in sorted(add_folders(folders)):
            modules = os.path.join(parent, NODE_MODULES)
            link_packages(root, folder, modules)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _make_repository(root: str, folder: str) -> None:
    """Make the copy a repository with the user's objects, refs and configuration."""
    read_git(
        folder,
        "init",
        "--quiet",
        "--template=",
        environment=copy_environment(),
    )
    git_folder = read_git_line(
        root,
        "rev-parse",
        "--git-common-dir",
    )
    common = os.path.join(root, git_folder)
    objects = os.path.realpath(os.path.join(common, "objects"))
    own = os.path.join(folder, ".git")
    write_git_file(
        own,
        "objects/info/alternates",
        encode_path(objects) + b"\n",
    )
    _copy_settings(common, own, folder)
    refs = read_git(
        root,
        "for-each-ref",
        "--format=%(objectname) %(refname)",
    )
    write_git_file(
        own,
        "packed-refs",
        b"# pack-refs with: sorted\n" + refs,
    )
    branch = read_git_line(
        root,
        "symbolic-ref",
        "--quiet",
        "HEAD",
    )
    head = f"ref: {branch}"
    if not branch:
        head = read_git_line(root, "rev-parse", "HEAD")
    write_git_file(own, "HEAD", encode_path(head) + b"\n")


def _copy_settings(
    common: str,
    own: str,
    folder: str,
) -> None:
    """Copy the configuration from the user's git folder to the copy's own, without what would start or write elsewhere."""
    for name in ("config", "shallow"):
        source = os.path.join(common, name)
        if os.path.isfile(source):
            shutil.copyfile(source, os.path.join(own, name))
    for setting in _LEFT_OUT:
        with suppress(OutsideError):  # it was not set
            read_git(
                folder,
                "config",
                "--unset-all",
                setting,
                environment=copy_environment(),
            )


def _fill_folder(root: str, folder: str) -> None:
    """Write every file of the user's index into the copy, with the filters that the attributes ask for."""
    own = os.path.join(folder, ".git")
    _copy_index(find_index(root), own)
    # Large files stay pointers: a check has no business downloading them.
    environment = copy_environment(GIT_LFS_SKIP_SMUDGE="1")
    # The tree of the index is what a commit holds: no path that is only intended to be added.
    written = read_git(
        folder,
        "write-tree",
        "--missing-ok",
        environment=environment,
    )
    tree = written.decode().strip()
    with suppress(FileNotFoundError):
        os.unlink(os.path.join(own, "index"))
    read_git(folder, "read-tree", tree, environment=environment)
    read_git(
        folder,
        "checkout-index",
        "--all",
        "--quiet",
        "--force",
        environment=environment,
    )
    read_git(
        folder,
        "update-index",
        "-q",
        "--refresh",
        environment=environment,
    )


def _copy_index(index: str, git_folder: str) -> None:
    """Copy an index, if there is one, and the shared ones that it may be split into."""
    if not os.path.exists(index):
        return
    shutil.copyfile(index, os.path.join(git_folder, "index"))
    beside = os.path.dirname(index)
    for name in os.listdir(beside):
        if name.startswith("sharedindex."):
            source = os.path.join(beside, name)
            shutil.copyfile(
                source,
                os.path.join(git_folder, name),
            )


def link_path(
    root: str,
    folder: str,
    name: str,
) -> None:
    """Reach a path of the work tree from the copy, where the copy has nothing of its own but an empty folder."""
    source = os.path.join(root, name)
    place = find_inside(folder, name.strip("/"))
    if place is None or not os.path.lexists(source):
        return
    with suppress(OSError):
        os.rmdir(place)  # where a submodule belongs git leaves an empty folder
    if os.path.lexists(place):
        return
    os.makedirs(os.path.dirname(place), exist_ok=True)
    is_folder = os.path.isdir(source)
    os.symlink(source, place, target_is_directory=is_folder)


def link_packages(
    root: str,
    folder: str,
    modules: str,
) -> None:
    """Reach the installed packages, but the project's own, which npm links in, from the copy."""
    source = os.path.join(root, modules)
    place = os.path.join(folder, modules)
    if not os.path.isdir(source) or os.path.lexists(place):
        return
    top = os.path.realpath(root)
    for name in _list_packages(source):
        installed = os.path.join(source, name)
        real = os.path.realpath(installed)
        inside = os.path.relpath(real, top)
        parts = inside.split(os.sep)
        if parts[0] != ".." and NODE_MODULES not in parts:
            installed = os.path.join(folder, inside)
        path = os.path.join(place, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        os.symlink(installed, path)


def _list_packages(source: str) -> list[str]:
    """Return the names of installed packages, those of a scope as ``@scope/name``."""
    packages = []
    for name in os.listdir(source):
        path = os.path.join(source, name)
        if not name.startswith("@"):
            packages.append(name)
        elif os.path.isdir(path):
            packages += [f"{name}/{inner}" for inner in os.listdir(path)]
    return packages


def find_import_paths(
    root: str,
    folder: str,
    site_packages: str | None,
) -> list[str]:
    """Return the copy's folders that stand for those of an editable install of the project.

    An editable install names folders of the work tree, in ``.pth`` files or in a finder; Python looks into
    ``PYTHONPATH`` before either.
    """
    if site_packages is None or not os.path.isdir(site_packages):
        return []
    top = os.path.realpath(root)
    found: dict[str, None] = {}
    for path in _list_installed_folders(site_packages):
        real = os.path.realpath(path)
        if real == top or real.startswith(top + os.sep):
            inside = os.path.relpath(real, top)
            copied = os.path.join(folder, inside)
            found[os.path.normpath(copied)] = None
    return list(found)


def _list_installed_folders(site_packages: str) -> Iterator[str]:
    """Yield the absolute paths that ``.pth`` files and setuptools' finders name."""
    for name in sorted(os.listdir(site_packages)):
        is_finder = name.startswith("__editable__") and name.endswith(".py")
        if not is_finder and not name.endswith(".pth"):
            continue
        text = read_text(os.path.join(site_packages, name))
        paths = text.splitlines()
        if is_finder:
            paths = _list_mapped(text)
        for path in paths:
            stripped = path.strip()
            if os.path.isabs(stripped):
                yield stripped


def _list_mapped(finder: str) -> list[str]:
    """Return the folders from which the packages of setuptools' finder are imported."""
    import ast

    for node in ast.walk(ast.parse(finder)):
        if isinstance(node, ast.Assign):
            targets = node.targets
        elif isinstance(node, ast.AnnAssign):
            targets = [node.target]
        else:
            continue
        is_mapping = any(getattr(target, "id", "") == "MAPPING" for target in targets)
        if is_mapping and node.value is not None:
            mapping = ast.literal_eval(node.value)
            return [os.path.dirname(path) for path in mapping.values()]
    return []
