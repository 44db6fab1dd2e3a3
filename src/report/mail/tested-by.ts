import type { CaseClass } from '../../gate/gate-record.ts';
import type { RecordedRun } from '../recorded/recorded-run.ts';

/** Classes that are wholly good. */
const HELD: ReadonlySet<CaseClass> = new Set(['new-behaviour', 'unchanged', 'fix']);

/**
 * Whether the user may put their name to a series: the verdict is good, every planned case was executed and compared,
 * none failed on either kernel, no single patch breaks the kernel, neither boot nor compiler gave new warnings,
 * and nothing that generated programs showed is left unclear, or was not looked into.
 */
export function everythingHeld({ run, gate }: RecordedRun): boolean {
  if (gate === undefined || gate.verdict !== 'good' || gate.cases.length === 0) return false;
  const quiet = gate.health.every(
    ({ newBootWarnings, newBuildWarnings }) => newBootWarnings.length + newBuildWarnings.length === 0,
  );
  const everyPatch = (gate.perCommit ?? []).every(({ outcome }) => outcome === 'boots');
  const whole = run.verdict !== 'interrupted' && run.verdict !== 'infra-error' && run.shard === undefined;
  const { findings = [], arches = [] } = gate.fuzz ?? {};
  const clear =
    findings.every(({ standing }) => standing !== 'unconfirmed') &&
    arches.every(({ left }) => left.length === 0);
  return quiet && everyPatch && clear && whole && gate.cases.every((one) => HELD.has(one.class));
}
