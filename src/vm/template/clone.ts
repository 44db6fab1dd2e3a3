import { open } from 'node:fs/promises';
import { bounded } from '../bounded.ts';
import { greetGuest } from '../boot/greet-guest.ts';
import type { Guest, GuestWait } from '../guest.ts';
import type { Machine } from '../boot/machine.ts';
import { migrationEnd, prepareMigration } from '../qemu/migration.ts';
import type { Qemu } from '../qemu/qemu.ts';
import { withQemuEvidence } from '../qemu/qemu-failure.ts';
import { STATE_DESCRIPTOR } from '../qemu/qemu-arguments.ts';
import { startGuest, type StartedGuest } from '../boot/start-guest.ts';
import type { TemplateFiles } from './template-store.ts';
import { withoutUndefined } from '../../util/without-undefined.ts';

const LOAD_MS = 15_000;

/** The source of clones. */
export interface CloneSource {
  readonly machine: Machine;
  readonly files: TemplateFiles;
  readonly slowness: number;
  /** The clone writes to the memory file, which therefore has to be its own. */
  readonly isShared?: true;
}

/** Starts a QEMU that waits for its template's state. It takes most of a clone's time, and can be done beforehand. */
export async function launchClone({
  machine,
  files,
  slowness,
  isShared,
}: CloneSource): Promise<StartedGuest> {
  const options = {
    qemu: machine.qemu,
    arguments: machine.arguments({
      kind: 'clone',
      ramFile: files.ram,
      ...withoutUndefined({ isShared }),
    }),
    slowness,
  };
  if (readsStateFromPath(machine.qemu)) return startGuest(options);
  // Each clone reads at its own offset, and so needs its own descriptor.
  await using state = await open(files.state, 'r');
  // Awaited here: the descriptor has to stay open until the process has its copy.
  return await startGuest({ ...options, stateDescriptor: state.fd });
}

/** Turns a waiting QEMU into a guest that has answered. Takes ownership of it: a failure disposes of it. */
export async function resumeClone(
  source: CloneSource,
  waiting: StartedGuest,
  askedAt: number,
  wait: GuestWait,
): Promise<Guest> {
  await using resources = new AsyncDisposableStack();
  const { qmp } = resources.use(waiting).qemu;
  try {
    await loadState(source, waiting, wait);
    // The state says that the guest is paused.
    const running = bounded('resuming a clone', qmp.execute('cont'), { deadlineMs: LOAD_MS, ...wait });
    const [guest] = await Promise.all([greetGuest(waiting, 'clone', askedAt, wait), running]);
    resources.move();
    return guest;
  } catch (error) {
    throw await withQemuEvidence(error, waiting.qemu, 'coming up as a clone');
  }
}

/** Has a waiting QEMU load the state that it waits for. The guest is stopped then. */
export async function loadState(
  { machine, files }: CloneSource,
  { qemu: { qmp } }: StartedGuest,
  wait: GuestWait,
): Promise<void> {
  const uri = readsStateFromPath(machine.qemu) ? `file:${files.state}` : `fd:${STATE_DESCRIPTOR}`;
  // Everything is sent at once. Only the guest has to wait for the end: loading the UART's state drops what has
  // arrived on the serial line.
  const loading = Promise.all([
    prepareMigration(qmp),
    migrationEnd(qmp),
    qmp.execute('migrate-incoming', { uri }),
  ]);
  await bounded('loading a template’s state into a clone', loading, { deadlineMs: LOAD_MS, ...wait });
}

/**
 * QEMU 8.2 introduced `file:` and later deprecated plain files as `fd:`, which before 8.2 is the only way that needs no
 * extra process.
 */
function readsStateFromPath({ major, minor }: Qemu): boolean {
  return major > 8 || (major === 8 && minor >= 2);
}
