"""The other tools that can be proven here: the only list of them."""

from __future__ import annotations

from collections.abc import Mapping

from tierwise.verify.tools.aider import Aider
from tierwise.verify.tools.cline import Cline
from tierwise.verify.tools.codex import Codex
from tierwise.verify.tools.continue_dev import Continue
from tierwise.verify.tools.copilot import Copilot
from tierwise.verify.tools.gemini import Gemini
from tierwise.verify.tools.opencode import KILO, OPENCODE
from tierwise.verify.tools.pi import Pi
from tierwise.verify.tools.qwen import Qwen
from tierwise.verify.tools.tool import ProvenTool

_ALL: tuple[ProvenTool, ...] = (
    Codex(),
    OPENCODE,
    KILO,
    Gemini(),
    Qwen(),
    Copilot(),
    Pi(),
    Cline(),
    Continue(),
    Aider(),
)
TOOLS: Mapping[str, ProvenTool] = {tool.target: tool for tool in _ALL}
UNPROVEN: Mapping[str, str] = {
    "cursor": "its roles run in an editor, which needs a login",
    "windsurf": "its roles run in an editor, which needs a login",
    "crush": "no run of its client is part of Tierwise; its settings are held to the schema that Crush publishes",
}
"""The tools that cannot, and why."""
