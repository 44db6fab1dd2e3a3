import { setImmediate as nextTurn } from 'node:timers/promises';
import test from 'ava';
import { createWaitingClones } from './waiting-clones.ts';
import type { StartedGuest } from '../boot/start-guest.ts';

/** Started guests without a QEMU: the pool only looks at whether they have ended; tests count disposals. */
function launcher() {
  const launched: { exit: object | undefined; disposed: number }[] = [];
  const launch = async () => {
    const state = { exit: undefined as object | undefined, disposed: 0 };
    launched.push(state);
    return {
      get qemu() {
        return { exit: state.exit };
      },
      async [Symbol.asyncDispose]() {
        state.disposed += 1;
      },
    } as unknown as StartedGuest;
  };
  return { launched, launch };
}

test('nothing is started before the first guest is asked for', async (t) => {
  const { launched, launch } = launcher();
  await using _pool = createWaitingClones({ size: 2, launch });
  t.is(launched.length, 0);
});

test('after the first, guests come from the pool, which never exceeds its size', async (t) => {
  const { launched, launch } = launcher();
  await using pool = createWaitingClones({ size: 2, launch });
  await pool.take();
  await nextTurn();
  t.is(launched.length, 3);
  await pool.take();
  await pool.take();
  await nextTurn();
  t.is(launched.length, 5);
});

test('a process that died while waiting is not given out', async (t) => {
  const { launched, launch } = launcher();
  await using pool = createWaitingClones({ size: 1, launch });
  await pool.take();
  await nextTurn();
  for (const state of launched) state.exit = { exitCode: 1 };
  const taken = await pool.take();
  t.is(taken.qemu.exit, undefined);
  t.is(launched.filter(({ disposed }) => disposed === 1).length, 1);
});

test('disposing of the pool ends waiting processes, not those given out', async (t) => {
  const { launched, launch } = launcher();
  const pool = createWaitingClones({ size: 2, launch });
  await pool.take();
  await nextTurn();
  await pool[Symbol.asyncDispose]();
  const [givenOut, ...waiting] = launched.map(({ disposed }) => disposed);
  t.is(givenOut, 0);
  t.deepEqual(waiting, [1, 1]);
});

test('a failed launch rejects only for its taker', async (t) => {
  let launches = 0;
  const launch = async (): Promise<StartedGuest> => {
    launches += 1;
    throw new Error(`launch ${launches}`);
  };
  const pool = createWaitingClones({ size: 1, launch });
  await t.throwsAsync(pool.take());
  await nextTurn();
  await t.notThrowsAsync(async () => pool[Symbol.asyncDispose]());
});
