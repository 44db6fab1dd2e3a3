import { countOf } from '../../util/count-of.ts';
import type { Judgement } from './judge-case.ts';

/**
 * Adjusts a judgement for the number of records that a program in the guest forged in the agent's name. They were not
 * believed, but a guest that tries this cannot be trusted in anything else either, so the case cannot pass.
 */
export function distrustForged(judgement: Judgement, forged: number): Judgement {
  if (forged === 0) return judgement;
  const problem = `Something in the guest wrote ${countOf(forged, 'record')} on the console in the agent’s name. None of it was believed.`;
  const { skipReason: _, outcome, problems, ...rest } = judgement;
  const refuted = outcome === 'passed' || outcome === 'skipped';
  return { ...rest, outcome: refuted ? 'failed' : outcome, problems: [...problems, problem] };
}
