import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { UsageError } from '../../errors.ts';
import type { Operation } from '../language/operation.ts';
import { loadCheck, loadFinding } from '../findings/load-finding.ts';
import { failureOf } from '../findings/finding-check.ts';
import { promotedCase } from './promoted-case.ts';

/** Where a finding becomes a part of a suite. */
export interface PromoteOptions {
  readonly operations: readonly Operation[];
  /** The folder of a finding. */
  readonly finding: string;
  /** What the spec is called; by default after the finding's signature. */
  readonly name: string | undefined;
  /** The project's folders of specs and of guest programs. */
  readonly specs: string;
  readonly programs: string;
  /** kgate's guests folder. */
  readonly guests: string;
}

/** What was written. */
export interface Promoted {
  readonly name: string;
  readonly program: string;
  readonly spec: string;
}

const FOLDER = 'fuzz';
const NAME = /^[a-z0-9]+(?:-[a-z0-9]+)*$/u;

/** Makes a program and a spec of a finding. Throws UsageError where that cannot be, or where they exist. */
export async function promote(options: PromoteOptions): Promise<Promoted> {
  const { operations, finding: folder } = options;
  const { finding, batch } = await loadFinding(folder, operations);
  const [program] = batch;
  if (finding.how !== 'alone' || program === undefined)
    throw new UsageError('This finding is not of a single program that fails alone.', {
      code: 'FUZZ_FINDING_NOT_PROMOTED',
      hint: '"kgate fuzz replay" runs it as it is.',
    });
  const name = options.name ?? nameOf(finding.signature);
  if (!NAME.test(name))
    throw new UsageError(`"${name}" is no name for a spec.`, {
      code: 'FUZZ_PROMOTE_NAME',
      hint: 'Give lower-case words with hyphens between them.',
    });
  const file = `${FOLDER}/${name}.c`;
  const { program: source, spec } = await promotedCase({
    name,
    file,
    program,
    text: finding.text,
    guests: options.guests,
    failure: failureOf(await loadCheck(folder), finding.text),
    operations: new Map(operations.map((operation) => [operation.name, operation])),
  });
  const written = {
    name,
    program: join(options.programs, file),
    spec: join(options.specs, FOLDER, `${name}.yaml`),
  };
  await writeNew(written.program, source);
  await writeNew(written.spec, spec);
  return written;
}

/** "munmap: EINVAL instead of none" becomes "munmap-einval-instead-of-none". */
const nameOf = (signature: string): string =>
  signature
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/gu, '-')
    .replaceAll(/^-|-$/gu, '');

async function writeNew(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  try {
    await writeFile(path, text, { flag: 'wx' });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    throw new UsageError(`${path} exists.`, {
      code: 'FUZZ_PROMOTE_EXISTS',
      hint: 'Give another name with --name.',
    });
  }
}
