#!/usr/bin/env bash
# Runs kgate as the action was asked to, and leaves its record where the next steps find it, whatever the verdict.
set -uo pipefail
shopt -s nullglob

kgate() { node "$(dirname "$0")/../../bin/kgate.js" "$@"; }

refuse() {
  echo "::error title=kgate::$1"
  exit 2
}

# Arguments are split at blanks, as on a command line, and nothing in them is expanded.
read -r -a arguments <<< "${KGATE_ARGUMENTS//$'\n'/ }"
[ -z "$KGATE_ARCH" ] || arguments+=(--arch "$KGATE_ARCH")
[ -z "$KGATE_SHARD" ] || arguments+=(--shard "$KGATE_SHARD")

case "$KGATE_COMMAND" in
  run) ;;
  gate)
    [ -n "$KGATE_RANGE" ] || refuse 'A gate needs the commits to judge: give them as "range", such as BASE..HEAD.'
    arguments+=(--tree . --range "$KGATE_RANGE")
    ;;
  merge)
    [ -d "$KGATE_RECORDS" ] || refuse "There is no folder $KGATE_RECORDS with records to join. Name it as \"records\"."
    arguments+=("$KGATE_RECORDS"/*)
    ;;
  *) refuse "There is no command \"$KGATE_COMMAND\" in this action. Use run, gate or merge." ;;
esac

[ ! -e "$KGATE_RECORD" ] || refuse "There is something at $KGATE_RECORD already. Give another place as \"record\"."

# A record of before must not be taken for that of this run, which may end without one.
rm -f .kgate/runs/latest

summary=$(mktemp)
trap 'rm -f "$summary"' EXIT
kgate "$KGATE_COMMAND" "${arguments[@]}" \
  --report github \
  --report "step-summary=$summary" \
  --report "junit=$KGATE_JUNIT"
verdict=$?
cat "$summary" >> "$GITHUB_STEP_SUMMARY"

if [ -e .kgate/runs/latest ]; then
  mkdir -p "$(dirname "$KGATE_RECORD")"
  cp --recursive --dereference .kgate/runs/latest "$KGATE_RECORD"
  echo "record=$(realpath "$KGATE_RECORD")" >> "$GITHUB_OUTPUT"
fi

# A comment that cannot be posted is no reason to call the run something else. Later runs replace it.
if [ "$KGATE_COMMENT" = true ] && [ -n "$KGATE_PULL_REQUEST" ] && [ -s "$summary" ]; then
  gh pr comment "$KGATE_PULL_REQUEST" --edit-last --create-if-none --body-file "$summary" ||
    echo "::warning title=kgate::The result could not be posted: the job needs pull-requests: write."
fi
exit "$verdict"
