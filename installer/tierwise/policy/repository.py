"""What the router may know of a repository beside its policy: its own nouns, and its agents that cannot write."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable
from typing import TypedDict

from tierwise import bundle, repo
from tierwise.errors import OutsideError
from tierwise.files import read_head

AGENTS = os.path.join(".claude", "agents")
STEM = 5  # letters; as tierwise.classify.features
SHORTEST_WORD = 3  # letters; shorter ones in a path are abbreviations and endings
MOST_NAMES, MOST_NOUNS = 5000, 40
LEAST_FILES, LEAST_SHARE = 8, 0.02
KEPT_SHARE = 0.7  # nouns that are still so much the same stay as they are, so that a table does not change with every file
# Tools that change nothing.  Whatever else an agent may call, a command or a server's tool, may well write.
LOOKING_TOOLS = {
    "Read",
    "Grep",
    "Glob",
    "LS",
    "LSP",
    "NotebookRead",
    "WebFetch",
    "WebSearch",
    "TodoRead",
    "TodoWrite",
    "BashOutput",
    "AskUserQuestion",
    "ListMcpResourcesTool",
    "ReadMcpResourceTool",
    "ToolSearch",
}
# What the shipped agents that only look use a shell for stands in their files.
_SHELL = "Bash"
_AROUND_VALUE = " \"'"
_AROUND_TOOL = " []\"'"
_HEAD = 16 << 10  # bytes of an agent's file
# A product may call a thing of its own a session or a token; these always guard something.
_ALWAYS_PROTECTED = (
    "auth", "passw", "crede", "secre", "crypt", "encry", "decry", "permi", "payme", "refun", "billi", "login", "oauth",
    "csrf", "jwt", "acces", "role", "roles", "privi",
)  # fmt: skip


class RepositoryFacts(TypedDict):
    """nouns: stems of words that the repository's file names are full of; read_only: agents whose tools only look."""

    nouns: list[str]
    read_only: list[str]


def no_facts() -> RepositoryFacts:
    """Return what is known of no repository."""
    return {"nouns": [], "read_only": []}


def read_facts(
    root: str,
    before: RepositoryFacts | None = None,
) -> RepositoryFacts:
    """Return the facts of a work tree, by `git ls-files` and the agents' files; bounded, offline."""
    known = before or no_facts()
    nouns = count_nouns(_tracked_names(root))
    return {
        "nouns": settle_nouns(nouns, known["nouns"]),
        "read_only": sorted(_read_only_agents(root)),
    }


def _is_users(name: str) -> bool:
    """Return whether a path is the project's: what an agent's tool or we ourselves keep says nothing of the work."""
    return not name.startswith((".claude/", f"{repo.FOLDER}/"))


def count_nouns(names: Iterable[str]) -> list[str]:
    """Return the stems that stand in many of the names, the most frequent first."""
    files = list(names)[:MOST_NAMES]
    counts: Counter[str] = Counter()
    for name in files:
        counts.update(_stems_of(name))
    least = max(LEAST_FILES, len(files) * LEAST_SHARE)
    often = [stem for stem, count in counts.items() if count >= least]
    nouns = [stem for stem in often if not stem.startswith(_ALWAYS_PROTECTED)]
    nouns.sort(key=lambda stem: (-counts[stem], stem))
    return nouns[:MOST_NOUNS]


def settle_nouns(
    now: list[str],
    before: list[str],
) -> list[str]:
    """Return the nouns of before where they are still much the same, else those of now."""
    together = set(now) | set(before)
    shared = set(now) & set(before)
    is_much_the_same = len(shared) >= KEPT_SHARE * len(together)
    if not now or is_much_the_same:
        return before  # without any: git could not say
    return sorted(now)


def _tracked_names(root: str) -> list[str]:
    try:
        answer = repo.run_git(
            root,
            "ls-files",
            "-z",
            check=False,
        )
    except OutsideError:
        return []
    names = list(filter(_is_users, answer.split("\0")))
    return names[:MOST_NAMES]


def _stems_of(name: str) -> set[str]:
    """Return the stems of the words in a path, its file's ending left out."""
    before_ending, _, _ = name.rpartition(".")
    path = before_ending or name
    spaced = "".join(map(_blank_other, path))
    parts = "".join(map(_part_capital, spaced))
    words = [*parts.split(), *spaced.split()]
    long_words = [word for word in words if len(word) >= SHORTEST_WORD]
    return {word[:STEM].lower() for word in long_words}


def _blank_other(letter: str) -> str:
    if letter.isalpha():
        return letter
    return " "


def _part_capital(letter: str) -> str:
    if letter.isupper():
        return f" {letter}"
    return letter


def _read_only_agents(root: str) -> Iterable[str]:
    """Return the shipped agents, which an install is about to write, and the repository's, which come over them."""
    shipped = _list_tools(bundle.path("agents"))
    own = _list_tools(os.path.join(root, AGENTS))
    found = []
    for name, tools in {**shipped, **own}.items():
        if tools == shipped.get(name):
            tools = tools - {_SHELL}
        if tools and tools <= LOOKING_TOOLS:
            found.append(name)
    return found


def _list_tools(folder: str) -> dict[str, set[str]]:
    """Return the tools that each agent of a folder lists; none where it inherits them all."""
    found = {}
    for path in _agent_files(folder):
        lines = _read_frontmatter(path)
        file_name = os.path.basename(path).removesuffix(".md")
        name = lines.get("name") or file_name
        tools = {tool.strip(_AROUND_TOOL) for tool in lines.get("tools", "").split(",")}
        found[name] = tools - {""}
    return found


def _agent_files(folder: str) -> list[str]:
    try:
        names = sorted(os.listdir(folder))
    except OSError:
        return []
    files = [name for name in names if name.endswith(".md")]
    return [os.path.join(folder, name) for name in files]


def _read_frontmatter(path: str) -> dict[str, str]:
    """Return the plain lines between the first two `---` of an agent's file; none where there is no such block.

    A list of one entry a line is one value, with commas.
    """
    text = read_head(path, _HEAD).decode("utf-8", "replace")
    lines = text.splitlines()
    if not lines or lines[0].strip() != "---":
        return {}
    if "---" not in lines[1:]:
        return {}
    end = lines.index("---", 1)
    found: dict[str, str] = {}
    last = ""
    for line in lines[1:end]:
        entry = line.strip()
        if last and entry.startswith("- "):
            found[last] += f"{entry[2:]},"
            continue
        key, colon, value = line.partition(":")
        if colon:
            last = key
            found[key] = value.strip(_AROUND_VALUE)
    return found
