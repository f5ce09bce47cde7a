#!/bin/sh
# Written by Tierwise. Starts its Claude Code hook; where Tierwise is not installed it does nothing.
folder=${0%/*}
if [ -r "$folder/local/launcher" ]; then
  { IFS= read -r python; IFS= read -r shim; } <"$folder/local/launcher"
  if [ -x "$python" ] && [ -r "$shim" ]; then
    exec "$python" -I -S "$shim" "$@"
  fi
fi
# A command whose interpreter has moved is there and does not run.
if tierwise-hook --help </dev/null >/dev/null 2>&1; then
  exec tierwise-hook "$@"
fi
exit 0
