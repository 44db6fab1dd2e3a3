import type { Suspicion } from '../investigate/suspicion.ts';
import type { JudgingGuest } from '../judge/judging-guest.ts';
import type { KernelFacts } from '../model/world.ts';
import type { ComparedFinding } from './comparison-record.ts';
import type { Side, Sides } from './find-differences.ts';

/** What came of looking into a difference. */
export type Pursued = Pick<
  ComparedFinding,
  'text' | 'standing' | 'note' | 'how' | 'operations' | 'reproducer' | 'folder'
>;

/** A difference to look into. */
export interface PursuedSuspicion {
  readonly suspicion: Suspicion;
  readonly side: Side;
  /** The name of the profile that it was found with. */
  readonly profile: string;
  /** For the name of its folder. */
  readonly number: number;
}

/** The guests of both kernels of one architecture; tests have others. */
export interface Lab {
  readonly facts: Sides<KernelFacts>;
  start(side: Side): Promise<JudgingGuest>;
  /** Makes it small, and runs its reproducer on both kernels. Undefined where it was a hang that did not happen again. */
  pursue(pursued: PursuedSuspicion): Promise<Pursued | undefined>;
}
