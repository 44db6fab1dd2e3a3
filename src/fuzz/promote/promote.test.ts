import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import test from 'ava';
import { parse } from 'yaml';
import { everyCall } from '../../../fixtures/fuzz/every-call.ts';
import { UsageError } from '../../errors.ts';
import { runCommand } from '../../process/run-command.ts';
import { createTemporaryFolder } from '../../process/temporary-folder.ts';
import { loadSpec } from '../../spec/load-specs.ts';
import { writeFinding } from '../findings/write-finding.ts';
import { FINDING_VERSION } from '../findings/finding.ts';
import { signatureOf, type Failure } from '../judge/judge-batch.ts';
import type { Expectation } from '../judge/divergence.ts';
import { readProgram } from '../language/program-file.ts';
import type { Program } from '../language/program.ts';
import { OPERATIONS } from '../operations/profiles.ts';
import { promote } from './promote.ts';
import { promotedCase } from './promoted-case.ts';

const GUESTS = resolve(import.meta.dirname, '../../../guests');
/** As kgate compiles guest programs. */
const COMPILING = [
  '-std=gnu11',
  '-D_GNU_SOURCE',
  '-O2',
  '-Wall',
  '-Wextra',
  '-Werror',
  '-fsyntax-only',
  '-I',
  join(GUESTS, 'include'),
];
const RANGE = { page: 3, count: 2, end: 'whole' };
const MAPPED = { ...RANGE, kind: 'private', access: 'write', placement: 'fixed', offset: 0, filling: 'none' };
const TEXT = 'step 5: process B page 3 reads 0x203, the model says 0 (wiped in step 4)';

/** One process maps and writes, and its child looks. */
const PROGRAM = readProgram(
  {
    processes: ['A'],
    steps: [
      { process: 'A', do: 'mmap', with: MAPPED },
      { process: 'A', do: 'write', with: { page: 3, mark: 2 } },
      { process: 'A', do: 'madvise', with: { ...RANGE, advice: 'WIPEONFORK' } },
      { process: 'A', do: 'fork', child: 'B' },
      { process: 'B', do: 'exit' },
      { process: 'A', do: 'exit' },
    ],
  },
  OPERATIONS,
);
const ENDINGS = new Map([1, 2, 3].map((step) => [step, 'none']));

const diverging = (expected: Expectation): Failure => ({
  kind: 'divergence',
  program: 0,
  divergence: { step: 5, process: 1, text: TEXT, signature: 'content: another value', expected },
  endings: ENDINGS,
});

async function record(folder: string, failure: Failure, program: Program = PROGRAM): Promise<string> {
  const batch = [program];
  await writeFinding(folder, {
    finding: {
      version: FINDING_VERSION,
      text: TEXT,
      signature: signatureOf(failure),
      kernel: 'linux-6.12',
      release: '6.12.1',
      buildId: 'b',
      arch: 'x86_64',
      profile: 'mm',
      seed: 1,
      batch: 0,
      how: 'alone',
      operations: 3,
      runs: 9,
      reproducer: 'confirmed',
    },
    shrunk: { batch, failure },
    found: batch,
    reproducer: undefined,
    confirmation: undefined,
  });
  return folder;
}

const CHECKS: readonly (readonly [string, Failure, Readonly<Record<string, unknown>>])[] = [
  ['a content', diverging({ kind: 'content', page: 3, values: [0] }), { 'page_3.reads': 0 }],
  [
    'one of two contents',
    diverging({ kind: 'content', page: 3, values: [0x203, 0] }),
    { 'page_3.reads': { one_of: [0x203, 0] } },
  ],
  ['SIGBUS', diverging({ kind: 'content', page: 3, values: [undefined] }), { 'page_3.errno': 'EIO' }],
  ['a mapping', diverging({ kind: 'mapping', page: 3, rights: undefined }), { 'page_3.mapping': '' }],
  ['a lock', diverging({ kind: 'lock', page: 3, isLocked: false }), { 'page_3.locked': false }],
  ['presence', diverging({ kind: 'presence', page: 3 }), { 'page_3.in_memory': true }],
  [
    'a count of pages',
    { kind: 'count', process: 1, counter: 'VmSize', seen: 3, wanted: 2, endings: ENDINGS },
    { 'mapped.pages': 2 },
  ],
];

for (const [name, failure, expected] of CHECKS)
  test(`a finding about ${name} becomes a program that compiles, and a spec of what the model says`, async (t) => {
    await using folder = await createTemporaryFolder('kgate-promote-test');
    const finding = await record(join(folder.path, 'finding-1'), failure);
    const [specs, programs] = [join(folder.path, 'specs'), join(folder.path, 'programs')];
    const promoted = await promote({
      operations: OPERATIONS,
      finding,
      name: 'wiped-memory',
      specs,
      programs,
      guests: GUESTS,
    });
    const text = await readFile(promoted.spec, 'utf8');
    t.deepEqual(loadSpec(promoted.spec, text).problems, []);
    const { cases } = parse(text) as { cases: { found: { expect: unknown } } };
    t.deepEqual(cases.found.expect, {
      'step_1.errno': 'none',
      'step_2.errno': 'none',
      'step_3.errno': 'none',
      ...expected,
      ended: true,
    });
    const compiled = await runCommand('gcc', [...COMPILING, promoted.program]);
    t.is(compiled.exitCode, 0, compiled.output);
  });

test('a finding that is not of one program, or whose files exist, is refused', async (t) => {
  await using folder = await createTemporaryFolder('kgate-promote-test');
  const finding = await record(join(folder.path, 'finding-1'), diverging({ kind: 'presence', page: 3 }));
  const options = {
    operations: OPERATIONS,
    finding,
    name: undefined,
    guests: GUESTS,
    specs: join(folder.path, 'specs'),
    programs: join(folder.path, 'programs'),
  };
  const { name } = await promote(options);
  t.is(name, 'content-another-value');
  const again = await t.throwsAsync(promote(options), { instanceOf: UsageError });
  t.is(again.code, 'FUZZ_PROMOTE_EXISTS');
  const value = await record(join(folder.path, 'finding-2'), diverging({ kind: 'value' }));
  const refused = await t.throwsAsync(promote({ ...options, finding: value, name: 'other' }), {
    instanceOf: UsageError,
  });
  t.is(refused.code, 'FUZZ_FINDING_NOT_PROMOTED');
  await mkdir(join(folder.path, 'none'));
  const none = await t.throwsAsync(promote({ ...options, finding: join(folder.path, 'none') }));
  t.true(none instanceof UsageError && none.code === 'FUZZ_FINDING_INVALID');
});

test('every operation, with each of its words, can be promoted', async (t) => {
  await using folder = await createTemporaryFolder('kgate-promote-test');
  const program = everyCall();
  const endings = new Map(program.calls.flat().map((_, index) => [index + 1, 'none']));
  const failure: Failure = { kind: 'count', process: 0, counter: 'VmSize', seen: 1, wanted: 0, endings };
  const { program: source } = await promotedCase({
    name: 'all',
    file: 'fuzz/all.c',
    program,
    failure,
    text: TEXT,
    operations: new Map(OPERATIONS.map((operation) => [operation.name, operation])),
    guests: GUESTS,
  });
  const file = join(folder.path, 'all.c');
  await writeFile(file, source);
  const compiled = await runCommand('gcc', [...COMPILING, file]);
  t.is(compiled.exitCode, 0, compiled.output);
});
