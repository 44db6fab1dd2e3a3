import { assert, nat, property } from 'fast-check';
import test from 'ava';
import { UsageError } from '../../errors.ts';
import { drawBatch } from '../generate/draw-batch.ts';
import { findProfile, OPERATIONS } from '../operations/profiles.ts';
import { readProgram, writeProgram } from './program-file.ts';
import { stepsOf } from './program.ts';

const REQUEST = { programs: 2, profile: findProfile('mm'), kernel: { release: [6, 12] } } as const;

test('a program that was drawn is read again as it was written', (t) => {
  const reads = property(nat(), nat(1_000), (seed, number) => {
    for (const program of drawBatch({ ...REQUEST, seed, number })) {
      const again = readProgram(JSON.parse(JSON.stringify(writeProgram(program))), OPERATIONS);
      t.deepEqual(
        stepsOf(again).map(({ process, action }) => ({ process, action: { ...action, index: 0 } })),
        stepsOf(program).map(({ process, action }) => ({ process, action: { ...action, index: 0 } })),
      );
    }
  });
  // One with a mapping of no pages at the end of the arena.
  assert(reads, { numRuns: 50, examples: [[317_769_667, 478]] });
  t.pass();
});

test('the same seed and number draw the same programs', (t) => {
  const request = { ...REQUEST, seed: 7, number: 3 };
  t.deepEqual(drawBatch(request), drawBatch(request));
  t.notDeepEqual(drawBatch(request), drawBatch({ ...request, number: 4 }));
});

const refused = test.macro({
  exec(t, program: unknown, detail: RegExp) {
    const error = t.throws(() => readProgram(program, OPERATIONS), { instanceOf: UsageError });
    t.is(error.code, 'FUZZ_PROGRAM_INVALID');
    t.regex(error.detail ?? '', detail);
  },
  title: (name) => `a program is refused ${name}`,
});

const exit = { process: 'A', do: 'exit' };
test(
  'in which a process that was never forked acts',
  refused,
  { processes: ['A'], steps: [{ process: 'B', do: 'exit' }, exit] },
  /Process B has a turn/u,
);
test(
  'that leaves a process behind',
  refused,
  { processes: ['A', 'B'], steps: [exit] },
  /Process B never exits/u,
);
test(
  'that forks a process twice',
  refused,
  { processes: ['A'], steps: [{ process: 'A', do: 'fork', child: 'A' }, exit] },
  /Process A begins twice/u,
);
test(
  'with an operation that is unknown',
  refused,
  { processes: ['A'], steps: [{ process: 'A', do: 'mseal', with: {} }, exit] },
  /do/u,
);
test(
  'with an argument out of range',
  refused,
  {
    processes: ['A'],
    steps: [{ process: 'A', do: 'munmap', with: { page: 99, count: 1, end: 'whole' } }, exit],
  },
  /page/u,
);
