import test from 'ava';
import { judgeSimulated, KERNEL, RIGHT, WRONG } from '../../../fixtures/fuzz/simulated-kernels.ts';
import { InfraError } from '../../errors.ts';
import type { Batch } from '../generate/draw-batch.ts';
import type { Failure } from '../judge/judge-batch.ts';
import { findProfile } from '../operations/profiles.ts';
import { KernelComparison, type CompareOptions } from './compare-kernels.ts';
import { programsOf } from './comparison-record.ts';
import type { Side } from './find-differences.ts';
import type { Lab, PursuedSuspicion } from './lab.ts';

interface Script {
  /** What a batch shows. */
  readonly run: (side: Side, batch: Batch, number: number) => readonly Failure[];
  readonly start?: (side: Side) => void;
  readonly pursue?: Lab['pursue'];
}

/** Guests that do what a script says; a batch that ends one is its last. */
function createLab({ run, start, pursue }: Script): Lab & { readonly pursued: PursuedSuspicion[] } {
  const pursued: PursuedSuspicion[] = [];
  const counts = { base: 0, patched: 0 };
  return {
    pursued,
    facts: { base: KERNEL, patched: KERNEL },
    async start(side) {
      start?.(side);
      let isUsable = true;
      return {
        get isUsable() {
          return isUsable;
        },
        async run(batch) {
          counts[side] += 1;
          const failures = run(side, batch, counts[side]);
          if (failures.some(({ kind }) => kind === 'trouble')) isUsable = false;
          return failures;
        },
        [Symbol.asyncDispose]: () => Promise.resolve(),
      };
    },
    async pursue(one) {
      pursued.push(one);
      if (pursue !== undefined) return pursue(one);
      return { text: 'step 2: …', standing: one.side === 'patched' ? 'regression' : 'fix', how: 'alone' };
    },
  };
}

/** Compares until the clock of the test says so: after so many batches of the patched kernel. */
async function compare(
  script: Script,
  replaced: Partial<CompareOptions> & { readonly batches?: number } = {},
) {
  const over = new AbortController();
  const { batches = 20, ...others } = replaced;
  const lab = createLab({
    ...script,
    run(side, batch, number) {
      if (number > batches) over.abort();
      return script.run(side, batch, number);
    },
  });
  const compared = await new KernelComparison({
    arch: 'x86_64',
    lab,
    rounds: [{ profile: findProfile('mm'), sides: ['base', 'patched'] }],
    seed: 1,
    msMax: 60_000,
    findingsMax: 5,
    signal: over.signal,
    ...others,
  }).run();
  return { ...compared, pursued: lab.pursued };
}

const crash = (title: string): Failure => ({
  kind: 'trouble',
  trouble: { kind: 'splat', title, splats: [], console: '', stacks: [] },
});

const died = (status: number): Failure => ({ kind: 'died', process: 0, status });

test('two kernels that do what the model says show nothing', async (t) => {
  const { fuzzed, findings } = await compare({ run: (_, batch) => judgeSimulated(batch, RIGHT) });
  t.deepEqual(findings, []);
  t.true(programsOf(fuzzed) >= 20 * 16);
  t.is(fuzzed.ended, 'interrupted');
});

test('what only the patched kernel does wrong is looked into, once for each kind', async (t) => {
  const { findings, pursued } = await compare({
    run: (side, batch) => judgeSimulated(batch, side === 'patched' ? WRONG : RIGHT),
  });
  t.true(pursued.length >= 1);
  t.true(pursued.every(({ side }) => side === 'patched'));
  t.is(new Set(findings.map(({ signature }) => signature)).size, findings.length);
  t.true(
    findings.some(({ signature, standing }) => signature === 'look: mapped' && standing === 'regression'),
  );
});

test('what both do wrong is a finding on both, and is not looked into', async (t) => {
  const { findings, pursued } = await compare({ run: (_, batch) => judgeSimulated(batch, WRONG) });
  t.true(findings.length > 0);
  t.deepEqual([...new Set(findings.map(({ standing }) => standing))], ['both']);
  t.deepEqual(pursued, []);
});

test('what only the base does wrong is looked into, too', async (t) => {
  const { findings } = await compare({
    run: (side, batch) => judgeSimulated(batch, side === 'base' ? WRONG : RIGHT),
  });
  t.true(findings.length > 0);
  t.true(findings.every(({ seenOn, standing }) => seenOn === 'base' && standing === 'fix'));
});

test('a report of the kernel is joined with the batches that may have caused it, and new guests go on', async (t) => {
  let started = 0;
  const { findings, fuzzed, pursued } = await compare({
    start: () => (started += 1),
    run: (side, _, number) => (side === 'patched' && number === 8 ? [crash('BUG: bad page state')] : []),
  });
  t.like(findings, [{ signature: 'splat: BUG: bad page state', isTrouble: true, seenOn: 'patched' }]);
  t.true((pursued[0]?.suspicion.others.length ?? 0) >= 1);
  t.is(started, 4);
  t.true(programsOf(fuzzed) > 8 * 16);
});

test('a hang that does not happen again is a notice', async (t) => {
  const notices: string[] = [];
  const { findings } = await compare(
    {
      run: (side, _, number) => (side === 'patched' && number === 3 ? [crash('hang')] : []),
      pursue: () => Promise.resolve(undefined),
    },
    { onNotice: (message) => notices.push(message) },
  );
  t.deepEqual(findings, []);
  t.deepEqual(notices, ['Not seen again, and so no finding: splat: hang.']);
});

test('guests that do not come up end it after three tries, with the reason', async (t) => {
  const { fuzzed, findings } = await compare({
    run: () => [],
    start: () => {
      throw new InfraError('The executor does not come up.', { code: 'FUZZ_EXECUTOR_FAILED' });
    },
  });
  t.like(fuzzed, { ended: 'trouble', trouble: 'The executor does not come up.' });
  t.is(programsOf(fuzzed), 0);
  t.deepEqual(findings, []);
});

test('trouble while a finding is looked into leaves it unconfirmed', async (t) => {
  const { findings } = await compare({
    run: (side, _, number) => (side === 'patched' && number === 3 ? [crash('BUG: x')] : []),
    pursue: () => Promise.reject(new InfraError('QEMU ended.', { code: 'VM_QEMU_DIED' })),
  });
  t.like(findings, [{ standing: 'unconfirmed', note: 'It could not be looked into: QEMU ended.' }]);
});

test('what a batch showed is looked into although another one loses the guest', async (t) => {
  const notices: string[] = [];
  const { findings, pursued } = await compare(
    {
      run(side, _, number) {
        if (side === 'patched' && number === 3) return [died(11)];
        if (side === 'patched' && number === 4) throw new InfraError('QEMU ended.', { code: 'VM_QEMU_DIED' });
        return [];
      },
    },
    { onNotice: (message) => notices.push(message) },
  );
  t.like(findings, [{ signature: 'died: by SIGSEGV', standing: 'regression' }]);
  t.is(pursued.length, 1);
  t.deepEqual(notices, ['A guest was lost, and another is started: QEMU ended.']);
});

test('what is looked into has a number of its own, also after something that was not seen again', async (t) => {
  const { pursued } = await compare(
    {
      run: (side, _, number) => (side === 'patched' && number < 4 ? [died(number)] : []),
      pursue: ({ number }) =>
        Promise.resolve(number === 1 ? undefined : { text: 'x', standing: 'regression', how: 'alone' }),
    },
    { batches: 40 },
  );
  const numbers = pursued.map(({ number }) => number);
  t.true(numbers.length >= 3);
  t.is(new Set(numbers).size, numbers.length);
});

test('the time does not begin before the first guests are there', async (t) => {
  const { fuzzed } = await compare(
    { run: () => [], start: () => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 30) },
    { msMax: 20, batches: Infinity },
  );
  t.true(programsOf(fuzzed) > 0);
});

test('a hang that could not be looked into says something about the host', async (t) => {
  const hang: Failure = {
    kind: 'trouble',
    trouble: { kind: 'program-hung', title: 'a process does not go on', splats: [], console: '', stacks: [] },
  };
  const { findings } = await compare({
    run: (side, _, number) => (side === 'patched' && number === 3 ? [hang] : []),
    pursue: () =>
      Promise.reject(new InfraError('The executor does not come up.', { code: 'FUZZ_EXECUTOR_FAILED' })),
  });
  t.deepEqual(findings, []);
});

test('programs that one kernel does not get through count for nothing', async (t) => {
  const { fuzzed } = await compare(
    { run: (side) => (side === 'base' ? [crash('BUG: x')] : []) },
    { msMax: 100 },
  );
  t.is(programsOf(fuzzed), 0);
});

test('it ends with its time, or when enough was found', async (t) => {
  const late = await compare({ run: () => [] }, { msMax: 30, batches: Infinity });
  t.is(late.fuzzed.ended, 'time');
  t.true(late.fuzzed.ms >= 30);
  const enough = await compare(
    { run: (side) => (side === 'patched' ? [died(6), died(7), died(11)] : []) },
    { findingsMax: 2, batches: Infinity },
  );
  t.is(enough.fuzzed.ended, 'findings');
  t.is(enough.findings.length, 2);
  t.deepEqual(enough.fuzzed.left, [{ signature: 'died: by SIGSEGV', seenOn: 'patched' }]);
});

test('programs of calls that the series adds run on the patched kernel only', async (t) => {
  const ran: Record<Side, number> = { base: 0, patched: 0 };
  const { fuzzed } = await compare(
    {
      run(side) {
        ran[side] += 1;
        return [];
      },
    },
    {
      rounds: [
        { profile: findProfile('mm'), sides: ['base', 'patched'] },
        { profile: findProfile('process-vm-mmap'), sides: ['patched'] },
      ],
    },
  );
  t.like(fuzzed.profiles, [{ profile: 'mm' }, { profile: 'process-vm-mmap', patchedOnly: true }]);
  t.true(Math.abs(ran.patched - 2 * ran.base) <= 2);
});
