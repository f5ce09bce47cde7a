"""Gates: functions that look at a working tree and answer pass or fail, with evidence."""

from tierwise.gates.model import Gate, GateResult, Tree, Verdict, run_gate, run_gates

__all__ = ["Gate", "GateResult", "Tree", "Verdict", "run_gate", "run_gates"]
