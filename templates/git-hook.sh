#!/bin/sh
# Tierwise git hook @HOOK@, version 2, checksum @CHECKSUM@
# Written by `tierwise git-hooks install`. `tierwise git-hooks uninstall` takes it out and puts back what was
# here before. Changed by hand it is yours, and neither of the two touches it.
python=@PYTHON@
program=@PROGRAM@

earlier="${0%/*}/@HOOK@.before-tierwise"
if [ -x "$earlier" ]; then
  "$earlier" "$@" || exit $?
fi

if [ -x "$python" ] && [ -r "$program" ]; then
  exec "$python" -I -S "$program" @HOOK@ "$@"
fi

# Graphical clients start with a poor PATH, so look where installers put commands as well; and only in absolute
# folders outside of this work tree: what a clone holds must not choose what runs.
top=$(pwd -P)
safe=
wanted="$PATH:$HOME/.local/bin:/opt/homebrew/bin:/usr/local/bin"
set -f
IFS=:
for folder in $wanted; do
  case $folder in
    /*) real=$(cd "$folder" 2>/dev/null && pwd -P) || continue ;;
    *) continue ;;
  esac
  case $real/ in
    "$top"/*) ;;
    *) safe="$safe:$folder" ;;
  esac
done
unset IFS
set +f
PATH=${safe#:}
# A command whose own interpreter has moved is there and does not run.
if tierwise-hook --help >/dev/null 2>&1; then
  if [ -n "$python" ]; then
    echo "tierwise: $python has moved; \`tierwise git-hooks install\` repairs this hook" >&2
  fi
  exec tierwise-hook @HOOK@ "$@"
fi
echo "tierwise: not found, so @HOOK@ checked nothing; install tierwise and run \`tierwise git-hooks install\`, or delete $0" >&2
exit 0
