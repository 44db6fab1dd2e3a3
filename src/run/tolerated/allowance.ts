import type { Splat } from '../../console/splats/splat.ts';
import { displayPath } from '../../spec/diagnostic.ts';
import { appliesTo, findAllowing, type AllowedSplat, type SplatScene } from './allow-list.ts';
import type { PlannedCase } from '../plan/plan.ts';

/** A run's use of an allow-list. */
export interface Allowance {
  /** The entry that allows a splat of a case. */
  find(splat: Splat, planned: PlannedCase): AllowedSplat | undefined;
  /** One sentence for each entry that the run could have used but did not. */
  complaints(): string[];
  /** Which entries were needed so far, by their places in the list. */
  used(): readonly number[];
  /** Takes over what was needed where part of the run was executed. */
  noteUsed(places: readonly number[]): void;
}

/** Allows nothing. */
export const NO_ALLOWANCE: Allowance = {
  find: () => undefined,
  complaints: () => [],
  used: () => [],
  noteUsed() {},
};

/** A kernel, as an allow-list sees it. */
export interface AllowanceKernel {
  readonly id: string;
  readonly variant: string;
  /** Id of its base kernel. */
  readonly base?: string | undefined;
}

/** A run, as an allow-list sees it. */
export interface AllowanceScope {
  readonly plan: readonly PlannedCase[];
  readonly kernels: readonly AllowanceKernel[];
  /** Whether every case of the project is planned. A partial run cannot show that an entry is unused. */
  readonly complete: boolean;
}

/** Tracks which entries of an allow-list a run needed. */
export function createAllowance(
  entries: readonly AllowedSplat[],
  { plan, kernels, complete }: AllowanceScope,
): Allowance {
  if (entries.length === 0) return NO_ALLOWANCE;
  const known = new Map(kernels.map((kernel) => [kernel.id, kernel]));
  const sceneOf = ({ kernel: id, arch }: PlannedCase): SplatScene => {
    const { base, variant } = known.get(id) ?? { variant: '' };
    return { kernels: base === undefined ? [id] : [id, base], arch, variant };
  };
  const used = new Set<AllowedSplat>();
  return {
    find(splat, planned) {
      const entry = findAllowing(entries, splat, sceneOf(planned));
      if (entry !== undefined) used.add(entry);
      return entry;
    },
    complaints() {
      if (!complete) return [];
      const scenes = plan.map(sceneOf);
      return entries
        .filter((entry) => !used.has(entry) && scenes.some((scene) => appliesTo(entry, scene)))
        .map((entry) => complain(entry));
    },
    used: () => [...entries.entries()].flatMap(([place, entry]) => (used.has(entry) ? [place] : [])),
    noteUsed(places) {
      for (const place of places) if (entries[place] !== undefined) used.add(entries[place]);
    },
  };
}

function complain(entry: AllowedSplat): string {
  const { file, range } = entry.diagnose('');
  const what = entry.title ?? entry.matches ?? '';
  return `${displayPath(file)}:${range.line}:${range.column} allows "${what}", which no case of this run needed: remove the entry.`;
}
