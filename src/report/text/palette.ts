import { bold, cyan, dim, green, red, yellow } from 'yoctocolors';
import type { Outcome, Verdict } from '../../run/record/record.ts';

type Paint = (text: string) => string;

/** The few styles that reports use; without colour, each is the identity. */
export interface Palette {
  readonly good: Paint;
  readonly bad: Paint;
  readonly odd: Paint;
  readonly quiet: Paint;
  readonly strong: Paint;
  readonly place: Paint;
}

const plain: Paint = (text) => text;

/** Chooses the styles. The caller knows whether its stream is a terminal and whether the user wants colour. */
export function createPalette(colour: boolean): Palette {
  return colour
    ? { good: green, bad: red, odd: yellow, quiet: dim, strong: bold, place: cyan }
    : { good: plain, bad: plain, odd: plain, quiet: plain, strong: plain, place: plain };
}

/** The style of an outcome or a verdict. Its word is always printed too. */
export function paintOutcome(palette: Palette, outcome: Outcome | Verdict): Paint {
  if (outcome === 'passed') return palette.good;
  const undecided = outcome === 'skipped' || outcome === 'interrupted' || outcome === 'infra-error';
  return undecided ? palette.odd : palette.bad;
}
