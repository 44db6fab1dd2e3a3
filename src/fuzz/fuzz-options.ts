import type { Finding } from './findings/finding.ts';
import type { GuestSupply } from './guest/open-supply.ts';
import type { InvestigateOptions } from './investigate/investigate.ts';
import type { Suspicion } from './investigate/suspicion.ts';
import type { JudgingGuest } from './judge/judging-guest.ts';
import type { Operation } from './language/operation.ts';
import type { Profile } from './operations/profiles.ts';
import type { Session } from './session.ts';

export interface FuzzOptions {
  readonly profile: Profile;
  readonly operations: readonly Operation[];
  readonly seed: number;
  /** Where an earlier run ended; from the beginning of the seed by default. */
  readonly from?: Pick<Session, 'batches' | 'programs' | 'ms' | 'known'>;
  /** One guest after the other runs on each. */
  readonly supplies: readonly GuestSupply[];
  /** It ends when either is reached, or when the signal fires. */
  readonly programsMax: number;
  readonly msMax: number;
  readonly findingsMax: number;
  /** Where findings go, a folder each. */
  readonly folder: string;
  readonly guests: string;
  readonly signal: AbortSignal;
  readonly onFinding?: (finding: Finding, folder: string) => void;
  readonly onNotice?: (message: string) => void;
  /** By default guests in QEMU. */
  readonly lab?: FuzzLab;
}

/** Guests, and what looks into what they show; tests have others. */
export interface FuzzLab {
  start(
    supply: GuestSupply,
    operations: ReadonlyMap<string, Operation>,
    signal: AbortSignal,
  ): Promise<JudgingGuest>;
  /** See investigate. */
  investigate(
    suspicion: Suspicion,
    options: InvestigateOptions,
  ): Promise<{ readonly finding: Finding } | undefined>;
}

/** A finding, and the folder that it is in. */
export interface FoundFolder {
  readonly finding: Finding;
  readonly folder: string;
}
