import test from 'ava';
import { createFakeBackend } from '../../../fixtures/run/fake-backend.ts';
import { createSpecFixture } from '../../../fixtures/run/specs.ts';
import { createTranscript } from '../../../fixtures/run/transcript.ts';
import { InfraError } from '../../errors.ts';
import type { KernelRole } from '../../kernel/definition/kernel.ts';
import { createTemporaryFolder } from '../../process/temporary-folder.ts';
import { probeCase, type ProbedKernel } from './probe-case.ts';

/** A run as the specs want it from a kernel of its role, or not, or lost to the harness. */
type Ran = 'right' | 'wrong' | 'lost';

const RIGHT: Readonly<Record<KernelRole, string>> = { patched: 'EFAULT', base: 'ENOSYS' };

/** Probes a kernel in the middle of a series, which may meet the expectations of either role. */
async function probe(runs: Readonly<Record<KernelRole, Ran>>) {
  const kernel: ProbedKernel = { id: 'half', role: 'patched', arch: ['x86_64'], variant: 'plain' };
  let role: KernelRole = 'patched';
  const { backend } = createFakeBackend({
    build: (built) => {
      role = built.role;
    },
    run: () => {
      if (runs[role] === 'lost') throw new InfraError('QEMU died.', { code: 'TEST' });
      const errno = runs[role] === 'right' ? RIGHT[role] : 'EINVAL';
      return createTranscript({ observations: new Map([['call.errno', errno]]) });
    },
  });
  const spec = createSpecFixture('one', ['case_a'], 'on: { base: { every: { call.errno: ENOSYS } } }\n');
  const [one] = spec.cases;
  if (one === undefined) throw new Error('The fixture has no case.');
  await using root = await createTemporaryFolder('kgate-probe');
  return await probeCase({ spec, one, arch: 'x86_64', repeat: 1 }, kernel, ['patched', 'base'], {
    backend,
    limits: { slots: 1, memoryMiB: 4_096 },
    root: root.path,
    version: '0.0.0',
    allowed: [],
    step: { signal: new AbortController().signal, sink: () => {} },
  });
}

for (const [patched, base, answer] of [
  ['right', 'wrong', 'good'],
  ['wrong', 'right', 'good'],
  ['lost', 'right', 'good'],
  ['wrong', 'wrong', 'bad'],
  ['lost', 'wrong', 'cannot-tell'],
  ['wrong', 'lost', 'cannot-tell'],
] as const)
  test(`a case that is ${patched} as patched and ${base} as base makes the answer ${answer}`, async (t) => {
    const found = await probe({ patched, base });
    t.is(found.answer, answer);
    if (answer === 'cannot-tell') t.regex(found.reason, /^infra-error: QEMU died/u);
  });
