"""``python -m tierwise`` and the ``tierwise`` command."""

import gc
import sys


def main() -> int:
    """Run the command line; the exit code is documented in :mod:`tierwise.errors`."""
    from tierwise.cli import run

    code = run(sys.argv[1:])
    gc.freeze()  # else the interpreter looks for garbage among all that there is before it ends
    return code


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


def _find_own_package() -> None:
    """Let an isolated interpreter that runs this file import the package, and what is installed beside it."""
    import os
    import site

    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    if package not in sys.path:
        site.addsitedir(package)


if __name__ == "__main__":
    if __package__:
        _leave_current_folder()
    else:
        _find_own_package()
    sys.exit(main())
