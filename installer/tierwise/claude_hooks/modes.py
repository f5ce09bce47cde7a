"""How far Tierwise goes in a session."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from tierwise.domain.table_shape import Table

MODES = {
    "enforce": "decisions are written into the calls",
    "advise": "decisions are shown and recorded, not applied",
    "shadow": "decisions are recorded, not applied",
    "off": "nothing is decided or recorded",
}


def mode_of(
    environ: "Mapping[str, str]",
    table: "Table",
) -> str:
    """Return ``TIERWISE_MODE``, else the policy's mode; a word that is none of the four counts for nothing."""
    asked = environ.get("TIERWISE_MODE", "").strip().lower()
    if asked in MODES:
        return asked
    written = (table.get("hooks") or {}).get("mode")
    if written not in MODES:
        return "enforce"
    return str(written)


def switched_off(environ: "Mapping[str, str]") -> bool:
    """Tell whether the environment says `off`, before anything is read."""
    return environ.get("TIERWISE_MODE", "").strip().lower() == "off"
