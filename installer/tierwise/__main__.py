"""``python -m tierwise`` and the ``tierwise`` command."""

import sys


def main() -> int:
    """Run the command line; the exit code is documented in :mod:`tierwise.errors`."""
    from tierwise.cli import run

    return run(sys.argv[1:])


def _leave_current_folder() -> None:
    """Take away what ``python -m`` puts first: a yaml.py of the repository's is none of ours."""
    import os

    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    try:
        here = os.getcwd()
    except OSError:
        return  # gone: nothing can be imported from it, and the command says so
    if sys.path[:1] == [here] != [package]:
        del sys.path[0]


if __name__ == "__main__":
    _leave_current_folder()
    sys.exit(main())
