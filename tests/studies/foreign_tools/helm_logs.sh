#!/bin/sh
# Make the fixtures of HELM with its model that needs no weights and a run spec of our own.
# Usage: helm_logs.sh OUT, with the `helm-run` of an environment first in PATH; see README.md.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
cd "$1"
export HF_HUB_OFFLINE=1
helm-run --suite local --max-eval-instances 6 -n 1 --output-path . --local-path prod_env --plugins "$here/helm_local.py" \
  -r "parity:model=simple/model1" "parity:model=simple/model1,num_train_trials=2"
