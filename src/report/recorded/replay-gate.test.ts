import test from 'ava';
import { createGate } from '../../../fixtures/report/gate.ts';
import { createRecord, createResult } from '../../../fixtures/report/results.ts';
import { replayGate } from './replay-gate.ts';

const gateOf = (origin: string) => {
  const gate = createGate(createRecord([createResult()]), { base: 'linux-6.12', patched: 'p' });
  return { ...gate, series: { ...gate.series, origin } };
};

test('a series from a file is gated again by its path', (t) => {
  t.is(replayGate(gateOf('v3.mbox')), 'kgate gate v3.mbox --base linux-6.12');
});

test('one case is named with its architecture', (t) => {
  t.is(
    replayGate(gateOf('my series/v3'), { spec: 'mremap', case: 'grows', arch: 'arm64' }),
    "kgate gate 'my series/v3' mremap --case grows --arch arm64 --base linux-6.12",
  );
});

test('one case keeps what decided about the kernels, and loses what chose other cases and patches', (t) => {
  const options = ['--config-from', '/boot/config', '--known-failures', 'known.yaml', '--no-sandbox'];
  const gate = { ...gateOf('v3.mbox'), command: ['mm', '--tag', 'slow', ...options, '--per-commit'] };
  t.is(
    replayGate(gate, { spec: 'mremap', case: 'grows', arch: 'arm64' }),
    `kgate gate v3.mbox mremap --case grows --arch arm64 ${options.join(' ')}`,
  );
  t.is(replayGate(gate), `kgate gate v3.mbox mm --tag slow ${options.join(' ')} --per-commit`);
});

test('a range of a git tree is named by both', (t) => {
  t.is(
    replayGate(gateOf('/src/linux v6.12..topic')),
    'kgate gate --tree /src/linux --range v6.12..topic --base linux-6.12',
  );
});
