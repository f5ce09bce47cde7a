"""The stand-in API with what tests ask of it: which subagents came, on what, and what their tools said."""

from __future__ import annotations

from tierwise.verify import stand_in
from tierwise.verify.stand_in import Request

Route = tuple[str, "str | None"]
"""Model and effort of a request."""


class Loopback(stand_in.Loopback):
    """The server, and looks at the requests of subagents."""

    def __enter__(self) -> Loopback:
        super().__enter__()
        return self

    def of_agent(self, agent: str) -> list[Request]:
        """The requests of all subagents spawned as this type, in order of arrival."""
        of_subagents = [request for request in self.requests if request.is_subagent]
        return [request for request in of_subagents if request.agent == agent]

    def spawned(self, agent: str) -> Request:
        """The first request of the one subagent of this type.  Raises LookupError for none or several."""
        found = self.of_agent(agent)
        conversations = {request.agent_id for request in found}
        if len(conversations) != 1:
            raise LookupError(
                f"{len(conversations)} subagents of type {agent!r} reached the stand-in API"
            )
        return found[0]

    def routes(self) -> dict[str, Route]:
        """Agent type -> (model, effort) of its first request: what a policy test compares."""
        first: dict[str, Route] = {}
        for request in self.requests:
            if request.is_subagent:
                agent = request.agent or request.agent_id
                first.setdefault(
                    agent,
                    (request.model, request.effort),
                )
        return first

    def forget(self) -> None:
        """Drop all records, so that the next run is looked at alone."""
        with self._lock:
            self.requests.clear()
            self.other_paths.clear()


def tool_results(request: Request) -> dict[str, str]:
    """What each tool call came back with: ``tool_use_id -> text``."""
    results = {}
    for message in request.messages:
        content = message.get("content")
        if not isinstance(content, list):
            continue
        for block in content:
            if block.get("type") == "tool_result":
                results[str(block["tool_use_id"])] = stand_in.join_text(block.get("content"))
    return results
