import { assert, asyncProperty, integer, nat, uniqueArray } from 'fast-check';
import test from 'ava';
import { findFirstBad, type ProbeAnswer } from './find-first-bad.ts';

/** A history that gets bad with change `first`, in which some states are silent. */
function historyOf(first: number, silent: ReadonlySet<number> = new Set()) {
  const asked: number[] = [];
  const ask = async (state: number): Promise<ProbeAnswer> => {
    asked.push(state);
    if (silent.has(state)) return 'cannot-tell';
    return state >= first ? 'bad' : 'good';
  };
  return { asked, ask };
}

test('the first bad change is found wherever it is, and no state is asked twice', async (t) => {
  await assert(
    asyncProperty(integer({ min: 1, max: 200 }), nat(), async (changes, seed) => {
      const first = 1 + (seed % changes);
      const { asked, ask } = historyOf(first);
      t.deepEqual(await findFirstBad(changes, ask), { kind: 'found', first });
      t.is(new Set(asked).size, asked.length);
      t.true(asked.length <= 3 + Math.ceil(Math.log2(changes)));
    }),
  );
});

test('states that cannot tell are passed over, and the answer is never wrong', async (t) => {
  await assert(
    asyncProperty(
      integer({ min: 1, max: 40 }),
      nat(),
      uniqueArray(integer({ min: 1, max: 39 })),
      async (changes, seed, mute) => {
        const first = 1 + (seed % changes);
        const silent = new Set(mute.filter((state) => state < changes));
        const { asked, ask } = historyOf(first, silent);
        const found = await findFirstBad(changes, ask);
        t.is(new Set(asked).size, asked.length);
        if (found.kind === 'found') t.is(found.first, first);
        else if (found.kind === 'narrowed') {
          t.true(found.first <= first && first <= found.last);
          for (let state = found.first; state < found.last; state++) t.true(silent.has(state));
        } else t.fail(found.kind);
      },
    ),
  );
});

test('a history that is bad before its first change is not searched', async (t) => {
  const { asked, ask } = historyOf(0);
  t.deepEqual(await findFirstBad(8, ask), { kind: 'not-good-before', answer: 'bad' });
  t.deepEqual(asked, [0]);
});

test('a history that is good after its last change is not searched', async (t) => {
  const { asked, ask } = historyOf(9);
  t.deepEqual(await findFirstBad(8, ask), { kind: 'not-bad-after', answer: 'good' });
  t.deepEqual(asked, [0, 8]);
});
