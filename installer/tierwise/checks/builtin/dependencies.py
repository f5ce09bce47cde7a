"""Whether what the project declares is installed where the project runs."""

from tierwise.domain.change import Finding


def check(root: str, settings: "dict[str, object]") -> "list[Finding]":
    """A finding for each declared dependency that is missing or of a version that was not asked for."""
    from tierwise.checks.builtin.dependencies_node import missing_packages
    from tierwise.checks.builtin.dependencies_python import missing_distributions

    return [*missing_distributions(root), *missing_packages(root)]
