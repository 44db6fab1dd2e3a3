import { resolve } from 'node:path';
import type { ArchName } from '../../arch/architectures.ts';
import { UsageError } from '../../errors.ts';
import { loadRecordedRun, type RecordedRunPlaces } from '../../report/recorded/recorded-run.ts';
import { failedPlaces, type CasePlace } from '../../run/plan/last-failed.ts';
import { durationsOf, type Durations } from '../../run/plan/durations.ts';
import type { Shard } from '../../run/plan/shard.ts';
import type { RunRequest } from '../../run/plan-suite.ts';
import { isDurationsFile, loadDurations, loadProjectDurations } from '../../run/plan/load-durations.ts';
import type { Project } from '../../run/project/project.ts';
import { withoutUndefined } from '../../util/without-undefined.ts';

/** The flags of `kgate run` that select cases, and what they run on. */
export interface SelectionFlags {
  readonly case?: readonly string[];
  readonly tag?: readonly string[];
  readonly kernel?: readonly string[];
  readonly arch?: readonly ArchName[];
  readonly repeat?: number;
  readonly shard?: Shard;
  readonly durations?: string;
  readonly knownFailures?: string;
  readonly lastFailed?: true;
}

/** What to plan according to the flags; paths are relative to `cwd`. */
export async function readRunRequest(
  specs: readonly string[],
  flags: SelectionFlags,
  project: Project,
  cwd: string,
): Promise<RunRequest> {
  const places = { runs: project.runs, cwd };
  const among = flags.lastFailed === true ? await loadFailedPlaces(places) : undefined;
  return {
    specs,
    cases: flags.case ?? [],
    tags: flags.tag ?? [],
    kernels: flags.kernel ?? [...new Set(among?.map(({ kernel }) => kernel))],
    repeat: flags.repeat ?? 1,
    ...withoutUndefined({
      arches: flags.arch,
      knownFailures: flags.knownFailures === undefined ? undefined : resolve(places.cwd, flags.knownFailures),
      shard: flags.shard,
      durations: flags.shard && (await findDurations(project, places, flags.durations)),
      among,
    }),
  };
}

/** Those of a file, of a run, or else of the project. */
async function findDurations(
  project: Project,
  places: RecordedRunPlaces,
  reference: string | undefined,
): Promise<Durations | undefined> {
  if (reference === undefined) return loadProjectDurations(project);
  const path = resolve(places.cwd, reference);
  if (isDurationsFile(path)) return loadDurations(path);
  return durationsOf((await loadRecordedRun(reference, places)).run.cases);
}

async function loadFailedPlaces(places: RecordedRunPlaces): Promise<readonly CasePlace[]> {
  const { run, gate } = await loadRecordedRun('latest', places);
  if (gate === undefined) return failedPlaces(run);
  throw new UsageError(
    'The last run was a gate: its cases failed on two kernels, one of them with a series.',
    {
      code: 'RUN_LAST_WAS_GATE',
      hint: 'Name the cases with --case SPEC/CASE, or gate again.',
    },
  );
}
