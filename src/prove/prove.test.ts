import { join } from 'node:path';
import test from 'ava';
import { createSeries } from '../../fixtures/gate/series.ts';
import { createFakeBackend } from '../../fixtures/run/fake-backend.ts';
import { createTranscript } from '../../fixtures/run/transcript.ts';
import { splatOf } from '../../fixtures/run/splat.ts';
import type { CaseTranscript } from '../console/agent/transcript.ts';
import { InfraError } from '../errors.ts';
import type { KernelDefinition } from '../kernel/definition/definition.ts';
import { loadKernelDefinition } from '../kernel/definition/definition.ts';
import { createTemporaryFolder } from '../process/temporary-folder.ts';
import { answerOf, proofText } from './proof-text.ts';
import { loadProof, type ExpectedProof, type ProofRecord } from './proof-record.ts';
import { prove } from './prove.ts';

const ROOT = join(import.meta.dirname, '../..');

/** What a run of the reproducer comes to, by kernel and by how often it ran there before. */
type Script = (kernel: string, earlier: number) => string | Partial<CaseTranscript>;

const ended = (text: string): CaseTranscript =>
  createTranscript({ observations: new Map([['reproducer.ended', text]]) });

interface Given {
  readonly run: Script;
  readonly expected?: ExpectedProof;
  readonly runs?: number;
  readonly unbootable?: string;
}

async function proveWith({ run, expected, runs = 6, unbootable }: Given) {
  const root = await createTemporaryFolder('kgate-proof');
  const counts = new Map<string, number>();
  const { backend } = createFakeBackend({
    programs: ['reproducer/reproducer.c'],
    observations: ['reproducer.ended'],
    run(_request, _arch, kernel) {
      const earlier = counts.get(kernel) ?? 0;
      counts.set(kernel, earlier + 1);
      const answer = run(kernel, earlier);
      return typeof answer === 'string'
        ? ended(answer)
        : createTranscript({ ...ended('with status 0'), ...answer });
    },
    boot: (_arch, kernel) =>
      kernel === unbootable
        ? {
            kind: 'boot-failed',
            failure: { summary: 'it panicked', accelerator: 'tcg', consoleText: '', splats: [] },
          }
        : undefined,
  });
  const base: KernelDefinition = {
    ...(await loadKernelDefinition('linux-6.12', join(ROOT, 'kernels'))),
    id: 'base',
  };
  const { record, folder } = await prove({
    reproducer: { name: 'repro.c', text: 'int main(void);', sha256: 'a'.repeat(64) },
    how: { seconds: 10, cpus: 2, arches: ['x86_64'] },
    series: createSeries(),
    subjects: { base, patched: { ...base, id: 'patched' }, chosen: '--base', expected: '' },
    runs,
    expected,
    backend,
    limits: { slots: 2, memoryMiB: 1_024 },
    root: root.path,
    version: '0.0.0',
    step: { signal: new AbortController().signal, sink: () => {} },
  });
  return { record, folder, [Symbol.asyncDispose]: () => root[Symbol.asyncDispose]() };
}

const sidesOf = ({ arches }: ProofRecord) =>
  [arches[0]!.base, arches[0]!.patched].map(({ fired, runs, lost }) => [fired, runs, lost]);

test('a status other than 0 fires, and is counted on both kernels', async (t) => {
  await using proof = await proveWith({
    run: (kernel) => (kernel === 'base' ? 'with status 1' : 'with status 0'),
    expected: 'fires-on-base',
  });
  t.deepEqual(sidesOf(proof.record), [
    [6, 6, 0],
    [0, 6, 0],
  ]);
  t.is(proof.record.verdict, 'as-expected');
  t.is(
    answerOf(proof.record.arches[0]!),
    'fires in 6 of 6 on base, 0 of 6 patched (Fisher, one-sided: p = 0.001)',
  );
  t.deepEqual(await loadProof(proof.folder.path), proof.record);
});

test('a splat fires, and its title and lines are told', async (t) => {
  const splat = {
    ...splatOf('BUG: KASAN: slab-use-after-free in f+0x1/0x2'),
    lines: ['BUG: KASAN', 'Call Trace:'],
  };
  await using proof = await proveWith({
    run: (kernel, earlier) => (kernel === 'patched' && earlier > 0 ? { splats: [splat] } : 'not in time'),
    expected: 'fires-on-patched',
  });
  const { patched, base } = proof.record.arches[0]!;
  t.deepEqual(patched.seen, [
    { what: splat.title, times: 5 },
    { what: 'it did not end in time', times: 1 },
  ]);
  t.deepEqual([base.fired, patched.splat], [0, splat.lines]);
  t.is(proof.record.verdict, 'as-expected');
});

for (const [title, run, runs, reason] of [
  ['does not fire', () => 'with status 0', 6, 'x86_64: it did not fire on base.'],
  ['fires on both', () => 'by signal 11 (Segmentation fault)', 6, 'x86_64: it fired on patched, too.'],
  [
    'fires too rarely to tell',
    (kernel: string, earlier: number) =>
      kernel === 'base' && earlier === 0 ? 'with status 1' : 'with status 0',
    6,
    'x86_64: that may be chance (p = 0.50); raise --runs.',
  ],
] as const)
  test(`what ${title} is not as expected`, async (t) => {
    await using proof = await proveWith({ run, runs, expected: 'fires-on-base' });
    t.is(proof.record.verdict, 'not-as-expected');
    t.deepEqual(proof.record.reasons, [reason]);
  });

test('where nothing is expected, any answer will do', async (t) => {
  await using proof = await proveWith({ run: () => 'with status 1' });
  t.is(proof.record.verdict, 'answered');
  t.is(answerOf(proof.record.arches[0]!), 'fires in 6 of 6 on base, 6 of 6 patched');
});

function loseGuest(): never {
  throw new InfraError('QEMU died.', { code: 'VM_QEMU_DIED' });
}

test('a run that is lost with the harness has not fired, and a kernel without any proves nothing', async (t) => {
  await using some = await proveWith({
    run: (kernel, earlier) => (kernel === 'base' && earlier === 0 ? loseGuest() : 'with status 0'),
  });
  t.is(some.record.verdict, 'answered');
  await using all = await proveWith({
    run: (kernel) => (kernel === 'base' ? loseGuest() : 'with status 0'),
    runs: 2,
  });
  t.is(all.record.verdict, 'undecided');
  t.deepEqual(sidesOf(all.record)[0], [0, 0, 2]);
  t.deepEqual(all.record.reasons, ['x86_64, base: none of 2 runs came to an end.']);
});

test('a kernel that does not boot proves nothing', async (t) => {
  await using proof = await proveWith({
    run: () => 'with status 1',
    unbootable: 'patched',
    expected: 'fires-on-base',
  });
  t.is(proof.record.verdict, 'undecided');
  t.deepEqual(proof.record.reasons, ['x86_64, patched: It does not boot: it panicked']);
});

test('the text says what was run, on what, what was seen and how to repeat it', async (t) => {
  const splat = {
    ...splatOf('WARNING: CPU: 0 PID: 1 at mm/x.c:1 f+0x1/0x2'),
    title: 'WARNING in f',
    lines: ['WARNING: at f', '\u001b[31mred'],
  };
  await using proof = await proveWith({
    run: (kernel) => (kernel === 'base' ? { splats: [splat] } : 'with status 0'),
  });
  const text = await proofText(proof.record, join(ROOT, 'guests'));
  t.regex(
    text,
    /^repro\.c fires in 6 of 6 on base, 0 of 6 patched \(Fisher, one-sided: p = 0\.001\), x86_64\n/u,
  );
  t.regex(text, new RegExp(`sha256 ${'a'.repeat(64)}`, 'u'));
  t.regex(text, /x86_64, base:\n {5}6 x WARNING in f\n\n {2}\| WARNING: at f\n {2}\| red\n/u);
  t.regex(text, /gcc -static .* -o repro repro\.c\n/u);
  t.regex(text, /-kernel "\$KERNEL" -initrd initramfs\.cpio/u);
  t.regex(text, /^ {2}int main\(void\)$/mu);
  t.notRegex(text, /[^\P{Cc}\n\t]/u);
});
