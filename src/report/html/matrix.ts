import type { ArchName } from '../../arch/architectures.ts';
import type { GatedCase, GateRecord } from '../../gate/gate-record.ts';
import type { CaseResult, Outcome, RunRecord } from '../../run/record/record.ts';
import type { RecordedRun } from '../recorded/recorded-run.ts';
import { foremost, standingsOf, type Standing } from './standing.ts';

/** One kernel on one architecture. */
export interface MatrixColumn {
  readonly arch: ArchName;
  readonly kernel: string;
  readonly role: 'base' | 'patched';
}

/** A case in one column: all repeats, in order. */
export interface MatrixCell {
  readonly column: MatrixColumn;
  readonly results: readonly CaseResult[];
  /** The worst of them. */
  readonly outcome: Outcome;
}

/** A case, with all its executions. */
export interface MatrixRow {
  readonly spec: string;
  readonly case: string;
  readonly about: string;
  /** One for each column; absent if the case was not executed there. */
  readonly cells: readonly (MatrixCell | undefined)[];
  /** What the gate says, for each architecture. */
  readonly gated: readonly GatedCase[];
  /** For each architecture that executed it. */
  readonly standings: ReadonlyMap<ArchName, Standing>;
  /** The foremost of them. */
  readonly standing: Standing;
}

/** Rows of one standing. */
export interface MatrixGroup {
  readonly standing: Standing;
  readonly rows: readonly MatrixRow[];
}

export interface Matrix {
  readonly kind: 'gate' | 'run';
  readonly columns: readonly MatrixColumn[];
  /** Differences and failures first; no group is empty. */
  readonly groups: readonly MatrixGroup[];
}

/** Arranges a run's cases by what a reader should see first, then in the run's order. */
export function arrangeMatrix({ run, gate }: RecordedRun): Matrix {
  const kind = gate === undefined ? 'run' : 'gate';
  const columns = arrangeColumns(run, gate);
  const gated = Map.groupBy(gate?.cases ?? [], caseKey);
  const rows = [...Map.groupBy(run.cases, caseKey)].map(([key, results]) =>
    createRow(results, columns, gated.get(key) ?? []),
  );
  const byStanding = Map.groupBy(rows, ({ standing }) => standing);
  const groups = standingsOf(kind).flatMap((standing) => {
    const found = byStanding.get(standing);
    return found === undefined ? [] : [{ standing, rows: found }];
  });
  // A case that the gate says nothing about keeps its outcome.
  const rest = standingsOf('run').flatMap((standing) => {
    const found = kind === 'gate' ? byStanding.get(standing) : undefined;
    return found === undefined ? [] : [{ standing, rows: found }];
  });
  return { kind, columns, groups: [...groups, ...rest] };
}

function arrangeColumns(run: RunRecord, gate: GateRecord | undefined): MatrixColumn[] {
  const found = new Map<string, MatrixColumn>();
  for (const { kernel, arch } of run.cases) {
    found.set(JSON.stringify([arch, kernel]), { arch, kernel, role: roleOf(kernel, run, gate) });
  }
  const byArch = Map.groupBy(found.values(), ({ arch }) => arch);
  const baseFirst = (one: MatrixColumn, other: MatrixColumn) =>
    Number(one.role === 'patched') - Number(other.role === 'patched') ||
    Number(one.kernel === gate?.patched.counted) - Number(other.kernel === gate?.patched.counted);
  return [...byArch.values()].flatMap((columns) => columns.toSorted(baseFirst));
}

/** In a gate, the base is what the series was compared with. */
function roleOf(kernel: string, run: RunRecord, gate: GateRecord | undefined): 'base' | 'patched' {
  if (gate !== undefined) return kernel === gate.base.kernel ? 'base' : 'patched';
  return run.kernels.find(({ id }) => id === kernel)?.role ?? 'patched';
}

/** What tells a column's kernel from the others: `base` and `patched` say more than ids, where they do. */
export function kernelLabel({ arch, kernel, role }: MatrixColumn, all: readonly MatrixColumn[]): string {
  return all.filter((one) => one.arch === arch && one.role === role).length > 1 ? kernel : role;
}

/** The same with its architecture. */
export function columnTitle(column: MatrixColumn, all: readonly MatrixColumn[]): string {
  return `${column.arch} ${kernelLabel(column, all)}`;
}

function createRow(
  results: readonly CaseResult[],
  columns: readonly MatrixColumn[],
  gated: readonly GatedCase[],
): MatrixRow {
  const cells = columns.map((column) => {
    const own = results.filter(({ kernel, arch }) => kernel === column.kernel && arch === column.arch);
    return own.length === 0 ? undefined : { column, results: own, outcome: worstOutcome(own) };
  });
  const standings = new Map<ArchName, Standing>(
    [...Map.groupBy(results, ({ arch }) => arch)].map(([arch, own]) => [
      arch,
      gated.find((one) => one.arch === arch)?.class ?? foremost(own.map(standingOf)) ?? 'passed',
    ]),
  );
  const [first] = results;
  return {
    spec: first?.spec ?? '',
    case: first?.case ?? '',
    about: first?.about ?? '',
    cells,
    gated,
    standings,
    standing: foremost([...standings.values()]) ?? 'passed',
  };
}

const standingOf = ({ known, outcome }: CaseResult): Standing => (known === undefined ? outcome : 'known');

function worstOutcome(results: readonly CaseResult[]): Outcome {
  const outcomes = new Set(results.map(({ outcome }) => outcome));
  const order = ['crashed', 'failed', 'hung', 'infra-error', 'skipped', 'passed'] as const;
  return order.find((outcome) => outcomes.has(outcome)) ?? 'crashed';
}

const caseKey = ({ spec, case: name }: { readonly spec: string; readonly case: string }): string =>
  JSON.stringify([spec, name]);
