#!/bin/sh
# Tierwise in any other pipeline. TIERWISE_BASE is the commit that the change is compared with; without it the
# upstream branch. Exit codes: 0 all is well, 1 an error, 2 the policy is wrong, 4 something outside failed.
set -eu

# From the repository at a tag: the package index has no such name yet, and anybody could take it.
# Outside of the work tree, whose new files are checked.
venv=$(mktemp -d)
trap 'rm -rf "$venv"' EXIT
python3 -m venv "$venv"
"$venv/bin/pip" install --quiet "tierwise @ git+https://github.com/tierwise/tierwise@v0.1.0"
TIERWISE_SKIP=${TIERWISE_SKIP:-dependencies} "$venv/bin/tierwise" ci --format "${TIERWISE_FORMAT:-text}"
