"""``tierwise doctor``."""

from __future__ import annotations

import os
from dataclasses import asdict

import click

from tierwise import repo
from tierwise.cli.options import answer_code, json_option
from tierwise.cli.show import print_json, print_line
from tierwise.doctor.checks import run_checks
from tierwise.doctor.finding import Diagnosis
from tierwise.doctor.place import look, start_folder
from tierwise.shown import colour_text

_COLOURS = {"ok": "green", "warn": "yellow", "fail": "red"}


@click.command(name="doctor")
@json_option
def command(as_json: bool) -> int:
    """Check the whole set-up and say what to fix."""
    root = repo.require_root()
    place = look(root, os.environ, start_folder(root))
    findings = run_checks(place)
    failed = any(finding.level == "fail" for finding in findings)
    if as_json:
        checks = [asdict(finding) for finding in findings]
        print_json({"schema_version": 1, "ok": not failed, "checks": checks})
    else:
        for finding in findings:
            _print_finding(finding)
    return answer_code(not failed)


def _print_finding(finding: Diagnosis) -> None:
    level = colour_text(
        f"{finding.level:<4}",
        _COLOURS[finding.level],
    )
    print_line(f"{level}  {finding.check}: {finding.what}")
    if finding.remedy:
        print_line(f"      -> {finding.remedy}")
