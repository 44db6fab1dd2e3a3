import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createTemporaryFolder } from '../../process/temporary-folder.ts';
import { bounded } from '../bounded.ts';
import { migrationEnd, prepareMigration } from '../qemu/migration.ts';
import type { QmpClient } from '../qemu/qmp-client.ts';
import { withQemuEvidence } from '../qemu/qemu-failure.ts';
import type { QemuProcess } from '../qemu/qemu-process.ts';

const FREEZE_MS = 30_000;

/**
 * Stops a guest for good and writes the state of its devices to a file; its memory is already in a separate file.
 * The state comes over a socket: this works with every QEMU, and in a sandbox that forbids QEMU to start programs.
 */
export async function freezeGuest(qemu: QemuProcess, stateFile: string, signal?: AbortSignal): Promise<void> {
  const wait = { deadlineMs: FREEZE_MS, signal };
  try {
    await bounded('preparing to freeze a guest', prepareMigration(qemu.qmp), wait);
    await stopIntoFile(qemu.qmp, stateFile, wait);
  } catch (error) {
    throw await withQemuEvidence(error, qemu, 'freezing its guest');
  }
  // The memory file is complete once QEMU is gone.
  const quit = Promise.all([qemu.qmp.execute('quit'), qemu.exited]);
  await bounded('ending QEMU after a freeze', quit, wait);
}

/**
 * Stops a guest and writes to a file what its QEMU has of it: the state of its devices, and its memory unless that is a
 * shared file. QEMU stays.
 */
export async function stopIntoFile(
  qmp: QmpClient,
  stateFile: string,
  wait: { readonly deadlineMs: number; readonly signal?: AbortSignal | undefined },
): Promise<void> {
  await using receiver = await receiveIntoFile(stateFile);
  const transfer = Promise.all([
    migrationEnd(qmp),
    qmp.execute('stop'),
    qmp.execute('migrate', { uri: `unix:${receiver.path}` }),
    receiver.finished,
  ]);
  await bounded('freezing a guest', transfer, wait);
}

interface Receiver extends AsyncDisposable {
  /** A socket that takes one connection. */
  readonly path: string;
  /** Settles when everything from the connection is in the file. */
  readonly finished: Promise<void>;
}

async function receiveIntoFile(file: string): Promise<Receiver> {
  await using resources = new AsyncDisposableStack();
  const folder = resources.use(await createTemporaryFolder('kgate-freeze', socketParent()));
  const path = join(folder.path, 'state');
  const server = createServer();
  const given = new AbortController();
  resources.defer(() => {
    given.abort();
    server.close();
  });
  const finished = (once(server, 'connection', { signal: given.signal }) as Promise<[Socket]>).then(
    ([socket]) => pipeline(socket, createWriteStream(file), { signal: given.signal }),
  );
  finished.catch(() => {});
  server.listen(path);
  await once(server, 'listening');
  const kept = resources.move();
  return { path, finished, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

/** Room for the names of a temporary folder and the socket, with some to spare. */
const NAMES_LENGTH = 50;
const LONGEST_SOCKET_PATH = 107;

/** The user's temporary folder, unless its own path leaves no room for the path of a socket. */
function socketParent(): string {
  return Buffer.byteLength(tmpdir()) + NAMES_LENGTH > LONGEST_SOCKET_PATH ? '/tmp' : tmpdir();
}
