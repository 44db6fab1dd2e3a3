import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Failure } from '../judge/judge-batch.ts';
import { describeFailure } from '../judge/judge-batch.ts';
import type { Operation } from '../language/operation.ts';
import type { Program } from '../language/program.ts';
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
  ['expect.c', /\bexpect|\bmain\b/u],
  ['turns.c', /\bawait_turn\(/u],
  ['exits.c', /\bawait_exit\(/u],
  ['content.c', /\b(?:read_page|write_page|expect_content|write_file)\(/u],
  ['write-file.c', /\bwrite_file\(/u],
  ['show.c', /\bexpect_content\(/u],
  ['mapping.c', /\bexpect_mapping\(/u],
  ['locked.c', /\bexpect_locked\(/u],
  ['present.c', /\bexpect_present\(/u],
  ['counter.c', /\bexpect_counter\(/u],
  ['process-vm-mmap.c', /\bprocess_vm_mmap\(/u],
  ['without-rights.c', /\bwithout_rights\(/u],
  ['foreign.c', /\bforeign_/u],
  ['watch.c', /\b(?:un)?watch\(/u],
  ['remap.c', /\bmremap_to\(/u],
];

/** Writes a stand-alone C program that does what a program did, and ends with status 1 where the failure is seen. */
export async function reproducerSource(request: ReproducerRequest): Promise<string> {
  const body = [writeProcesses(request), writeMain(request.program, request.failure.kind === 'count')].join(
    '\n',
  );
  const needed = PARTS.filter(([, sign]) => sign.test(body));
  const folder = join(request.guests, 'fuzz', 'reproducer');
  const parts = await Promise.all(needed.map(([file]) => readFile(join(folder, file), 'utf8')));
  return [heading(request), ...parts, '\n', body].join('');
}

function heading({ failure, subject }: ReproducerRequest): string {
  const words = `${describeFailure(failure)}.`.split(' ');
  const lines = words.reduce<string[]>((all, word) => {
    const last = all.at(-1) ?? '';
    if (last.length + word.length > LINE_LENGTH) return [...all, word];
    return [...all.slice(0, -1), last === '' ? word : `${last} ${word}`];
  }, []);
  const how =
    failure.kind === 'divergence' || failure.kind === 'count'
      ? 'It ends with status 1 where that happens, and with 0 where it does not.'
      : 'It ends with status 0; what counts is what the kernel does meanwhile.';
  return [
    '// SPDX-License-Identifier: MIT',
    '/*',
    ` * Found by "kgate fuzz" on ${subject}:`,
    ' *',
    ...lines.map((line) => ` *   ${line}`),
    ' *',
    ` * ${how}`,
    ' *',
    ' *   gcc -static -o reproducer reproducer.c && ./reproducer',
    ' */',
    '',
  ].join('\n');
}

const LINE_LENGTH = 70;
