"""Whether what the project declares is installed where the project runs."""

from __future__ import annotations

from tierwise.checks.model import CheckContext, ProjectCheck
from tierwise.domain.change import Finding
from tierwise.domain.check_names import PREFLIGHT, SMOKE


def find_missing(context: CheckContext) -> list[Finding]:
    """Return a finding for each declared dependency that is missing or of a version that was not asked for."""
    from tierwise.checks.dependencies.node_packages import find_missing_packages
    from tierwise.checks.dependencies.python_packages import find_missing_distributions

    return [*find_missing_distributions(context.root), *find_missing_packages(context.root)]


CHECK = ProjectCheck(
    name="dependencies",
    meaning="dependencies that are declared and not installed",
    fix="install what the project declares, with its own tool",
    find=find_missing,
    stages=(PREFLIGHT, SMOKE),
)
