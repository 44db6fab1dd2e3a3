import { join } from 'node:path';
import type { ArchName } from '../../arch/architectures.ts';
import { HostError, InfraError } from '../../errors.ts';
import type { EventSink } from '../../events.ts';
import type { KernelDefinition } from '../../kernel/definition/definition.ts';
import type { PlannedCase } from '../../run/plan/plan.ts';
import { countOf } from '../../util/count-of.ts';
import { withoutUndefined } from '../../util/without-undefined.ts';
import { digestCode } from '../code-digest.ts';
import type { Durations } from '../patience.ts';
import { uproot, type Planted } from '../plant.ts';
import type { CaseHost } from '../run-suite.ts';
import type { LineBug } from './choose-bugs.ts';
import type { LineMutants, PlantedBug } from './line-mutants-record.ts';
import type { MutantBound } from './mutant-bound.ts';
import { describeBug, plantBug, showBug, type Ground } from './try-bug.ts';

/** What the bugs are, and who may notice them. */
export interface LineMutantsOptions {
  /** The kernel to plant them in. */
  readonly kernel: KernelDefinition;
  readonly arch: ArchName;
  /** In the order in which they are planted. */
  readonly bugs: readonly LineBug[];
  /** The cases that may notice a bug, the most apt first; at least one. */
  readonly witnessesOf: (bug: LineBug) => readonly PlannedCase[];
  /** What each took without a bug. */
  readonly took: Durations;
  readonly bound: MutantBound;
  readonly host: CaseHost;
  /** For consoles. */
  readonly folder: string;
  readonly sink: EventSink;
  /** Receives what is known after each bug. */
  readonly onProgress: (soFar: LineMutantsResult) => Promise<void>;
}

/** What is known about the bugs; how many lines there are is for others to say. */
export type LineMutantsResult = Omit<LineMutants, 'lines' | 'plantable'>;

/**
 * Plants bugs one after the other and shows each to cases until one notices, while the kernel with the next one is being
 * built. Ends with the last bug, at the bound or when the signal fires: a bug that it was trying by then does not count.
 */
export async function runLineMutants(options: LineMutantsOptions): Promise<LineMutantsResult> {
  const trials = new LineTrials(options);
  try {
    await trials.run();
  } catch (error) {
    trials.explain(error);
  }
  await trials.clearAway();
  return trials.result();
}

type LeftOut = LineMutants['leftOut'];

class LineTrials {
  readonly #options: LineMutantsOptions;
  readonly #began = performance.now();
  readonly #time: AbortSignal | undefined;
  /** Fires on an interrupt, and when the time is over. */
  readonly #stop: AbortSignal;
  readonly #planted: PlantedBug[] = [];
  readonly #leftOut: LeftOut = { notBuilt: 0, unchanged: 0, undecided: 0 };
  #ahead: Promise<Planted> | undefined;
  #trouble: string | undefined;

  constructor(options: LineMutantsOptions) {
    const { bound, host } = options;
    this.#options = options;
    this.#time = bound.kind === 'time' ? AbortSignal.timeout(bound.ms) : undefined;
    this.#stop = this.#time === undefined ? host.signal : AbortSignal.any([host.signal, this.#time]);
  }

  async run(): Promise<void> {
    const { kernel: definition, arch, bugs, host, sink } = this.#options;
    if (bugs.length === 0) return;
    const { vmlinux } = await host.backend.buildKernel(definition, arch, {
      signal: this.#stop,
      sink: () => {},
    });
    const ground: Ground = { definition, arch, code: await digestCode(vmlinux) };
    for (const [index, bug] of bugs.entries()) {
      if (this.#isEnough(0) || this.#stop.aborted) return;
      sink({ type: 'mutant-started', bug: describeBug(bug) });
      const planted = await (this.#ahead ?? this.#plant(bug, ground));
      const next = bugs[index + 1];
      this.#ahead =
        next === undefined || this.#isEnough(planted.kind === 'built' ? 1 : 0)
          ? undefined
          : this.#plant(next, ground);
      const fate = await this.#try(bug, planted);
      if (fate === undefined) return;
      const { planted: shown, remaining } = this.result();
      const unnoticed = shown.filter(({ noticed }) => noticed === undefined).length;
      sink({
        type: 'mutant-finished',
        bug: describeBug(bug),
        fate,
        planted: shown.length,
        unnoticed,
        remaining,
      });
      await this.#options.onProgress(this.result());
    }
  }

  /** An error ends it, but what was found stands. One of kgate itself is passed on. */
  explain(error: unknown): void {
    if (this.#stop.aborted) return;
    if (!(error instanceof InfraError || error instanceof HostError)) throw error;
    this.#trouble = error.message;
  }

  /** Removes the kernel that was built ahead. */
  async clearAway(): Promise<void> {
    const planted = await this.#ahead?.catch(() => undefined);
    if (planted?.kind === 'built') await uproot(planted.kernel);
  }

  result(): LineMutantsResult {
    const { arch, bugs } = this.#options;
    const { notBuilt, unchanged, undecided } = this.#leftOut;
    const remaining = bugs.length - this.#planted.length - notBuilt - unchanged - undecided;
    return {
      arch,
      planted: [...this.#planted],
      leftOut: { ...this.#leftOut },
      remaining,
      ended: this.#howEnded(remaining),
      ...withoutUndefined({ trouble: this.#trouble }),
      ms: Math.round(performance.now() - this.#began),
    };
  }

  #howEnded(remaining: number): LineMutants['ended'] {
    if (remaining === 0) return 'complete';
    if (this.#trouble !== undefined) return 'trouble';
    if (this.#options.host.signal.aborted) return 'interrupted';
    return this.#time === undefined ? 'count' : 'time';
  }

  #isEnough(more: number): boolean {
    const { bound } = this.#options;
    return bound.kind === 'count' && this.#planted.length + more >= bound.count;
  }

  #plant(bug: LineBug, ground: Ground): Promise<Planted> {
    const { backend } = this.#options.host;
    const planting = plantBug(bug, ground, { backend, signal: this.#stop });
    // It is awaited in the next round, or when all is cleared away.
    planting.catch(() => {});
    return planting;
  }

  /** What became of a bug, in words; undefined if it was not tried to the end. */
  async #try(bug: LineBug, planted: Planted): Promise<string | undefined> {
    if (planted.kind === 'broken') {
      this.#leftOut[planted.why === 'unchanged' ? 'unchanged' : 'notBuilt'] += 1;
      return planted.why === 'unchanged'
        ? 'left out: the same code comes out'
        : 'left out: it does not build';
    }
    const { witnessesOf, took, folder, host } = this.#options;
    const began = performance.now();
    const witnesses = witnessesOf(bug);
    const shown = await showBug(planted, {
      witnesses,
      took,
      folder: join(folder, String(this.#planted.length + 1)),
      host: { ...host, signal: this.#stop },
    }).finally(() => uproot(planted.kernel));
    if (shown.kind === 'trouble') {
      if (this.#stop.aborted) return undefined;
      this.#leftOut.undecided += 1;
      return 'left out: the harness failed';
    }
    const { noticed } = shown;
    this.#planted.push(describe(bug, witnesses.length, noticed, Math.round(performance.now() - began)));
    return noticed === undefined
      ? `not noticed by ${countOf(witnesses.length, 'case')}`
      : `noticed by ${noticed.spec} › ${noticed.case}`;
  }
}

function describe(
  { file, line, function: name, kind, edit }: LineBug,
  cases: number,
  noticed: PlantedBug['noticed'],
  ms: number,
): PlantedBug {
  return {
    path: file.path,
    line: line.line,
    ...withoutUndefined({ function: name, noticed }),
    patch: line.patch,
    bug: kind,
    before: [...edit.before],
    after: [...edit.after],
    cases,
    ms,
  };
}
