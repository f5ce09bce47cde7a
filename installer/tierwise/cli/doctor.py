"""``tierwise doctor``."""

from __future__ import annotations

import os
from dataclasses import asdict

import click

from tierwise import repo
from tierwise.cli.options import json_option
from tierwise.cli.show import colour_text, print_json
from tierwise.doctor.checks import run_checks
from tierwise.doctor.place import look, start_folder
from tierwise.errors import NO, OK

_COLOURS = {"ok": "green", "warn": "yellow", "fail": "red"}


@click.command(name="doctor")
@json_option
def command(as_json: bool) -> int:
    """Check the whole set-up and say what to fix."""
    root = repo.require_root()
    findings = run_checks(look(root, os.environ, start_folder(root)))
    failed = any(finding.level == "fail" for finding in findings)
    if as_json:
        print_json(
            {
                "schema_version": 1,
                "ok": not failed,
                "checks": [asdict(finding) for finding in findings],
            }
        )
        return NO if failed else OK
    for finding in findings:
        click.echo(
            f"{colour_text(f'{finding.level:<4}', _COLOURS[finding.level])}  {finding.check}: {finding.what}"
        )
        if finding.remedy:
            click.echo(f"      -> {finding.remedy}")
    return NO if failed else OK
