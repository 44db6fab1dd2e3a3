import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Shrunk } from '../shrink/shrink.ts';
import { writeProgram } from '../language/program-file.ts';
import type { Batch } from '../generate/draw-batch.ts';
import type { Confirmation } from '../reproducer/confirm-reproducer.ts';
import type { Finding } from './finding.ts';
import { checkOf } from './finding-check.ts';

/** Everything about one finding. */
export interface WrittenFinding {
  readonly finding: Finding;
  readonly shrunk: Pick<Shrunk, 'batch' | 'failure'>;
  /** The batch as it was found. */
  readonly found: Batch;
  readonly reproducer: string | undefined;
  readonly confirmation: Confirmation | undefined;
}

/** The files of a finding's folder. */
export const FINDING_FILES = {
  finding: 'finding.json',
  program: 'program.json',
  check: 'check.json',
  found: 'found.json',
  reproducer: 'reproducer.c',
  output: 'reproducer.txt',
  console: 'console.txt',
  splat: 'splat.txt',
} as const;

/** Writes the folder of a finding. */
export async function writeFinding(folder: string, written: WrittenFinding): Promise<void> {
  const { finding, shrunk, found, reproducer, confirmation } = written;
  await mkdir(folder, { recursive: true });
  const write = (name: keyof typeof FINDING_FILES, text: string) =>
    writeFile(join(folder, FINDING_FILES[name]), text);
  await write('finding', json(finding));
  await write('program', json(shrunk.batch.map(writeProgram)));
  await write('check', json(checkOf(shrunk.failure)));
  await write('found', json(found.map(writeProgram)));
  if (reproducer !== undefined) await write('reproducer', reproducer);
  if (confirmation !== undefined) await write('output', confirmation.output);
  if (shrunk.failure.kind !== 'trouble') return;
  const { trouble } = shrunk.failure;
  // What the kernel said last counts, and a disk is not endless.
  await write('console', trouble.console.slice(-CONSOLE_MAX));
  const [splat] = trouble.splats;
  if (splat !== undefined) await write('splat', `${splat.title}\n\n${splat.lines.join('\n')}\n`);
}

/** In characters. */
const CONSOLE_MAX = 2 ** 20;

const json = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`;
