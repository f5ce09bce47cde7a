"""What a subagent was asked, by its transcript.  Standard library only."""

from tierwise import fastjson
from tierwise.files import open_regular
from tierwise.loose import (
    as_mapping,
    as_text,
    list_mappings,
    list_texts,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

_FIRST_LINES = 20  # of an agent's transcript, in which its task stands
_TASK_LENGTH = 4000  # characters of it that the gates are told


def read_task(payload: "Mapping[str, Any]") -> str:
    """Tell what the agent was asked: the first user message of its transcript; empty where that cannot be read."""
    try:
        with open_regular(as_text(payload.get("agent_transcript_path"))) as lines:
            for _, line in zip(range(_FIRST_LINES), lines, strict=False):
                text = _user_text(fastjson.loads(line))
                if text:
                    return text[:_TASK_LENGTH]
    except (OSError, ValueError):
        pass
    return ""


def _user_text(entry: object) -> str:
    """Return the text of a user's message in a transcript; empty for any other line."""
    if not isinstance(entry, dict) or entry.get("type") != "user":
        return ""
    content = as_mapping(entry.get("message")).get("content")
    if isinstance(content, str):
        return content
    texts = [block.get("text") for block in list_mappings(content)]
    return "\n".join(list_texts(texts))
