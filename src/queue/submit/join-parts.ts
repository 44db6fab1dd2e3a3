import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import type { Execution } from '../../run/execute/execution.ts';
import { judgeRun } from '../../run/judge/judge-run.ts';
import { caseTitle, type PlannedCase } from '../../run/plan/plan.ts';
import type { CaseResult, RunRecord } from '../../run/record/record.ts';
import { checkShards } from '../../run/shards/check-shards.ts';
import { mergeRecords } from '../../run/shards/merge-records.ts';
import { hasErrorCode } from '../../util/has-error-code.ts';
import type { Part } from '../jobs/part.ts';

/** What joining needs to know about the run. */
export interface JoinedRun {
  readonly plan: readonly PlannedCase[];
  /** When the run began, in milliseconds since the epoch. */
  readonly started: number;
  /** How many parts there are to be: fewer were executed where the run was interrupted or a case was enough. */
  readonly parts: number;
}

/**
 * Joins the parts of a plan as the shards of a run are joined: each once, of one version of kgate, on the same kernels.
 * Results are in plan order, on the clock of the run; places are those of each worker.
 */
export function joinParts(parts: readonly Part[], { plan, started, parts: whole }: JoinedRun): Execution {
  if (parts.length === 0) return { results: [], kernels: [], accelerators: {}, bootComplaints: [] };
  const named = parts.map(({ record, worker }) => ({ name: worker, record }));
  const shards =
    parts.length === whole
      ? checkShards(named, [])
      : named.flatMap((one) => (one.record.shard === undefined ? [] : [{ ...one, shard: one.record.shard }]));
  const merged = mergeRecords(shards, 'queue');
  const later = Date.parse(merged.started) - started;
  const slots = placesOf(parts);
  const results = inOrderOf(plan, merged.cases).map((result) => ({
    ...result,
    ...(result.startedMs === undefined ? {} : { startedMs: Math.max(0, result.startedMs + later) }),
    ...(result.slot === undefined ? {} : { slot: slots.get(resultKey(result)) ?? result.slot }),
  }));
  return {
    results,
    kernels: merged.kernels,
    accelerators: merged.accelerators,
    emulators: merged.host.qemu,
    bootComplaints: [...new Set(parts.flatMap(({ record }) => complaintsOf(record)))],
  };
}

/** Copies the consoles of a part into the folder of the run. Logs of boots are in several of them. */
export async function takeConsoles(from: string, to: string): Promise<void> {
  try {
    await cp(join(from, 'consoles'), join(to, 'consoles'), { recursive: true, force: false });
  } catch (error) {
    if (!hasErrorCode(error, 'ENOENT')) throw error;
  }
}

/** What a part's record says against its kernels, besides what its cases say. */
function complaintsOf({ cases, reasons }: RunRecord): string[] {
  const ofCases = judgeRun([], cases, false).reasons;
  return reasons.filter((reason) => !ofCases.includes(reason));
}

/** The place of each result among those of all workers: a timeline has one line for each. */
function placesOf(parts: readonly Part[]): ReadonlyMap<string, number> {
  const places = new Map<string, number>();
  const slots = new Map<string, number>();
  for (const { record, worker } of parts)
    for (const result of record.cases) {
      if (result.slot === undefined) continue;
      const name = `${worker} ${result.slot}`;
      const place = places.get(name) ?? places.size;
      places.set(name, place);
      slots.set(resultKey(result), place);
    }
  return slots;
}

/** A program's own tests follow the case that stands for it. */
function inOrderOf(plan: readonly PlannedCase[], results: readonly CaseResult[]): CaseResult[] {
  const groups = new Map<string, CaseResult[]>();
  let last: CaseResult[] = [];
  for (const result of results) {
    if (result.of === undefined) {
      last = [];
      groups.set(caseTitle(result), last);
    }
    last.push(result);
  }
  return plan.flatMap((planned) => groups.get(caseTitle(planned)) ?? []);
}

/** Unique in a run, among a program's own tests, too. */
export const resultKey = (result: CaseResult): string => `${result.of ?? ''} ${caseTitle(result)}`;
