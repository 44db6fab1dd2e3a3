import { access, writeFile } from 'node:fs/promises';
import test from 'ava';
import { InfraError } from '../../errors.ts';
import { readGuestMemory } from './guest-memory.ts';
import type { QmpClient } from '../qemu/qmp-client.ts';

/** A monitor that saves memory as scripted. */
function createMonitor(
  save: (asked: { val: number; size: number; filename: string }) => Promise<void>,
): QmpClient {
  return {
    execute: async (_command, given) => save(given as never),
    nextEvent: () => new Promise(() => {}),
  };
}

test('memory that QEMU saves is returned, and its file is removed', async (t) => {
  let file = '';
  const monitor = createMonitor(async ({ val, size, filename }) => {
    t.deepEqual([val, size], [0x4020_0000, 4]);
    file = filename;
    await writeFile(filename, 'abcd');
  });
  t.is(String(await readGuestMemory(monitor, 0x4020_0000n, 4)), 'abcd');
  await t.throwsAsync(access(file));
});

test('a guest without memory there, or without QEMU, is a harness failure', async (t) => {
  const monitor = createMonitor(async () => {
    throw new InfraError('The connection to QEMU’s monitor ended.', { code: 'QMP_CONNECTION_LOST' });
  });
  await t.throwsAsync(readGuestMemory(monitor, 0n, 4), { instanceOf: InfraError });
});

test('an abort ends the wait for a QEMU that does not answer', async (t) => {
  const monitor = createMonitor(() => new Promise(() => {}));
  const signal = AbortSignal.timeout(10);
  await t.throwsAsync(readGuestMemory(monitor, 0n, 4, { signal }), { message: /Interrupted/u });
});
