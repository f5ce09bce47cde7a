"""Texts that let the system start the watcher: a systemd user unit, a launchd property list."""

from __future__ import annotations

import hashlib
import os
import re
import sys
from xml.sax.saxutils import escape

_SYSTEMD = """\
# Save as ~/.config/systemd/user/{name}.service, then: systemctl --user enable --now {name}
[Unit]
Description=Tierwise keeps {root} in sync with its policy

[Service]
WorkingDirectory={root}
ExecStart={command}
Restart=on-failure

[Install]
WantedBy=default.target
"""

_LAUNCHD = """\
<?xml version="1.0" encoding="UTF-8"?>
<!-- Save as ~/Library/LaunchAgents/{name}.plist, then: launchctl load ~/Library/LaunchAgents/{name}.plist -->
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>Label</key><string>{name}</string>
  <key>WorkingDirectory</key><string>{root}</string>
  <key>ProgramArguments</key>
  <array>
{arguments}
  </array>
  <key>RunAtLoad</key><true/>
  <key>KeepAlive</key><dict><key>SuccessfulExit</key><false/></dict>
</dict>
</plist>
"""


def service_text(root: str, kind: str) -> str:
    """The unit (``systemd``) or property list (``launchd``) that watches the repository at ``root``."""
    short = hashlib.sha256(os.fsencode(root)).hexdigest()[:8]
    arguments = [sys.executable, "-m", "tierwise", "watch"]
    if kind == "launchd":
        lines = "\n".join(f"    <string>{escape(argument)}</string>" for argument in arguments)
        return _LAUNCHD.format(name=f"tierwise.watch-{short}", root=escape(root), arguments=lines)
    # A unit's name takes no other characters.
    word = re.sub(r"[^A-Za-z0-9_.]+", "-", os.path.basename(root)).strip("-.")
    name = f"tierwise-watch-{word or 'repository'}-{short}"
    command = " ".join(_systemd_quoted(argument) for argument in arguments)
    return _SYSTEMD.format(name=name, root=root.replace("%", "%%"), command=command)


def _systemd_quoted(argument: str) -> str:
    text = argument.replace("%", "%%").replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"' if any(mark in text for mark in " \t'\"") else text
