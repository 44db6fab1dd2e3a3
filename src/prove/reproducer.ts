import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { UsageError } from '../errors.ts';
import type { ArchName } from '../arch/architectures.ts';
import { loadSpec } from '../spec/load-specs.ts';
import { diagnosticsError, displayPath } from '../spec/diagnostic.ts';
import type { Spec } from '../spec/spec.ts';
import { hasErrorCode } from '../util/has-error-code.ts';

/** A C program with a main() of its own that is said to show a bug. */
export interface Reproducer {
  /** Its file's name. */
  readonly name: string;
  readonly text: string;
  /** In hex. */
  readonly sha256: string;
}

/** How a reproducer is run. */
export interface ReproducerRun {
  /** How long it may run; one that has not ended by then is killed, and has not fired. */
  readonly seconds: number;
  readonly cpus: number;
  readonly arches: readonly ArchName[] | undefined;
}

/** Reads a reproducer. Throws UsageError where the file is none. */
export async function readReproducer(file: string): Promise<Reproducer> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    const missing = hasErrorCode(cause, 'ENOENT');
    throw new UsageError(
      missing ? `There is no reproducer at ${displayPath(file)}.` : `${displayPath(file)} cannot be read.`,
      { code: 'PROVE_REPRODUCER_MISSING', hint: 'Give a C file with a main().', cause },
    );
  });
  if (!/\bmain\s*\(/u.test(text))
    throw new UsageError(`${displayPath(file)} is no reproducer: it has no main().`, {
      code: 'PROVE_REPRODUCER_INVALID',
      hint: 'Give one C file that is a whole program.',
    });
  const sha256 = createHash('sha256').update(text).digest('hex');
  return { name: basename(file), text, sha256 };
}

/** The place of the program below a folder of programs, as the spec names it. */
const PROGRAM = 'reproducer/reproducer.c';

/** What compilers before GCC 14 only warned about. */
const LENIENT = [
  'implicit-int',
  'implicit-function-declaration',
  'int-conversion',
  'incompatible-pointer-types',
  'return-mismatch',
  'declaration-missing-parameter-type',
];

/**
 * Writes a reproducer as a guest program into a folder of programs: below kgate's harness, as if it came from a system
 * header, so that none of its warnings is an error.
 */
export async function writeProgram(
  { name, text }: Reproducer,
  { seconds }: Pick<ReproducerRun, 'seconds'>,
  { guests, programs }: { readonly guests: string; readonly programs: string },
): Promise<void> {
  const file = join(guests, 'reproducer', 'harness.c');
  const place = `# 1 ${JSON.stringify(name)} 3`;
  const source = [
    `#define REPRODUCER_SECONDS ${seconds}`,
    `# 1 ${JSON.stringify(file)}`,
    await readFile(file, 'utf8'),
    '#define main reproducer_main',
    place,
    ...LENIENT.map((warning) => `#pragma GCC diagnostic ignored "-W${warning}"`),
    place,
    text,
  ];
  await mkdir(join(programs, 'reproducer'), { recursive: true });
  await writeFile(join(programs, PROGRAM), source.join('\n'));
}

/** What a reproducer that does not fire says of its end; anything else is the bug, or one of its own. */
export const QUIET_ENDS = ['with status 0', 'not in time'] as const;

/** The spec of a reproducer. A case of it passes where it does not fire. */
export function reproducerSpec({ name }: Reproducer, { seconds, cpus, arches }: ReproducerRun): Spec {
  const file = {
    spec: 'reproducer',
    summary: 'A reproducer, run in pristine guests',
    program: PROGRAM,
    ...(arches === undefined ? {} : { arch: arches }),
    machine: { cpus, reseed: true },
    timeout: `${seconds + HARNESS_SECONDS} s`,
    cases: { fires: { about: `run ${name}`, expect: { 'reproducer.ended': { one_of: QUIET_ENDS } } } },
  };
  // JSON is YAML.
  const { spec, problems } = loadSpec('reproducer.yaml', JSON.stringify(file, undefined, 1));
  if (spec === undefined || problems.length > 0) throw diagnosticsError(problems, 'SPEC_INVALID');
  return spec;
}

/** What the harness needs besides the reproducer's own time. */
const HARNESS_SECONDS = 10;
