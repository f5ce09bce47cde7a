"""Gates: functions that look at a change or an answer and answer pass or fail, with evidence."""

from tierwise.gates.model import (
    ChangeSet,
    Gate,
    GateConfig,
    GateResult,
    Verdict,
    run_gate,
    run_gates,
)

__all__ = [
    "ChangeSet",
    "Gate",
    "GateConfig",
    "GateResult",
    "Verdict",
    "run_gate",
    "run_gates",
]
