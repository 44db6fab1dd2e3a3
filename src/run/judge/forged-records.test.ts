import test from 'ava';
import { distrustForged } from './forged-records.ts';
import { OUTCOMES } from '../record/record.ts';

test('without forged records a judgement does not change', (t) => {
  const judgement = { outcome: 'skipped', problems: [], skipReason: 'no swap' } as const;
  t.is(distrustForged(judgement, 0), judgement);
});

for (const outcome of OUTCOMES) {
  test(`a case that is ${outcome} and has forged records does not pass, and says why`, (t) => {
    const { outcome: judged, problems } = distrustForged({ outcome, problems: ['One.'] }, 3);
    t.is(judged, outcome === 'passed' || outcome === 'skipped' ? 'failed' : outcome);
    t.is(problems[0], 'One.');
    t.regex(problems[1] ?? '', /wrote 3 records on the console in the agent’s name/u);
  });
}
