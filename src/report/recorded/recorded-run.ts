import { readdir, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { CoverageRecord } from '../../coverage/coverage-record.ts';
import { loadCoverage } from '../../coverage/load-coverage.ts';
import { UsageError } from '../../errors.ts';
import { GATE_RECORD_VERSION, gateRecordSchema, type GateRecord } from '../../gate/gate-record.ts';
import { loadRecordFile } from '../../run/record/record-file.ts';
import { RUN_RECORD_VERSION, runRecordSchema, type RunRecord } from '../../run/record/record.ts';
import { displayPath } from '../../spec/diagnostic.ts';
import { suggest } from '../../util/closest.ts';
import { withoutUndefined } from '../../util/without-undefined.ts';

/** What a finished run left behind: everything a report is made from. */
export interface RecordedRun {
  /** The run's folder, absolute; paths in the record are relative to it. */
  readonly folder: string;
  readonly run: RunRecord;
  /** Present where the run compared two kernels. */
  readonly gate?: GateRecord;
  /** Present where the lines of a series were counted. */
  readonly coverage?: CoverageRecord;
}

/** Where to look for runs. */
export interface RecordedRunPlaces {
  /** The project's folder of runs, for ids and `latest`. */
  readonly runs: string;
  /** What relative paths are relative to. */
  readonly cwd: string;
}

/**
 * Loads a run by its id, as `latest`, by its folder or by the path of its run.json. Throws UsageError if there is no
 * such run, or if its record is broken or has another version.
 */
export async function loadRecordedRun(reference: string, places: RecordedRunPlaces): Promise<RecordedRun> {
  const folder = await findRunFolder(reference, places);
  const runFile = join(folder, 'run.json');
  const [run, gate, coverage] = await Promise.all([
    loadRecordFile(runFile, { name: 'run record', version: RUN_RECORD_VERSION, schema: runRecordSchema }),
    loadRecordFile(join(folder, 'gate.json'), {
      name: 'gate record',
      version: GATE_RECORD_VERSION,
      schema: gateRecordSchema,
    }),
    loadCoverage(folder),
  ]);
  if (run === undefined)
    throw new UsageError(`There is no run record at ${displayPath(runFile)}.`, {
      code: 'RECORD_MISSING',
      hint: 'The run has not finished, or ended in an error; only a finished run has a record.',
    });
  return {
    folder,
    run,
    ...withoutUndefined({ gate, coverage }),
  };
}

async function findRunFolder(reference: string, { runs, cwd }: RecordedRunPlaces): Promise<string> {
  const asId = join(runs, reference);
  if (!reference.includes('/') && (await isFolder(asId))) return asId;
  const asPath = resolve(cwd, reference);
  if (await isFolder(asPath)) return asPath;
  if (reference.endsWith('.json') && (await isFolder(dirname(asPath)))) return dirname(asPath);
  const known = await knownRuns(runs);
  throw new UsageError(
    known.length === 0
      ? `There is no run "${reference}", nor any other in ${displayPath(runs)}.`
      : `There is no run "${reference}" in ${displayPath(runs)}.${suggest(reference, known)}`,
    {
      code: 'RECORD_MISSING',
      hint: 'Name a run’s id, "latest", a run’s folder, or the path of a run.json.',
    },
  );
}

async function knownRuns(runs: string): Promise<string[]> {
  return readdir(runs).catch(() => []);
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
