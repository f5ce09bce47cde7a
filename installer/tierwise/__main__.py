"""``python -m tierwise`` and the ``tierwise`` command."""

import sys


def main() -> int:
    """Run the command line; the exit code is documented in :mod:`tierwise.errors`."""
    from tierwise.cli import run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
