import { writeSync, openSync, closeSync } from 'node:fs';
import type { GuestSupply } from './open-supply.ts';
import type { Trouble } from './trouble.ts';
import { CONTROL, PROGRAM_AT, PROGRAM_BYTES_MAX } from './window.ts';
import { InternalError } from '../../errors.ts';

/** What a program did in a guest of its own. */
export interface Ran {
  /** Undefined where it did not end by itself. */
  readonly status: number | undefined;
  readonly output: string;
  readonly trouble: Trouble | undefined;
}

/** How long it may run, on the machine that timeouts are for. */
const TIMEOUT_MS = 10_000;

/** Runs a static program in a pristine guest. It gets there through the window, like everything else. */
export async function runInGuest(supply: GuestSupply, binary: Buffer, signal: AbortSignal): Promise<Ran> {
  if (binary.length > PROGRAM_BYTES_MAX)
    throw new InternalError(`A reproducer has ${binary.length} bytes.`, { code: 'INTERNAL_FUZZ_REPRODUCER' });
  await using cloned = await supply.clone(signal);
  const { guest, memoryFile } = cloned;
  const file = openSync(memoryFile, 'r+');
  const length = Buffer.alloc(4);
  length.writeUInt32LE(binary.length);
  writeSync(file, binary, 0, binary.length, supply.windowAt + PROGRAM_AT);
  writeSync(file, length, 0, length.length, supply.windowAt + CONTROL.posted);
  closeSync(file);
  const transcript = await guest.session.runCase({
    program: 'executor',
    case: 'run',
    timeoutMs: TIMEOUT_MS,
    signal,
  });
  const { exit, splats, breakdown, consoleText } = transcript;
  const [first] = splats;
  const lost = breakdown?.kind === 'connection-lost' || breakdown?.kind === 'kernel-hung';
  const kind = first !== undefined ? 'splat' : lost ? 'died' : 'program-hung';
  return {
    status: exit?.kind === 'exited' ? exit.status : undefined,
    output: `${transcript.stdout}${transcript.stderr}${transcript.fault ?? ''}`,
    trouble:
      first === undefined && breakdown === undefined
        ? undefined
        : {
            kind,
            title: first?.title ?? kind,
            splats,
            console: consoleText,
            stacks: transcript.stacks ?? [],
          },
  };
}
