"""Texts that let the system start the watcher: a systemd user unit, a launchd property list."""

from __future__ import annotations

import hashlib
import os
import re
import sys
from xml.sax.saxutils import escape

_DIGEST_SHOWN = 8  # characters that tell one repository from another

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
    """Return the unit (``systemd``) or property list (``launchd``) that watches the repository at ``root``."""
    digest = hashlib.sha256(os.fsencode(root)).hexdigest()
    short = digest[:_DIGEST_SHOWN]
    arguments = [sys.executable, "-m", "tierwise", "watch"]
    if kind == "launchd":
        lines = [f"    <string>{escape(argument)}</string>" for argument in arguments]
        return _LAUNCHD.format(
            name=f"tierwise.watch-{short}",
            root=escape(root),
            arguments="\n".join(lines),
        )
    # A unit's name takes no other characters.
    folder = os.path.basename(root)
    word = re.sub(r"[^A-Za-z0-9_.]+", "-", folder).strip("-.")
    return _SYSTEMD.format(
        name=f"tierwise-watch-{word or 'repository'}-{short}",
        root=root.replace("%", "%%"),
        command=" ".join(map(_systemd_quoted, arguments)),
    )


def _systemd_quoted(argument: str) -> str:
    text = argument.replace("%", "%%")
    text = text.replace("\\", "\\\\").replace('"', '\\"')
    if re.search(r"""[ \t'"]""", text):
        return f'"{text}"'
    return text
