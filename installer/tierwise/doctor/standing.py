"""What keeps a session that starts where one stands from being routed, in a line for other commands."""

from __future__ import annotations

import os

import click

from tierwise.doctor.checks import ROUTED, run_checks
from tierwise.doctor.place import look, start_folder
from tierwise.shown import neutralise


def warn_unrouted(root: str) -> None:
    """Say on standard error why spawns from here are not routed; nothing where they are."""
    place = look(root, os.environ, start_folder(root))
    for finding in run_checks(place, ROUTED):
        if finding.level == "fail":
            line = f"not routed from here: {finding.what}. {finding.remedy}"
            click.echo(neutralise(line), err=True)
