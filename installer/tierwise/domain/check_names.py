"""The built-in checks by name, in the order in which they are reported.  Standard library only.

Adding a check is a module in ``checks/builtin`` and its name here: the module is called as the check, with
underscores, and holds its traits and its function as ``CHECK``.
"""

REVIEW_DATE = "review-date"
BUILTIN_CHECKS = (
    "secrets",
    "conflict-markers",
    "syntax",
    "large-files",
    "case-collisions",
    "broken-symlinks",
    "trailing-whitespace",
    "final-newline",
    "drift",
    "dependencies",
    "plan-files",
    REVIEW_DATE,
)
PRE_COMMIT, PREFLIGHT, SMOKE = "pre-commit", "preflight", "smoke"
STAGES = (PRE_COMMIT, PREFLIGHT, SMOKE)
