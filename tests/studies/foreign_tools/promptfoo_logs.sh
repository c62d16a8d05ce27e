#!/bin/sh
# Make the fixtures of promptfoo with its echo provider: assertions, a red-team shaped set, and a comparison.
# Usage: promptfoo_logs.sh OUT, in a folder where `npm install promptfoo` was run; see README.md.
set -eu
out=$1
here=$(cd "$(dirname "$0")" && pwd)
export PROMPTFOO_DISABLE_TELEMETRY=1 PROMPTFOO_DISABLE_UPDATE=1 PROMPTFOO_DISABLE_REMOTE_GENERATION=1
export PROMPTFOO_CONFIG_DIR=$out/home
mkdir -p "$out"
for case in asserts red-team compare; do
  mkdir -p "$out/$case"
  # A run with failing assertions exits 100.
  npx promptfoo eval --no-cache --no-progress-bar --no-table -j 1 \
    -c "$here/promptfoo/$case.yaml" -o "$out/$case/results.json" || [ $? -eq 100 ]
done
