import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeJsonFile } from '../../kernel/tools/json-file.ts';
import { makeFolder } from '../../util/make-folder.ts';
import type { Guest, GuestWait } from '../guest.ts';
import { stopIntoFile } from '../template/freeze-guest.ts';
import { templateFiles } from '../template/template-store.ts';
import { createKeptRecord, type KeptMachine, type KeptRecord } from './kept-record.ts';

/** The record, beside the state. */
export const KEPT_FILE = 'guest.json';
/** A few hundred megabytes through a socket. */
const KEEP_MS = 120_000;

export interface KeepOptions extends GuestWait {
  readonly folder: string;
  readonly machine: KeptMachine;
  /** The case that left it. */
  readonly about: Pick<KeptRecord, 'spec' | 'case'>;
}

/**
 * Stops a guest for good and keeps all of it in a folder, from which `kgate shell --kept` goes on. Returns false if it is
 * gone already: a kernel that panics ends its QEMU.
 */
export async function keepGuest(
  guest: Guest,
  { folder, machine, about, signal }: KeepOptions,
): Promise<boolean> {
  const { ram, state } = templateFiles(folder);
  await makeFolder(folder);
  try {
    const isGone = await Promise.race([
      guest.exited.then(() => true),
      stopIntoFile(guest.qmp, state, { deadlineMs: KEEP_MS, signal }).then(() => false),
    ]);
    if (isGone) {
      await rm(folder, { recursive: true, force: true });
      return false;
    }
    // Its memory is part of the state. QEMU loads that into a file that it maps privately: an empty one.
    await using file = await open(ram, 'w');
    await file.truncate(machine.shape.memoryMiB * 2 ** 20);
    await writeJsonFile(join(folder, KEPT_FILE), createKeptRecord(machine, about));
    return true;
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}
