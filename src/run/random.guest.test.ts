import { resolve } from 'node:path';
import test from 'ava';
import { runInGuests } from '../../fixtures/run/run-in-guests.ts';

const PROJECT = resolve(import.meta.dirname, '../../fixtures/random');
const REPEAT = 5;

test('clones draw alike from the random state of their template, and apart with a seed of their own', async (t) => {
  t.timeout(60 * 60 * 1_000);
  await using run = await runInGuests(PROJECT, { kernels: ['linux-6.12'], repeat: REPEAT });
  t.is(run.record.verdict, 'passed');
  for (const arch of new Set(run.record.cases.map((one) => one.arch))) {
    const of = (spec: string) => run.record.cases.filter((one) => one.arch === arch && one.spec === spec);
    const draws = (spec: string) => new Set(of(spec).map(({ observations }) => observations['drawn']));
    t.log(`${arch}: ${draws('template').size} of ${REPEAT} draws differ without a seed.`);
    t.true(draws('template').size < REPEAT, arch);
    t.is(draws('reseeded').size, REPEAT, arch);
    t.true(of('template').every(({ seed }) => seed === undefined));
    t.is(new Set(of('reseeded').map(({ seed }) => seed)).size, REPEAT);
    t.true(of('reseeded').every(({ seed }) => /^[0-9a-f]{64}$/u.test(seed ?? '')));
  }
});
