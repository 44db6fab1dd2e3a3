import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Failure } from '../judge/judge-batch.ts';
import { describeFailure } from '../judge/judge-batch.ts';
import type { Operation } from '../language/operation.ts';
import type { Program } from '../language/program.ts';
import { EXPECTING } from './expecting.ts';
import { wrapWords } from './wrap-line.ts';
import { writeProcesses } from './write-processes.ts';
import { writeMain } from './write-main.ts';

/** What a reproducer is made of. */
export interface ReproducerRequest {
  readonly program: Program;
  readonly failure: Failure;
  readonly operations: ReadonlyMap<string, Operation>;
  /** Such as "Linux 6.12.117 (x86_64)". */
  readonly subject: string;
  /** kgate's guests folder. */
  readonly guests: string;
}

/** The parts that a reproducer may have, in their order, and the names that show that it needs one. */
const PARTS: readonly (readonly [file: string, needed: RegExp])[] = [
  ['head.c', /^/u],
  ['expect.c', /\bexpect/u],
  ['turns.c', /\bawait_turn\(/u],
  ['exits.c', /\bawait_exit\(/u],
  ['content.c', /\b(?:read_page|write_page|expect_content|observe_page|write_file)\(/u],
  ['write-file.c', /\bwrite_file\(/u],
  ['read-only.c', /\bopen_read_only\(/u],
  ['tmpfs-file.c', /\btmpfs_file\b/u],
  ['show.c', /\bexpect_content\(/u],
  ['mapping.c', /\bexpect_mapping\(/u],
  ['locked.c', /\bexpect_locked\(/u],
  ['present.c', /\bexpect_present\(/u],
  ['counter.c', /_counter\(|\bpages_since_start\(/u],
  ['expect-counter.c', /\bexpect_counter\(/u],
  ['observe-page.c', /\bobserve_page\(/u],
  ['observe-mapping.c', /\brights_of\(/u],
  ['observe-lock.c', /\bis_locked\(/u],
  ['observe-presence.c', /\bis_present\(/u],
  ['process-vm-mmap.c', /\bprocess_vm_mmap\(/u],
  ['without-rights.c', /\bwithout_rights\(/u],
  ['foreign.c', /\bforeign_/u],
  ['watch.c', /\b(?:un)?watch\(/u],
  ['starved.c', /\bstarved\(/u],
  ['remap.c', /\bmremap_to\(/u],
];

/** Writes a stand-alone C program that does what a program did, and ends with status 1 where the failure is seen. */
export async function reproducerSource(request: ReproducerRequest): Promise<string> {
  const { program, failure, operations, guests } = request;
  const processes = writeProcesses({ program, failure, operations, wording: EXPECTING });
  const body = [processes, writeMain(program, processes)].join('\n');
  return [heading(request), ...(await readParts(body, guests)), '\n', body].join('');
}

/** The parts that a program needs, by the names in it. */
export function readParts(body: string, guests: string): Promise<string[]> {
  const needed = PARTS.filter(([, sign]) => sign.test(body));
  const folder = join(guests, 'fuzz', 'reproducer');
  return Promise.all(needed.map(([file]) => readFile(join(folder, file), 'utf8')));
}

function heading({ failure, subject }: ReproducerRequest): string {
  const how =
    failure.kind === 'divergence' || failure.kind === 'count'
      ? 'It ends with status 1 where that happens, and with 0 where it does not.'
      : 'It ends with status 0; what counts is what the kernel does meanwhile.';
  return [
    '// SPDX-License-Identifier: MIT',
    '/*',
    ` * Found by "kgate fuzz" on ${subject}:`,
    ' *',
    ...wrapWords(`${describeFailure(failure)}.`).map((line) => ` *   ${line}`),
    ' *',
    ` * ${how}`,
    ' *',
    ' *   gcc -static -o reproducer reproducer.c && ./reproducer',
    ' */',
    '',
  ].join('\n');
}
