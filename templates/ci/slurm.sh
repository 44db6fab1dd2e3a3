#!/bin/bash
# Runs this repository's specs as an array of SLURM tasks, one shard each, then joins their records:
#
#   jobs=$(sbatch --parsable --array=1-8 kgate.sbatch)
#   sbatch --dependency="afterany:$jobs" kgate.sbatch merge "$jobs"
#
# The folder it is submitted from is shared by all nodes, and has kgate from "npm ci". kgate's docs/ci.md explains each
# part.
#SBATCH --job-name=kgate
#SBATCH --cpus-per-task=2
#SBATCH --mem=6G
#SBATCH --time=02:00:00
set -euo pipefail
cd "${SLURM_SUBMIT_DIR:?This is a script for sbatch.}"

# Builds and templates belong on a disk of the node. What one node built, others get through KGATE_REMOTE_CACHE.
export KGATE_CACHE="${KGATE_CACHE:-${TMPDIR:-/tmp}/kgate-$(id -un)}"

if [ "${1:-}" = merge ]; then
  # A shard that left no record is missing here, and kgate says so, whatever its task said.
  exec npx --no kgate merge "shards/${2:?Give the id of the array, too.}"/* --report html=kgate.html
fi

shards=shards/$SLURM_ARRAY_JOB_ID
mkdir -p "$shards"
record=$shards/.$SLURM_ARRAY_TASK_ID.json
status=0
npx --no kgate run --shard "$SLURM_ARRAY_TASK_ID/$SLURM_ARRAY_TASK_COUNT" --jobs "$SLURM_CPUS_PER_TASK" --json \
  > "$record" || status=$?
# All tasks write below .kgate/runs at the same time: each names its own run.
if [ -s "$record" ]; then
  run=$(node -p 'JSON.parse(require("fs").readFileSync(process.argv[1], "utf8")).id' "$record")
  ln -s "../../.kgate/runs/$run" "$shards/$SLURM_ARRAY_TASK_ID"
fi
rm "$record"
exit "$status"
