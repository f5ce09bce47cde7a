#!/bin/sh
# Written by Tierwise. Starts its Claude Code hook with what `tierwise install` noted for this user, outside of any
# repository; else with `tierwise-hook` on PATH. Where there is neither it says so once a session and does nothing.

# A launcher holds one candidate a line: interpreter, tab, shim. The first that is on this machine is started.
start_from() {
  [ -r "$launcher" ] || return 0
  while IFS='	' read -r python shim <&3; do
    case $python in /* | [A-Za-z]:*) ;; *) continue ;; esac
    if [ -x "$python" ] && [ -r "$shim" ]; then
      exec "$python" -I -S "$shim" "$@" 3<&-
    fi
  done 3<"$launcher"
}

for folder in "${XDG_DATA_HOME:-}" "${HOME:-}/.local/share" "${HOME:-}/Library/Application Support" "${LOCALAPPDATA:-}"; do
  launcher=$folder/tierwise/launcher
  case $folder in /*/* | [A-Za-z]:*) start_from "$@" ;; esac
done

# On PATH only what lies outside of this work tree counts: a repository must not bring the program that it starts.
top=$(cd "${0%/*}/.." && pwd -P)
above=$top
while [ -n "$above" ]; do
  [ -e "$above/.git" ] && top=$above && break
  above=${above%/*}
done
set -f
IFS=:
for folder in ${PATH:-}; do
  case $folder in /*) ;; *) continue ;; esac
  [ -x "$folder/tierwise-hook" ] || continue
  real=$(cd "$folder" && pwd -P) || continue
  case $real/ in "$top"/*) continue ;; esac
  # A command whose interpreter has moved is there and does not run.
  if "$folder/tierwise-hook" --help </dev/null >/dev/null 2>&1; then
    exec "$folder/tierwise-hook" "$@"
  fi
done

if [ "${1:-}" = SessionStart ]; then
  echo '{"systemMessage": "tierwise: not set up on this machine, so nothing is routed here; run `tierwise install`, or `python3 installer` of a checkout of Tierwise, once in this repository"}'
fi
exit 0
