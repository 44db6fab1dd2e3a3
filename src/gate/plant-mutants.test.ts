import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { gateProgram } from '../../fixtures/gate/gated-program.ts';
import { InfraError } from '../errors.ts';
import type { KgateEvent } from '../events.ts';
import type { LineMutants } from '../mutants/lines/line-mutants-record.ts';
import { runCommand } from '../process/run-command.ts';
import { gateRecordSchema } from './gate-record.ts';

const CASES = ['with_1', 'with_2', 'with_3'];
/** More than there are. */
const ALL = { kind: 'count', count: 100 } as const;

/** Bugs that change nothing in what GCC 12 makes of the program, and something in what GCC 14 does. */
const SEEN_THROUGH = new Set(['4 off by one', '15 off by one', '16 off by one']);
const isCertain = (place: string): boolean => !SEEN_THROUGH.has(place);
const seesThrough = /^12\b/u.test((await runCommand('gcc', ['-dumpversion'])).stdout);

const placesOf = (mutants: LineMutants | undefined): readonly string[] =>
  (mutants?.planted ?? []).map(
    ({ line, bug, noticed }) => `${line} ${bug}${noticed === undefined ? '' : ', noticed'}`,
  );

/** The record as it was left on disk. */
async function saved(folder: string) {
  const text = await readFile(join(folder, 'gate.json'), 'utf8');
  return gateRecordSchema.parse(JSON.parse(text));
}

test.serial('bugs in lines that ran are noticed or not, and left out where they are none', async (t) => {
  const events: KgateEvent[] = [];
  await using set = await gateProgram({ cases: CASES, mutants: ALL, sink: (event) => events.push(event) });
  const { record, run, folder, executed } = set;
  const { mutants } = record;
  t.is(record.verdict, 'good');
  t.like(mutants, { arch: 'x86_64', ended: 'complete', remaining: 0 });
  const places = placesOf(mutants);
  t.deepEqual(places.filter(isCertain), [
    '4 negated condition',
    '23 negated condition',
    '25 negated condition, noticed',
    '23 off by one',
  ]);
  if (seesThrough) t.is(places.length, 4);
  const noticed = mutants?.planted.find(({ line }) => line === 25);
  t.deepEqual(noticed?.before, ['\treturn sum(argc) == 0;']);
  t.deepEqual(noticed?.after, ['\treturn sum(argc) != 0;']);
  t.like(noticed, { path: 'counted.c', function: 'main', patch: '0001-add-counted.patch', cases: 3 });
  t.like(noticed?.noticed, {
    spec: 'one',
    outcome: 'failed',
    problem: 'call.errno: expected EFAULT, seen "1".',
  });
  // There is no -EINVAL in it, and the compiler sees through the rest.
  t.deepEqual(mutants?.leftOut, { notBuilt: 2, unchanged: 8 - places.length, undecided: 0 });
  t.true(places.length <= 7);
  t.is(mutants?.plantable, 8);
  // One case was enough where it noticed, and all were executed where none did.
  const shown = (bug: string) => executed.filter((one) => one.startsWith(`counted+counted.c-${bug} `)).length;
  t.is(shown('25-negated-condition'), 1);
  t.is(shown('4-negated-condition'), 3);
  t.deepEqual(await saved(folder.path), record);
  t.false(run.cases.some(({ kernel }) => kernel.includes('+')));
  const fates = events.flatMap((event) => (event.type === 'mutant-finished' ? [event.fate] : []));
  t.deepEqual(fates.slice(0, 2), ['not noticed by 3 cases', 'not noticed by 3 cases']);
  if (seesThrough) t.is(fates[2], 'left out: the same code comes out');
  t.is(fates.filter((fate) => fate === 'left out: the same code comes out').length, 8 - places.length);
});

test.serial('a number of bugs is a limit, and the rest is counted', async (t) => {
  await using set = await gateProgram({ cases: CASES, mutants: { kind: 'count', count: 1 } });
  const { mutants } = set.record;
  t.is(mutants?.planted.length, 1);
  t.is(mutants?.ended, 'count');
  t.is(mutants?.remaining, 9);
});

test.serial('a time is a limit, too: a bug that was being tried does not count', async (t) => {
  await using set = await gateProgram({ cases: CASES, mutants: { kind: 'time', ms: 1 } });
  const { mutants, verdict } = set.record;
  t.deepEqual(mutants?.planted, []);
  t.is(mutants?.ended, 'time');
  t.is(mutants?.remaining, 10);
  t.is(verdict, 'good');
});

test.serial('after an interruption, the verdict and what was found so far are kept', async (t) => {
  const abort = new AbortController();
  await using set = await gateProgram({
    cases: CASES,
    mutants: ALL,
    signal: abort.signal,
    beforeCase: (kernel) => {
      if (kernel.endsWith('25-negated-condition')) abort.abort();
    },
  });
  const { mutants, verdict } = await saved(set.folder.path);
  t.is(verdict, 'good');
  t.is(mutants?.ended, 'interrupted');
  t.deepEqual(placesOf(mutants).filter(isCertain), ['4 negated condition', '23 negated condition']);
  if (seesThrough) t.is(mutants?.planted.length, 2);
  t.true((mutants?.remaining ?? 0) > 0);
});

test.serial('what the harness fails to show is neither noticed nor unnoticed', async (t) => {
  await using set = await gateProgram({
    cases: ['with_1'],
    mutants: ALL,
    beforeCase: () => {
      throw new InfraError('The guest is gone.', { code: 'GUEST_GONE' });
    },
  });
  const { mutants, verdict } = set.record;
  t.deepEqual(mutants?.planted, []);
  t.is(mutants?.ended, 'complete');
  t.true((mutants?.leftOut.undecided ?? 0) > 0);
  t.is(verdict, 'good');
});

test.serial('nothing is planted unless it was asked for', async (t) => {
  await using set = await gateProgram({ cases: ['with_1'] });
  t.is(set.record.mutants, undefined);
  t.false(set.executed.some((one) => one.includes('+')));
});
