"""``python -m tierwise.policy ROOT``: recompile an edited policy into ``.tierwise/local/table.json``.

Hooks start this when tierwise.yaml is newer than the table.  Exit 0: written; 2: the policy is broken
(standard error says where) and the last valid table stays.
"""

from __future__ import annotations

import sys

from tierwise.domain.table import write_own
from tierwise.errors import OUTSIDE, TierwiseError
from tierwise.policy.compile import compile_table
from tierwise.policy.load import load_policy
from tierwise.policy.repository import read_facts


def main(arguments: list[str]) -> int:
    """Recompile the policy of the repository that the one argument names."""
    (root,) = arguments
    try:
        table = compile_table(
            load_policy(root),
            read_facts(root),
        )
    except TierwiseError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    try:
        write_own(root, table)
    except OSError as error:
        print(
            f"{error.filename}: {error.strerror}",
            file=sys.stderr,
        )
        return OUTSIDE
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
