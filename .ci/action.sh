#!/usr/bin/env bash
# The action's own script. All that it is told comes in environment variables; no text from outside is run.
set -euo pipefail

: "${RELEASE_COMMAND:=check}" "${RELEASE_PLAN:=.}"
release=${RELEASE_BIN:-release}

case $RELEASE_COMMAND in
  check | gate) ;;
  *) echo "release action: the command is check or gate" >&2; exit 2 ;;
esac

arguments=("$RELEASE_COMMAND")
[ -z "${RELEASE_STAGE:-}" ] || arguments+=("--stage=$RELEASE_STAGE")
[ -z "${RELEASE_AT:-}" ] || arguments+=("--at=$RELEASE_AT")
[ -z "${RELEASE_FAIL_ON:-}" ] || arguments+=("--fail-on=$RELEASE_FAIL_ON")
[ -z "${RELEASE_SINCE:-}" ] || arguments+=("--since=$RELEASE_SINCE")
[ "${RELEASE_LOCKED:-false}" != true ] || arguments+=(--locked)
while IFS= read -r line; do
  [ -z "$line" ] || arguments+=("--policy=$line")
done <<<"${RELEASE_POLICY:-}"
# A log and a summary may be public: what the audience may not see is counted, not shown.
arguments+=("--audience=${RELEASE_AUDIENCE:-public}")

# Under --since nothing may have been judged, which is no verdict: only JSON tells that from a go.
judged=yes
if [ "$RELEASE_COMMAND" = gate ] && [ -n "${RELEASE_SINCE:-}" ]; then
  "$release" "${arguments[@]}" --format=json -- "$RELEASE_PLAN" 2>/dev/null | grep -qx '  "verdict": null,' && judged=no
fi

# Annotations go to the log; this run's exit code is the answer.
code=0
"$release" "${arguments[@]}" --format=github -- "$RELEASE_PLAN" || code=$?

# The same again for people and for code scanning; neither changes the answer.
if [ "$code" -ne 2 ] && [ "$code" -ne 70 ]; then
  if [ -n "${GITHUB_STEP_SUMMARY:-}" ]; then
    "$release" "${arguments[@]}" --format=markdown -- "$RELEASE_PLAN" >>"$GITHUB_STEP_SUMMARY" || true
  fi
  if [ -n "${RELEASE_SARIF:-}" ]; then
    "$release" "${arguments[@]}" --format=sarif "--output=$RELEASE_SARIF" -- "$RELEASE_PLAN" || true
  fi
fi
if [ -n "${GITHUB_OUTPUT:-}" ]; then
  case $RELEASE_COMMAND:$judged:$code in
    gate:yes:0) verdict=go ;;
    gate:yes:1) verdict=no-go ;;
    gate:yes:3) verdict=hold ;;
    *) verdict= ;;
  esac
  printf 'exit-code=%d\nverdict=%s\n' "$code" "$verdict" >>"$GITHUB_OUTPUT"
fi
exit "$code"
