import type { Shrunk } from '../shrink/shrink.ts';
import type { ComparedFinding } from './comparison-record.ts';
import type { Side } from './find-differences.ts';

/** What a reproducer showed in the guests of one kernel. */
export interface Shown {
  readonly failure: number;
  /** It did something that is neither the failure nor its absence. */
  readonly other: number;
  readonly of: number;
}

/** What is known of something that one kernel showed in a batch, and the other did not. */
export interface Evidence {
  readonly side: Side;
  readonly how: Shrunk['how'];
  /** What its reproducer showed on the kernel that failed; absent where there is none. */
  readonly here?: Shown;
  /** And on the other one; absent where that does not have the calls. */
  readonly there?: Shown;
  /** Whether the smallest program that fails does so in a fresh guest of the other kernel, by the model. */
  readonly again?: 'same' | 'other' | 'nothing';
}

type Judged = Pick<ComparedFinding, 'standing' | 'note'>;

/** A failure that shows in less than two of three pristine guests is not yet one that a series can be blamed for. */
const NEEDED = 2;

/** Says whether it is a difference between the kernels. What no program of its own shows is none that anybody has to believe. */
export function judgeFinding({ side, how, here, there, again }: Evidence): Judged {
  if (again === 'same') return { standing: 'both', note: `Its programs fail ${onOther(side)}, too.` };
  if (here === undefined) return { standing: 'unconfirmed', note: WITHOUT_REPRODUCER[how] };
  if (there !== undefined && there.failure > 0)
    return {
      standing: 'both',
      note: `Its reproducer fails ${onOther(side)}, too, in ${there.failure} of ${there.of} fresh guests.`,
    };
  if (here.failure < Math.min(NEEDED, here.of))
    return {
      standing: 'unconfirmed',
      note: `Its reproducer failed in ${here.failure} of ${here.of} fresh guests.`,
    };
  if (there !== undefined && there.other > 0 && again !== 'nothing')
    return { standing: 'unconfirmed', note: `Its reproducer does something else ${onOther(side)}.` };
  const standing = side === 'patched' ? 'regression' : 'fix';
  return there === undefined ? { standing, note: 'The base does not have this call.' } : { standing };
}

const WITHOUT_REPRODUCER: Readonly<Record<Shrunk['how'], string>> = {
  alone: 'There is no reproducer that compiles.',
  together: 'It happens only while other programs run, so that it has no reproducer.',
  once: 'It did not happen again.',
};

const onOther = (side: Side): string => (side === 'patched' ? 'on the base' : 'with the series');
