import { matchesGlob } from 'node:path';
import type { CommandJudgement } from './judge-command.ts';

/**
 * The tests that are wanted of those that a program reported. One that was wanted and not reported was not executed:
 * then the program as a whole cannot count as passed.
 */
export function selectTests(judged: CommandJudgement, only: readonly string[] | undefined): CommandJudgement {
  if (only === undefined) return judged;
  const { judgement, tests } = judged;
  const wanted = tests.filter(({ name }) => only.some((pattern) => matches(pattern, name)));
  const absent = only.filter((pattern) => !tests.some(({ name }) => matches(pattern, name)));
  if (absent.length === 0 || judgement.outcome !== 'passed') return { judgement, tests: wanted };
  const skipReason = `the program reported no test ${absent.map((pattern) => `"${pattern}"`).join(', ')}`;
  return { judgement: { outcome: 'skipped', problems: [], skipReason }, tests: wanted };
}

const matches = (pattern: string, name: string): boolean => name === pattern || matchesGlob(name, pattern);
