"""Files that package managers write, need in the repository, and make as large as they like."""

from __future__ import annotations

from fnmatch import fnmatchcase

# By the programs' own documentation; those that end in .lock are meant by the patterns.
_NAMES = frozenset(
    {
        ".terraform.lock.hcl",
        "aqua-checksums.json",
        "bun.lockb",
        "cabal.project.freeze",
        "Cartfile.resolved",
        "conda-lock.yml",
        "cpanfile.snapshot",
        "gems.locked",
        "go.sum",
        "go.work.sum",
        "Manifest.toml",
        "maven_install.json",
        "npm-shrinkwrap.json",
        "Package.resolved",
        "packages.lock.json",
        "pnpm-lock.yaml",
        "pylock.toml",
    }
)
_PATTERNS = (
    "*.lock",
    "*-lock.json",
    "*.lockfile",
    "pylock.*.toml",
    "*.conda-lock.yml",
)


def is_lock_file(path: str) -> bool:
    """Return whether a path is a package manager's lock file, by its name."""
    name = path.rpartition("/")[2]
    return name in _NAMES or any(fnmatchcase(name, pattern) for pattern in _PATTERNS)
