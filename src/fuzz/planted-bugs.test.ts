import test from 'ava';
import { PLANTED_BUGS, type PlantedBug } from '../../fixtures/fuzz/planted-bugs.ts';
import { simulate } from '../../fixtures/fuzz/simulate.ts';
import { drawBatch } from './generate/draw-batch.ts';
import { judgeProgram } from './judge/judge-program.ts';
import type { Operation } from './language/operation.ts';
import { findProfile, OPERATIONS } from './operations/profiles.ts';

const KERNEL = { release: [6, 12] } as const;
const BATCHES = 250;
const SIDE = 16;

const byName = (operations: readonly Operation[]) => new Map(operations.map((one) => [one.name, one]));
const right = byName(OPERATIONS);

/** The number of the first program that shows a bug, from 1; undefined where none does. */
function firstToShow({ profile, operations, World }: PlantedBug): number | undefined {
  const planted = byName(operations);
  for (let number = 0; number < BATCHES; number += 1) {
    const request = { seed: 1, number, programs: SIDE, profile: findProfile(profile), kernel: KERNEL };
    for (const [index, program] of drawBatch(request).entries()) {
      const observed = simulate(program, planted, KERNEL, (...args) => new World(...args));
      const { divergence } = judgeProgram(program, observed, { operations: right, kernel: KERNEL });
      if (divergence !== undefined) return number * SIDE + index + 1;
    }
  }
  return undefined;
}

for (const bug of PLANTED_BUGS)
  test(`programs show a kernel with ${bug.name}`, (t) => {
    const program = firstToShow(bug);
    t.log(`program ${program}`);
    t.truthy(program);
  });

test('programs show nothing of a kernel without a bug', (t) => {
  const World = PLANTED_BUGS.find(({ operations }) => operations !== OPERATIONS)!.World;
  t.is(firstToShow({ name: 'none', profile: 'mm', operations: OPERATIONS, World }), undefined);
});
