import { createHash } from 'node:crypto';
import { join } from 'node:path';
import test from 'ava';
import * as fc from 'fast-check';
import { createSeries } from '../../../fixtures/gate/series.ts';
import { createGate } from '../../../fixtures/report/gate.ts';
import { HOSTILE_TEXT } from '../../../fixtures/report/hostile.ts';
import { kcidbSchema } from '../../../fixtures/report/kcidb-schema.ts';
import { createRecord, createResult } from '../../../fixtures/report/results.ts';
import { UsageError } from '../../errors.ts';
import type { GateRecord } from '../../gate/gate-record.ts';
import { patchsetHash } from '../../gate/patchset-hash.ts';
import { runCommand } from '../../process/run-command.ts';
import { createTemporaryFolder } from '../../process/temporary-folder.ts';
import type { CaseResult, RunRecord } from '../../run/record/record.ts';
import { writePatches } from '../../series/patches/write-series.ts';
import { loadRecordedRun } from '../recorded/recorded-run.ts';
import { createPalette } from '../text/palette.ts';
import { kcidbFormat } from './kcidb-format.ts';

const ROOT = join(import.meta.dirname, '../../..');
const palette = createPalette(false);

/** The report of a run, or of a gate, held to the schema. */
async function report(run: RunRecord, gate?: GateRecord, origin?: string) {
  const recorded = { folder: '/runs/x', run, ...(gate === undefined ? {} : { gate }) };
  const style = { palette, ...(origin === undefined ? {} : { origin }) };
  return kcidbSchema.parse(JSON.parse(await kcidbFormat.render(recorded, style)));
}

const kernel = (id: string, role: 'base' | 'patched'): RunRecord['kernels'][number] => ({
  id,
  arch: 'x86_64',
  role,
  variant: 'plain',
  release: '6.12.117',
  buildId: id,
  digest: 'd',
  compiler: 'gcc 12.2.0',
});

test('the record of the example is a report of the schema, in which nothing refers to what is not there', async (t) => {
  const recorded = await loadRecordedRun('docs/examples/record', { runs: '/nowhere', cwd: ROOT });
  const { checkouts = [], builds = [], tests = [] } = await report(recorded.run, recorded.gate, 'mylab');
  t.is(tests.length, recorded.run.cases.length);
  t.true(builds.every((build) => checkouts.some(({ id }) => id === build.checkout_id)));
  t.true(tests.every((one) => builds.some(({ id }) => id === one.build_id)));
  for (const list of [checkouts, builds, tests]) {
    t.is(new Set(list.map(({ id }) => id)).size, list.length);
    t.true(list.every(({ id, origin }) => origin === 'mylab' && id.startsWith('mylab:')));
  }
  t.is(
    checkouts.find(({ message_id }) => message_id !== undefined)?.message_id,
    '20261123115125.4242-0-kgate@example.org',
  );
});

const told = test.macro<[replaced: Partial<CaseResult>, status: 'PASS' | 'FAIL' | 'SKIP' | 'ERROR']>({
  async exec(t, replaced, status) {
    const { tests = [] } = await report(createRecord([createResult(replaced)]));
    t.is(tests[0]?.status, status);
    t.is(tests[0]?.path, 'kgate.special-mappings.vdso_whole');
  },
  title: (_, { outcome }, status) => `a case that ${outcome ?? ''} is ${status}`,
});

test(told, { outcome: 'passed' }, 'PASS');
test(told, { outcome: 'failed' }, 'FAIL');
test(told, { outcome: 'crashed' }, 'FAIL');
test(told, { outcome: 'hung' }, 'FAIL');
test(told, { outcome: 'skipped' }, 'SKIP');
test(told, { outcome: 'infra-error' }, 'ERROR');

test('what did not run is missed: in a gate by name, in a run that was stopped by number', async (t) => {
  const results = [createResult({ kernel: 'base' })];
  const stopped = await report({ ...createRecord(results), planned: 3 });
  t.deepEqual(stopped.tests?.map(({ status, path, comment }) => [status, path, comment]).at(-1), [
    'MISS',
    'kgate',
    '2 planned cases of 3 did not run.',
  ]);
  const run = createRecord(results);
  const gated = await report(run, createGate(run, { base: 'base', patched: 'patched' }));
  const missed = gated.tests?.filter(({ status }) => status === 'MISS') ?? [];
  t.deepEqual(
    missed.map(({ path, build_id: build }) => [path, build]),
    [['kgate.special-mappings.vdso_whole', `kgate:${run.id}/patched/x86_64`]],
  );
});

test('a case that a kernel cannot run is skipped, with what the kernel lacks', async (t) => {
  const left = { spec: 's', case: 'c', kernel: 'k', arch: 'arm64', lacks: ['CONFIG_X'] } as const;
  const { tests = [] } = await report({
    ...createRecord([]),
    inapplicable: [{ ...left, lacks: [...left.lacks] }],
  });
  t.deepEqual([tests[0]?.status, tests[0]?.comment], ['SKIP', 'The kernel lacks CONFIG_X.']);
});

test('the kernel with line counters is another build of the same checkout, with its patches and its base', async (t) => {
  const kernels = [
    kernel('base', 'base'),
    kernel('patched', 'patched'),
    kernel('patched-counted', 'patched'),
  ];
  const run = { ...createRecord([createResult({ kernel: 'patched-counted' })]), kernels };
  const commit = 'a'.repeat(40);
  const gate = createGate(
    run,
    { base: 'base', patched: 'patched' },
    {
      base: { kernel: 'base', chosen: '--base', commit },
      patched: { kernel: 'patched', counted: 'patched-counted', patchset: 'b'.repeat(64) },
    },
  );
  const { checkouts = [], builds = [] } = await report(run, gate);
  t.deepEqual(
    checkouts.map((one) => [one.comment, one.git_commit_hash, one.patchset_hash]),
    [
      ['base', commit, undefined],
      ['mm: clone mappings of another process, v3', commit, 'b'.repeat(64)],
    ],
  );
  t.is(builds.find(({ id }) => id.includes('counted'))?.checkout_id, `kgate:${run.id}/patched`);
});

test('the hash of a patchset is that of sha256sum', async (t) => {
  await using folder = await createTemporaryFolder('kgate-patchset');
  const [patch] = createSeries().patches;
  const patches = ['a', 'é', '\udc80'].map((text, index) => ({
    ...patch!,
    name: `000${index + 1}-x.patch`,
    text: `${patch!.text}${text}\n`,
  }));
  await writePatches(patches, folder.path);
  const { stdout } = await runCommand('sh', ['-c', 'sha256sum *.patch | cut -c-64 | sha256sum | cut -c-64'], {
    cwd: folder.path,
  });
  t.is(patchsetHash(patches), stdout);
  t.not(patchsetHash(patches.toReversed()), stdout);
  t.is(patchsetHash([]), createHash('sha256').update('').digest('hex'));
});

test('whatever a guest prints, a report is of the schema', async (t) => {
  const property = fc.asyncProperty(fc.string({ unit: 'binary' }), async (hostile) => {
    const text = `${hostile}${HOSTILE_TEXT}`.repeat(40);
    const splat = { kind: 'bug', title: text, lines: Array.from({ length: 90 }, () => text) };
    const run = createRecord([
      createResult({ outcome: 'crashed', problems: [text], splat }),
      createResult({ outcome: 'failed', problems: [text], tail: splat.lines, repeat: 2 }),
    ]);
    const { tests = [] } = await report(run);
    if (tests.some(({ log_excerpt: excerpt = '' }) => excerpt.length < 1_000)) throw new Error('no excerpt');
  });
  await t.notThrowsAsync(async () => fc.assert(property, { numRuns: 25 }));
});

for (const origin of ['', 'My Lab', 'lab:x'])
  test(`"${origin}" is no origin`, async (t) => {
    const error = await t.throwsAsync(report(createRecord([]), undefined, origin), {
      instanceOf: UsageError,
    });
    t.is(error?.code, 'REPORT_ORIGIN_INVALID');
  });
