"""YAML with any tags: the parser's events are read and nothing is built, so `!Ref` and `!vault` are just tags.

Building the tree would recurse, in C, and a file of brackets alone would end the hook with a crash.
"""

from __future__ import annotations

import re
import sys

from tierwise.checks.installed import import_installed
from tierwise.checks.model import CheckContext
from tierwise.domain.change import Change, Finding

TYPE_CHECKING = False  # `typing` costs a hook 10 ms
if TYPE_CHECKING:
    from typing import Any

# libyaml takes time that grows with the square of the brackets that are open at once.
_DEEPEST = 2_000
# `${{ }}` is GitHub's, in real YAML.
_INSERTION = re.compile(
    rb"(?<!\$)\{\{.*?\}\}|<%[=-].*?%>",
    re.S,
)
_CONTROL = re.compile(
    rb"\{%|\{#|<%|(?<!\$)\{\{-?\s*(?:[#/^!>]|(?:if|else|end|range|with|define|block|template)\b)"
)
# Cline's roles are named as YAML and are Markdown: a YAML block between two `---` lines, then a prompt.
_CLINE_ROLE = re.compile(r"(?:^|/)\.cline/agents/[^/]+\.ya?ml$")
_BLOCK_BEFORE_PROMPT = re.compile(
    rb"(?:\xef\xbb\xbf)?---[ \t]*\r?\n.*?^(?=---[ \t]*\r?$)", re.S | re.M
)
_MERGE_KEY = "<<"
_TWICE = "is there twice"


def find_errors(
    change: Change,
    data: bytes,
    context: CheckContext,
) -> list[Finding]:
    """Return a finding where ``data`` is not YAML, or where a mapping has a key twice.

    Templates that become YAML only when rendered (ERB, Jinja, Go) are let through: with statements whatever
    they look like, with insertions alone where the rest is YAML.
    """
    yaml = import_installed("yaml")
    if yaml is None:
        text = "tierwise: YAML was not checked: pyyaml is not installed beside tierwise"
        print(text, file=sys.stderr)
        return []
    data = _cut_prompt(change.path, data)
    findings = _read_text(yaml, change.path, data)
    if not findings or _CONTROL.search(data):
        return []
    if _INSERTION.search(data):
        return _read_text(
            yaml,
            change.path,
            _INSERTION.sub(b"x", data),
        )
    if not findings[0].message.endswith(_TWICE):
        return findings
    # What the version before this change repeats already is not this change's fault.
    before = _cut_prompt(change.path, context.read_old(change))
    known = {finding.message for finding in _read_text(yaml, change.path, before)}
    return [finding for finding in findings if finding.message not in known]


def _cut_prompt(path: str, data: bytes) -> bytes:
    """Return the YAML block that a role of Cline's begins with; all of another file."""
    if not _CLINE_ROLE.search(path):
        return data
    block = _BLOCK_BEFORE_PROMPT.match(data)
    if block is None:
        return data
    return block.group()


def _read_text(
    yaml: Any,
    path: str,
    data: bytes,
) -> list[Finding]:
    if _measure_depth(data) > _DEEPEST:
        return [Finding(path, "YAML: nested too deep")]
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    reader = _EventReader(yaml, path)
    try:
        for event in yaml.parse(data, Loader=loader):
            reader.read_event(event)
    except RecursionError:
        return [Finding(path, "YAML: nested too deep")]
    except yaml.YAMLError as error:
        problem = getattr(error, "problem", None) or getattr(error, "reason", None)
        message = f"YAML: {problem or error}"
        mark = getattr(error, "problem_mark", None)
        if mark is None:
            return [Finding(path, message)]
        return [_finding_at(mark, path, message)]
    return reader.findings[:1]


def _finding_at(
    mark: Any,
    path: str,
    message: str,
) -> Finding:
    """Return a finding at a parser's mark, which counts from 0."""
    return Finding(
        path,
        message,
        mark.line + 1,
        mark.column + 1,
    )


class _EventReader:
    """What a parser's events show beyond the grammar: unknown aliases, and keys that are there twice."""

    def __init__(
        self,
        yaml: Any,
        path: str,
    ) -> None:
        self.yaml = yaml
        self.path = path
        self.findings: list[Finding] = []
        self.anchors: set[str] = set()
        # For each open collection: the keys of a mapping (None for a sequence), and whether a key is next.
        self.open: list[tuple[set[tuple[str, bool]] | None, bool]] = []

    def read_event(self, event: Any) -> None:
        """Take one event of the parser."""
        yaml = self.yaml
        if isinstance(event, yaml.DocumentStartEvent):
            self.anchors = set()
        elif isinstance(event, yaml.AliasEvent):
            if event.anchor not in self.anchors:
                self._report_event(
                    f"YAML: undefined alias {event.anchor}",
                    event,
                )
            self._pass_node()
        elif isinstance(event, yaml.CollectionEndEvent):
            self.open.pop()
        elif isinstance(event, yaml.NodeEvent):
            if event.anchor:
                self.anchors.add(event.anchor)
            self._read_node(event)

    def _read_node(self, event: Any) -> None:
        keys = None
        is_key = False
        if self.open:
            keys, is_key = self.open[-1]
        if isinstance(event, self.yaml.ScalarEvent) and keys is not None and is_key:
            key = (event.value, event.style is None)
            if key in keys and event.value != _MERGE_KEY:
                self._report_event(
                    f'YAML: the key "{event.value}" {_TWICE}',
                    event,
                )
            keys.add(key)
        self._pass_node()
        if isinstance(event, self.yaml.MappingStartEvent):
            self.open.append((set(), True))
        elif isinstance(event, self.yaml.SequenceStartEvent):
            self.open.append((None, False))

    def _pass_node(self) -> None:
        """Note that a node of the innermost collection has begun: after a key comes a value."""
        if self.open:
            keys, is_key = self.open[-1]
            self.open[-1] = (keys, not is_key)

    def _report_event(
        self,
        message: str,
        event: Any,
    ) -> None:
        finding = _finding_at(
            event.start_mark,
            self.path,
            message,
        )
        self.findings.append(finding)


def _measure_depth(data: bytes) -> int:
    """Return the most brackets that are open at once, strings and comments counted too: an upper bound."""
    if data.count(b"[") + data.count(b"{") <= _DEEPEST:
        return 0
    deepest = depth = 0
    for byte in data:
        if byte in b"[{":
            depth += 1
            deepest = max(deepest, depth)
        elif byte in b"]}" and depth:
            depth -= 1
    return deepest
