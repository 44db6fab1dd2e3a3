import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createTemporaryFolder } from '../../process/temporary-folder.ts';
import { bounded } from '../bounded.ts';
import type { GuestWait } from '../guest.ts';
import type { QmpClient } from '../qemu/qmp-client.ts';

const READ_MS = 15_000;

/**
 * Reads a guest's physical memory from outside. Neither its kernel nor its agent takes part, so it works while QEMU
 * lives, whatever state the guest is in. Throws InfraError when QEMU is gone, or has no memory there.
 */
export async function readGuestMemory(
  qmp: QmpClient,
  address: bigint,
  length: number,
  wait: GuestWait = {},
): Promise<Buffer> {
  await using folder = await createTemporaryFolder('kgate-memory');
  const filename = join(folder.path, 'content');
  // QMP numbers are 64 bits wide; a double holds enough for the memory that guests have.
  const saving = qmp.execute('pmemsave', { val: Number(address), size: length, filename });
  await bounded('reading a guest’s memory', saving, { deadlineMs: READ_MS, ...wait });
  return await readFile(filename);
}
