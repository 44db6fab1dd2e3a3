#!/usr/bin/env bash
# Runs kgate as the action was asked to, and leaves its record where the next steps find it, whatever the verdict.
set -uo pipefail

kgate() { node "$(dirname "$0")/../../bin/kgate.js" "$@"; }

# Arguments are split at blanks, as on a command line, and nothing in them is expanded.
read -r -a arguments <<< "${KGATE_ARGUMENTS//$'\n'/ }"
[ -z "$KGATE_ARCH" ] || arguments+=(--arch "$KGATE_ARCH")
[ -z "$KGATE_SHARD" ] || arguments+=(--shard "$KGATE_SHARD")

if [ -e "$KGATE_RECORD" ]; then
  echo "::error title=kgate::There is something at $KGATE_RECORD already. Give another place as \"record\"."
  exit 2
fi

# A record of before must not be taken for that of this run, which may end without one.
rm -f .kgate/runs/latest

kgate run "${arguments[@]}" \
  --report github \
  --report "step-summary=$GITHUB_STEP_SUMMARY" \
  --report "junit=$KGATE_JUNIT"
verdict=$?

if [ -e .kgate/runs/latest ]; then
  mkdir -p "$(dirname "$KGATE_RECORD")"
  cp --recursive --dereference .kgate/runs/latest "$KGATE_RECORD"
  echo "record=$(realpath "$KGATE_RECORD")" >> "$GITHUB_OUTPUT"
fi
exit "$verdict"
