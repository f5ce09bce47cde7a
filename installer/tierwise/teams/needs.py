"""Third-party modules of the extra, imported when they are needed and missed with a remedy."""

from __future__ import annotations

import importlib
from typing import Any

from tierwise.distribution import SOURCE
from tierwise.errors import TierwiseError

_EXTRA = {
    "duckdb": "teams",
    "sqlglot": "teams",
    "psycopg": "teams",
    "pyspark.sql": "spark",
}


def need(module: str) -> Any:
    """Return the module.  Raises TierwiseError where it is not installed."""
    try:
        return importlib.import_module(module)
    except ImportError:
        raise TierwiseError(
            f"this needs the Python package {module.split('.')[0]}",
            remedy=f"Install it with `pip install 'tierwise[{_EXTRA[module]}] @ {SOURCE}'`.",
        ) from None
