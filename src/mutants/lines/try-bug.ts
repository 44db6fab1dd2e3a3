import { basename } from 'node:path';
import type { PlannedCase } from '../../run/plan/plan.ts';
import { shapeKey } from '../../run/plan/shape-key.ts';
import type { CaseResult } from '../../run/record/record.ts';
import { clipLine } from '../../util/clip-line.ts';
import { withoutUndefined } from '../../util/without-undefined.ts';
import type { Original } from '../original.ts';
import { patienceWith, type Durations } from '../patience.ts';
import { plant, type Planted } from '../plant.ts';
import { showToCases, type CaseHost } from '../run-suite.ts';
import type { LineBug } from './choose-bugs.ts';
import { editPatch } from './edit-patch.ts';
import type { PlantedBug } from './line-mutants-record.ts';

/** The patched kernel, in which bugs are planted. */
export type Ground = Pick<Original, 'definition' | 'arch' | 'code'>;

/** Builds the kernel with one bug. */
export function plantBug(
  bug: LineBug,
  ground: Ground,
  host: Pick<CaseHost, 'backend' | 'signal'>,
): Promise<Planted> {
  const { file, line, kind, edit } = bug;
  const name = `${basename(file.path)}-${line.line}-${kind.replaceAll(' ', '-')}`;
  const diff = editPatch(file.path, file.text, edit);
  return plant({ name, diff, plants: describeBug(bug) }, ground, host);
}

/** `mm/mremap.c:921, negated condition` */
export function describeBug({ file, line, kind }: LineBug): string {
  return `${file.path}:${line.line}, ${kind}`;
}

/** What came of showing a bug to cases; `trouble` where the harness failed before any of them noticed. */
export type ShownBug =
  { readonly kind: 'decided'; readonly noticed: PlantedBug['noticed'] } | { readonly kind: 'trouble' };

export interface ShowOptions {
  /** The cases that may notice, the most apt first; they are planned for the kernel without the bug. */
  readonly witnesses: readonly PlannedCase[];
  readonly took: Durations;
  /** For their consoles. */
  readonly folder: string;
  readonly host: CaseHost;
}

/** Shows a bug to cases until one notices. Machines of one shape come first: each other one has to be booted. */
export async function showBug(
  { definition }: Extract<Planted, { kind: 'built' }>,
  { witnesses, took, folder, host }: ShowOptions,
): Promise<ShownBug> {
  let isTroubled = false;
  for (const stage of Map.groupBy(witnesses, ({ shape }) => shapeKey(shape)).values()) {
    const plan = stage.map((planned) => ({
      ...planned,
      kernel: definition.id,
      timeoutMs: patienceWith(planned, took),
    }));
    const { results } = await showToCases(plan, definition, folder, { ...host, failFast: true });
    const [noticed] = results.flatMap(asNotice);
    if (noticed !== undefined) return { kind: 'decided', noticed };
    isTroubled ||= results.length < plan.length || results.some(({ outcome }) => outcome === 'infra-error');
  }
  return isTroubled ? { kind: 'trouble' } : { kind: 'decided', noticed: undefined };
}

const PROBLEM_MAX = 300;

function asNotice({
  spec,
  case: name,
  outcome,
  problems,
  splat,
}: CaseResult): NonNullable<PlantedBug['noticed']>[] {
  if (outcome !== 'failed' && outcome !== 'crashed' && outcome !== 'hung') return [];
  const [told] = (splat?.title ?? problems[0])?.split('\n') ?? [];
  const problem = told === undefined ? undefined : clipLine(told, PROBLEM_MAX);
  return [{ spec, case: name, outcome, ...withoutUndefined({ problem }) }];
}
