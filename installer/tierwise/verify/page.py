"""The proof as a page to show around: one file, nothing loaded from anywhere."""

from __future__ import annotations

import html
import json

from tierwise.verify.proof import Proof
from tierwise.verify.verdict import ProofLine

HEADINGS = (
    "way",
    "name",
    "requested",
    "assigned",
    "written",
    "on the wire",
    "verdict",
)
CHARACTERS_A_TOKEN = 4  # of English prose, about
_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
:root {{ color-scheme: light dark; }}
body {{ font: 15px/1.5 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }}
table {{ border-collapse: collapse; width: 100%; }}
th, td {{ text-align: left; padding: .3rem .6rem; border-bottom: 1px solid #8884; vertical-align: top; }}
.ok {{ color: #1a7f37; }} .differs {{ color: #cf222e; font-weight: 600; }}
.limited, .unroutable {{ color: #9a6700; }}
</style></head><body>
<h1>{title}</h1>
<p>{summary} {always_on}</p>
{settings}
<table><thead><tr>{head}</tr></thead><tbody>
{rows}
</tbody></table>
<p>Measured by <code>tierwise verify</code>: the client ran in a temporary home folder against a stand-in API on
this machine's loopback address. No network, no login, no token.</p>
</body></html>
"""


def write_page(proof: Proof) -> str:
    """Write the page of one proof."""
    verdict = "not as the policy says"
    if proof.holds:
        verdict = "as the policy says"
    head = [f"<th>{heading}</th>" for heading in HEADINGS]
    rows = [_write_row(line) for line in proof.lines]
    return _PAGE.format(
        title=html.escape(f"{proof.title}: {verdict}"),
        summary=html.escape(summarise(proof)),
        always_on=html.escape(describe_always_on(proof)),
        settings=_write_settings(proof),
        head="".join(head),
        rows="\n".join(rows),
    )


def describe_always_on(proof: Proof) -> str:
    """Tell what the generated files cost in each request; empty where that was not measured."""
    if proof.always_on is None:
        return ""
    tokens = round(proof.always_on / CHARACTERS_A_TOKEN)
    return (
        f"The generated files add {proof.always_on:,} characters, about {tokens:,} tokens, "
        "to each request of the main session."
    )


def summarise(proof: Proof) -> str:
    """Sum up in one sentence: how many of how many arrived as assigned."""
    total = len(proof.lines) - proof.count("unroutable")
    parts = [f"{proof.count('ok')} of {total} reached the API as assigned"]
    if proof.count("limited"):
        parts.append(f"{proof.count('limited')} with the model alone, as this version allows")
    if proof.count("unroutable"):
        parts.append(f"{proof.count('unroutable')} that nothing can route")
    differing = proof.count("differs")
    if differing:
        parts.append(f"{differing} differ{'s' if differing == 1 else ''}")
    return "; ".join(parts) + "."


def _write_settings(proof: Proof) -> str:
    if not proof.settings:
        return ""
    text = json.dumps(
        proof.settings,
        indent=1,
        ensure_ascii=False,
    )
    shown = html.escape(text)
    return f"<p>Your settings that matter for routing, copied:</p><pre>{shown}</pre>"


def _write_row(line: ProofLine) -> str:
    cells = [f"<td>{html.escape(text)}</td>" for text in line.cells]
    verdict: str = line.verdict
    if line.note:
        verdict += f": {line.note}"
    return f'<tr>{"".join(cells)}<td class="{line.verdict}">{html.escape(verdict)}</td></tr>'
