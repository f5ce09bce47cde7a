"""Write the shipped files that are made from the policy model: default-table.json and schema.json.

    python templates/regenerate.py

Tests hold both files to what this writes.
"""

import json
from pathlib import Path

from tierwise.policy.compile import compile_table
from tierwise.policy.load import load_preset
from tierwise.policy.schema import schema_json

if __name__ == "__main__":
    folder = Path(__file__).parent
    table = json.dumps(compile_table(load_preset()), indent=1, ensure_ascii=False) + "\n"
    (folder / "default-table.json").write_text(table, encoding="utf-8", newline="\n")
    (folder / "schema.json").write_text(schema_json(), encoding="utf-8", newline="\n")
