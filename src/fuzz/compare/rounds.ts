import type { Profile } from '../operations/profiles.ts';
import type { Side, Sides } from './find-differences.ts';

/** Batches of one profile, and the kernels that run them. Rounds take turns. */
export interface Round {
  readonly profile: Profile;
  readonly sides: readonly Side[];
}

/**
 * What two kernels are fuzzed with: the calls that both have. Where only the patched kernel has further ones, it runs
 * programs of those by itself, every second batch.
 */
export function planRounds({ base, patched }: Sides<Profile>): readonly Round[] {
  const isAdded = patched.operations.length > base.operations.length;
  const alone: Round = { profile: patched, sides: ['patched'] };
  return [{ profile: isAdded ? base : patched, sides: ['base', 'patched'] }, ...(isAdded ? [alone] : [])];
}
