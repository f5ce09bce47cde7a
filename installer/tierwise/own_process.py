"""Starting another Python of ours, so that nothing of the repository is imported.  Standard library only.

``-m`` and a script's own folder would let a module of the user's repository stand in for one of ours, and so
would PYTHONPATH: the interpreter is isolated (``-I``) and told the one folder to import us from.
"""

import os

TYPE_CHECKING = False  # typing itself costs a hook 10 ms
if TYPE_CHECKING:
    from collections.abc import Sequence

# Arguments: the folder that holds the package, a module of ours, its function, that function's arguments.
# An isolated interpreter leaves out the user's own site folder; where we are installed there, so is the rest.
_PROGRAM = """\
import sys
folder, module, function = sys.argv[1:4]
del sys.argv[1:4]
sys.path.insert(0, folder)
import site
own = site.getusersitepackages()
if folder == own:
    site.addsitedir(own)
code = getattr(__import__(module, fromlist=[function]), function)(sys.argv[1:])
sys.exit(code if isinstance(code, int) else 0)
"""


def find_package_folder() -> str:
    """Return the folder that ``tierwise`` is imported from."""
    return os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def isolated_call(
    python: str, module: str, function: str, arguments: "Sequence[str]" = ()
) -> "list[str]":
    """Return the command line that calls ``module.function(arguments)`` of this package in ``python``.

    Its exit code is what the function returns, 0 where that is no number.
    """
    return [
        python,
        "-I",
        "-c",
        _PROGRAM,
        find_package_folder(),
        module,
        function,
        *arguments,
    ]
