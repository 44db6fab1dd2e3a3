import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from '../errors.ts';
import { loadRecordFile } from '../run/record/record-file.ts';
import {
  GATE_RECORD_VERSION,
  gateRecordSchema,
  type CaseClass,
  type GatedCase,
  type GateRecord,
} from './gate-record.ts';
import { GATE_FILE } from './gate-folder.ts';

/** Who keeps more runs than these compares with the newest. */
const READ = 200;

/**
 * The gate of an earlier version of a change among the runs that are kept: of the latest such version, the latest. Only b4's
 * change-id says that two series are versions of one change.
 */
export async function findEarlierVersion(
  runs: string,
  { changeId, version }: GateRecord['series'],
): Promise<GateRecord | undefined> {
  if (changeId === undefined) return undefined;
  const names = await readdir(runs).catch((): string[] => []);
  // Ids sort by time; the link to the latest run is no run of its own.
  const newest = names
    .filter((name) => /^\d{8}-\d{6}-/u.test(name))
    .toSorted()
    .slice(-READ);
  const records = await Promise.all(newest.map((name) => loadGate(join(runs, name, GATE_FILE))));
  const earlier = records.filter(
    (record) => record?.series.changeId === changeId && record.series.version < version,
  );
  return earlier.reduce<GateRecord | undefined>(
    (best, record) =>
      best === undefined || (record?.series.version ?? 0) >= best.series.version ? record : best,
    undefined,
  );
}

/** Without a readable record there is nothing to compare with. */
async function loadGate(path: string): Promise<GateRecord | undefined> {
  const kind = { name: 'gate record', version: GATE_RECORD_VERSION, schema: gateRecordSchema };
  return loadRecordFile(path, kind).catch((error: unknown) => {
    if (error instanceof UsageError) return undefined;
    throw error;
  });
}

const AGAINST: ReadonlySet<CaseClass> = new Set(['regression', 'new-splat', 'flaky']);

/** What got better or worse since an earlier version; a case that only one of the two compared is neither. */
export function compareVersions(
  { id, series, verdict, base, cases: before, changed }: GateRecord,
  cases: readonly GatedCase[],
): NonNullable<GateRecord['since']> {
  const earlier = new Map(before.map((one) => [titleOf(one), one.class]));
  const turned = (was: boolean) =>
    cases.flatMap((one) => {
      const kind = earlier.get(titleOf(one));
      if (kind === undefined || kind === 'not-comparable' || one.class === 'not-comparable') return [];
      return AGAINST.has(kind) === was && AGAINST.has(one.class) !== was ? [titleOf(one)] : [];
    });
  return {
    version: series.version,
    run: id,
    verdict,
    base: base.kernel,
    better: turned(true),
    worse: turned(false),
    ...(changed === undefined ? {} : { changed }),
  };
}

const titleOf = ({ spec, case: name, arch }: GatedCase): string => `${spec} › ${name} [${arch}]`;

/** Cases that are named; the record has all. */
const SINCE_NAMES = 5;

/** What became of cases since the version before. */
export function describeSince({ since, base }: GateRecord): string[] {
  if (since === undefined) return [];
  const { version, better, worse, verdict, run, base: before } = since;
  const told = [
    ...(better.length === 0 ? [] : [`better: ${listed(better)}`]),
    ...(worse.length === 0 ? [] : [`worse: ${listed(worse)}`]),
  ];
  const where = before === base.kernel ? '' : `, on ${before}`;
  return [
    `v${version} (${verdict}, ${run}${where}): ${told.length === 0 ? 'no case got better or worse' : told.join('; ')}`,
  ];
}

function listed(names: readonly string[]): string {
  const more = names.length > SINCE_NAMES ? ` and ${names.length - SINCE_NAMES} more` : '';
  return `${names.slice(0, SINCE_NAMES).join(', ')}${more}`;
}
