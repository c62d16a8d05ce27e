#!/bin/sh
# Make the fixtures of garak with its test generators, which answer nothing or repeat what they are told.
# Usage: garak_logs.sh OUT, with the `garak` of an environment first in PATH; see README.md.
set -eu
out=$1
export XDG_DATA_HOME="$out/home/data" XDG_CONFIG_HOME="$out/home/config" XDG_CACHE_HOME="$out/home/cache"
export HF_HUB_OFFLINE=1 TRANSFORMERS_OFFLINE=1
mkdir -p "$out"
run() {
  case=$1
  shift
  garak --report_prefix "$out/$case/run" --skip_unknown --parallel_attempts 1 --seed 7 "$@"
}
mkdir -p "$out/repeat" "$out/blank"
run repeat --target_type test.Repeat --probes test.Test,lmrc.Anthropomorphisation --generations 2
run blank --target_type test.Blank --probes dan.AutoDANCached --generations 3
