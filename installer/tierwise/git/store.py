"""A git folder of Tierwise's own beside the user's: it reads the user's objects and writes none into it.

Attempts and gates work in folders whose files are checked out through it.  What they do to a repository of their own
(stash, branches, configuration) reaches neither this one nor the user's.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tierwise.domain.change import encode_path
from tierwise.git.plumbing import read_git_line, write_git_file
from tierwise.git.snapshot import git_output, git_text

# Hooks of the user's must not fire for folders that nobody will see.
_QUIET = (
    "-c",
    f"core.hooksPath={os.devnull}",
    "-c",
    "gc.auto=0",
    "-c",
    "advice.detachedHead=false",
)
# What decides about the content of checked-out files, and under whose name an attempt commits.
_COPIED_SECTIONS = ("filter.", "user.", "i18n.")
_COPIED_KEYS = frozenset(
    (
        "core.autocrlf",
        "core.eol",
        "core.filemode",
        "core.symlinks",
        "core.ignorecase",
        "core.precomposeunicode",
        "core.excludesfile",
        "core.attributesfile",
        "core.longpaths",
        "core.quotepath",
        "core.sparsecheckout",
        "core.sparsecheckoutcone",
        "core.protecthfs",
        "core.protectntfs",
    )
)
_PROMISOR = ".promisor"
_ESCAPES = {
    "\\": "\\\\",
    '"': '\\"',
    "\n": "\\n",
}
"""In a value of a git configuration file; the backslash first."""
_COPIED_FILES = (
    "info/exclude",
    "info/attributes",
    "info/sparse-checkout",
    "shallow",
)


@dataclass(frozen=True)
class ObjectStore:
    """``home``: the user's top folder; ``git_folder``: the git folder of our own."""

    home: str
    git_folder: str

    def environment(self, folder: str) -> dict[str, str]:
        """Return variables that make git commands work on ``folder`` through this store."""
        name = os.path.basename(folder)
        index = os.path.join(self.git_folder, f"index-{name}")
        return {
            "GIT_DIR": self.git_folder,
            "GIT_WORK_TREE": folder,
            "GIT_INDEX_FILE": index,
        }

    def text(
        self,
        *arguments: str,
        data: bytes | None = None,
    ) -> str:
        """Run a git command that needs no files; return what it prints."""
        environment = {"GIT_DIR": self.git_folder}
        return git_text(
            self.home,
            *arguments,
            data=data,
            env=environment,
        )

    def check_out(
        self,
        folder: str,
        tree: str,
        keep: Iterable[str] = (),
    ) -> None:
        """Make the files of ``folder`` exactly those of ``tree``; only ``keep`` stays besides."""
        environment = self.environment(folder)
        kept = [f"--exclude=/{path}" for path in keep]
        is_new = not os.listdir(folder)
        reset = (*_QUIET, "read-tree", "-u", "--reset", tree)
        git_output(folder, *reset, env=environment)
        if is_new:
            return
        git_output(
            folder,
            "clean",
            "-ffdxq",
            *kept,
            env=environment,
        )

    def give_repository(
        self,
        folder: str,
        commit: str,
    ) -> None:
        """Give ``folder`` a repository of its own, with ``commit`` checked out, the user's tags and branches."""
        own = os.path.join(folder, ".git")
        objects = os.path.join(self.git_folder, "objects")
        # What this one was made of with a dozen calls of git does for all.
        shutil.copytree(
            self.git_folder,
            own,
            ignore=shutil.ignore_patterns("objects", "index-*"),
        )
        _borrow_objects(own, objects)
        self.move_head(folder, commit)

    def move_head(
        self,
        folder: str,
        commit: str,
    ) -> None:
        """Make ``commit`` the one that ``folder``'s own repository has checked out, its index included."""
        own = os.path.join(folder, ".git")
        write_git_file(own, "HEAD", f"{commit}\n".encode())
        environment = self.environment(folder)
        own_index = os.path.join(own, "index")
        shutil.copy2(environment["GIT_INDEX_FILE"], own_index)

    def send_home(
        self,
        commit: str,
        known: str,
    ) -> None:
        """Bring ``commit`` and what it needs into the user's repository, which has ``known`` already."""
        wanted = f"{commit}\n^{known}\n".encode()
        pack = git_output(
            self.home,
            "pack-objects",
            "--revs",
            "--stdout",
            "-q",
            data=wanted,
            env={"GIT_DIR": self.git_folder},
        )
        git_output(self.home, "unpack-objects", "-q", data=pack)


def open_store(
    home: str,
    git_folder: str,
    *,
    with_refs: bool = True,
) -> ObjectStore:
    """Make a store for ``home`` at ``git_folder``, which does not exist yet.

    ``with_refs``: whether its folders show the user's branches and tags.
    """
    objects = _find_git_path(home, "objects")
    _initialize_store(
        home,
        git_folder,
        os.path.realpath(objects),
    )
    refs = ""
    if with_refs:
        refs = _list_refs(home)
    write_git_file(git_folder, "packed-refs", encode_path(refs))
    return ObjectStore(home, git_folder)


def _list_refs(home: str) -> str:
    """Return the user's branches and tags, as git packs them; empty where there are none."""
    form = "--format=%(objectname) %(refname)"
    listed = git_text(
        home,
        "for-each-ref",
        form,
        "refs/heads",
        "refs/tags",
    )
    if not listed:
        return ""
    return f"# pack-refs with: sorted \n{listed}\n"


def _find_git_path(home: str, name: str) -> str:
    """Return where a file or folder of the user's git folder lies."""
    named = git_text(home, "rev-parse", "--git-path", name)
    return os.path.join(home, named)


def _initialize_store(
    home: str,
    git_folder: str,
    objects: str,
) -> None:
    """Run ``git init`` with the user's objects as alternates and what decides about file content from their settings."""
    form = git_text(home, "rev-parse", "--show-object-format")
    environment = {
        "GIT_DIR": git_folder,
        "GIT_DEFAULT_HASH": form,
    }
    git_output(
        home,
        "init",
        "--quiet",
        "--template=",
        env=environment,
    )
    _borrow_objects(git_folder, objects)
    info = os.path.join(git_folder, "info")
    os.makedirs(info, exist_ok=True)
    for name in _COPIED_FILES:
        source = _find_git_path(home, name)
        if os.path.isfile(source):
            shutil.copyfile(
                source,
                os.path.join(git_folder, name),
            )
    settings = {
        **_settings_of(home),
        "core.bare": "false",
        "index.sparse": "false",
    }
    config = os.path.join(git_folder, "config")
    with open(config, "a", encoding="utf-8") as handle:
        handle.write(_as_config(settings))


def _borrow_objects(git_folder: str, objects: str) -> None:
    """Have a git folder read the objects of another."""
    write_git_file(
        git_folder,
        "objects/info/alternates",
        encode_path(f"{objects}\n"),
    )


def _settings_of(home: str) -> dict[str, str]:
    """Return the user's settings of this repository that a copy of it needs, by lower-case name."""
    local = _read_local_settings(home)
    found = {
        name: value
        for name, value in local.items()
        if name in _COPIED_KEYS or name.startswith(_COPIED_SECTIONS)
    }
    for name in local:  # a partial clone has to be able to load what it left out
        if not name.startswith("remote.") or not name.endswith(_PROMISOR):
            continue
        remote = name.removesuffix(_PROMISOR)
        found["core.repositoryformatversion"] = "1"
        found["extensions.partialclone"] = remote.removeprefix("remote.")
        found[f"{remote}.pushurl"] = os.devnull
        for key in ("url", "promisor", "partialclonefilter"):
            setting = f"{remote}.{key}"
            if setting in local:
                found[setting] = local[setting]
    return found


def _read_local_settings(home: str) -> dict[str, str]:
    """Return the settings of the repository and of its work tree, by lower-case name; the last of a name counts."""
    listing = git_text(
        home,
        "config",
        "--list",
        "-z",
        "--show-scope",
    )
    fields = listing.split("\0")
    local = {}
    for scope, entry in zip(fields[::2], fields[1::2], strict=False):
        if scope in ("local", "worktree"):
            name, _, value = entry.partition("\n")
            local[name] = value
    return local


def _as_config(settings: Mapping[str, str]) -> str:
    """Return settings as the text of a git configuration file."""
    lines = []
    for name, value in settings.items():
        section, _, rest = name.partition(".")
        subsection, _, key = rest.rpartition(".")
        title = section
        if subsection:
            title = f'{section} "{_escape_value(subsection)}"'
        lines.append(f'[{title}]\n\t{key} = "{_escape_value(value)}"\n')
    return "".join(lines)


def _escape_value(text: str) -> str:
    for plain, escaped in _ESCAPES.items():
        text = text.replace(plain, escaped)
    return text


def identity_of(home: str) -> dict[str, str]:
    """Return the user's own name for what lands in their branches, as git's variables; empty where git has none."""
    found = {}
    for variable in ("NAME", "EMAIL"):
        value = read_git_line(home, "config", f"user.{variable.lower()}").strip()
        if value:
            found[f"GIT_AUTHOR_{variable}"] = value
            found[f"GIT_COMMITTER_{variable}"] = value
    return found
