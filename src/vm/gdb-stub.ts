import type { Architecture } from '../arch/architecture.ts';
import { HostError, InfraError } from '../errors.ts';
import type { BuiltKernel } from '../kernel/definition/kernel.ts';
import { createTemporaryFolder } from '../process/temporary-folder.ts';
import { findProgram } from '../util/find-program.ts';
import { shellCommand } from '../util/shell-word.ts';
import { bounded } from './bounded.ts';
import type { Guest, GuestWait } from './guest.ts';

/** A guest that waits for a debugger. Disposing of it closes the door, not the guest. */
export interface GdbStub extends AsyncDisposable {
  /** What attaches to it, as a shell takes it. */
  readonly command: string;
  /** Settles when the debugger has let the guest go on. */
  readonly resumed: Promise<unknown>;
}

const MONITOR_MS = 10_000;

/** Stops a guest and opens it to gdb, on a socket that only this user reaches. */
export async function openGdbStub(
  guest: Pick<Guest, 'qmp'>,
  kernel: BuiltKernel,
  architecture: Architecture,
  { signal }: GuestWait,
): Promise<GdbStub> {
  const gdb = await findGdb(architecture);
  await using resources = new AsyncDisposableStack();
  const folder = resources.use(await createTemporaryFolder('kgate-gdb', '/tmp'));
  const socket = `${folder.path}/gdb`;
  const { qmp } = guest;
  const opening = (async () => {
    await qmp.execute('stop');
    return qmp.execute('human-monitor-command', {
      'command-line': `gdbserver unix:${socket},server=on,wait=off`,
    });
  })();
  const answer = await bounded('opening a guest to gdb', opening, { deadlineMs: MONITOR_MS, signal });
  if (typeof answer === 'string' && /error|could not|failed/iu.test(answer))
    throw new InfraError('QEMU does not open its guest to gdb.', { code: 'VM_NO_GDB', detail: answer });
  const resumed = qmp.nextEvent(({ event }) => event === 'RESUME');
  // Whoever does not wait for it does not care.
  resumed.catch(() => {});
  const kept = resources.move();
  return {
    command: shellCommand([gdb, kernel.vmlinux, '-ex', `target remote ${socket}`]),
    resumed,
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

/** The gdb for an architecture: the host's own knows its own, and on many distributions no other. */
export async function findGdb({ name, hostArch }: Architecture): Promise<string> {
  const wanted = hostArch === process.arch ? ['gdb', 'gdb-multiarch'] : ['gdb-multiarch'];
  for (const program of wanted) if ((await findProgram(program)) !== undefined) return program;
  throw new HostError(`There is no gdb for ${name} on this host.`, {
    code: 'HOST_GDB_MISSING',
    hint: `Install it: apt-get install ${wanted.at(0) ?? 'gdb-multiarch'}`,
  });
}
