"""The built-in checks in one list.  A check's module is imported when the check runs.

Three scopes: ``content`` checks get one file after the other, ``tree`` checks all changes at once, ``project``
checks the repository's root.
"""

TYPE_CHECKING = False  # `typing` costs a hook 10 ms
if TYPE_CHECKING:
    from collections.abc import Callable

    from tierwise.domain.change import Finding

PRE_COMMIT, PREFLIGHT, SMOKE = "pre-commit", "preflight", "smoke"
STAGES = (PRE_COMMIT, PREFLIGHT, SMOKE)
_ALL = STAGES
_BY_HAND = (PREFLIGHT, SMOKE)


class Builtin:
    """One built-in check: where it is, when it runs unless the policy says otherwise, how to mend what it finds."""

    __slots__ = ("fix", "function", "meaning", "module", "name", "scope", "stages")

    def __init__(
        self, name: str, scope: str, place: str, stages: "tuple[str, ...]", meaning: str, fix: str
    ) -> None:
        self.name = name
        self.scope = scope
        self.module, _, self.function = place.partition(":")
        self.stages = stages
        self.meaning = meaning
        self.fix = fix

    def load(self) -> "Callable[..., list[Finding]]":
        """The function that checks."""
        module = __import__(f"tierwise.{self.module}", fromlist=[self.function])
        function: Callable[..., list[Finding]] = getattr(module, self.function)
        return function


BUILTINS = {
    check.name: check
    for check in (
        Builtin(
            "secrets",
            "content",
            "secrets.scan:check",
            _ALL,
            "private keys and well-known tokens",
            "take it out (an environment variable, a secret store) and revoke it if it ever left this machine; "
            "a false alarm: add its fingerprint to checks.secrets.allow in tierwise.yaml",
        ),
        Builtin(
            "conflict-markers",
            "content",
            "checks.builtin.conflicts:check",
            _ALL,
            "conflict markers left in a file",
            "finish the merge in these files, then `git add` them",
        ),
        Builtin(
            "syntax",
            "content",
            "checks.builtin.syntax:check",
            _ALL,
            "syntax of Python, JSON, YAML, TOML and shell files",
            "correct the line, then `git add` the file",
        ),
        Builtin(
            "large-files",
            "tree",
            "checks.builtin.large_files:check",
            _ALL,
            "large files, added or grown",
            "`git rm --cached FILE`, or `git lfs track FILE`; or raise checks.large_files.limit in tierwise.yaml",
        ),
        Builtin(
            "case-collisions",
            "tree",
            "checks.builtin.names:check",
            _ALL,
            "names that differ in case only",
            "`git mv` one of the two to another name",
        ),
        Builtin(
            "broken-symlinks",
            "tree",
            "checks.builtin.links:check",
            _ALL,
            "symbolic links to nothing",
            "`git add` the target, or `git rm` the link",
        ),
        Builtin(
            "trailing-whitespace",
            "content",
            "checks.builtin.whitespace:check_trailing",
            (),
            "blanks at the end of lines",
            "take the blanks out, then `git add` the file",
        ),
        Builtin(
            "final-newline",
            "content",
            "checks.builtin.whitespace:check_final",
            (),
            "one newline at the end of a file",
            "end the file with one newline, then `git add` it",
        ),
        Builtin(
            "drift",
            "tree",
            "checks.builtin.drift:check",
            _ALL,
            "generated files that differ from the policy",
            "`tierwise sync` (of a file edited by hand: `--adopt` keeps the edit, `--force` the policy's), "
            "then `git add` what it wrote",
        ),
        Builtin(
            "dependencies",
            "project",
            "checks.builtin.dependencies:check",
            _BY_HAND,
            "dependencies that are declared and not installed",
            "install what the project declares, with its own tool",
        ),
        Builtin(
            "plan-files",
            "project",
            "checks.builtin.plan_files:check",
            (PREFLIGHT,),
            "files that the plan names and that do not exist",
            "correct the path in the plan, or mark the line as new (`create`, `new`)",
        ),
        Builtin(
            "review-date",
            "project",
            "checks.builtin.review_date:check",
            (PREFLIGHT,),
            "the policy's review date has passed",
            "look at `tierwise report`, then set `review:` in tierwise.yaml to the next date",
        ),
    )
}


def active(settings: "dict[str, object]", stage: str) -> "list[Builtin]":
    """The checks that the policy's ``checks.builtin`` leaves on in this stage, in the order of the list."""
    choices = settings.get("builtin")
    chosen: dict[str, object] = choices if isinstance(choices, dict) else {}
    found = []
    for check in BUILTINS.values():
        choice = chosen.get(check.name)
        if choice is True:
            stages = check.stages or STAGES
        elif isinstance(choice, (list, tuple)):
            stages = tuple(choice)
        else:
            stages = () if choice is False else check.stages
        if stage in stages:
            found.append(check)
    return found
