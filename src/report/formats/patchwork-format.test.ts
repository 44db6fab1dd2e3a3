import { join } from 'node:path';
import test from 'ava';
import { createGate } from '../../../fixtures/report/gate.ts';
import { patchworkCheckSchema } from '../../../fixtures/report/kcidb-schema.ts';
import { createRecord, createResult } from '../../../fixtures/report/results.ts';
import { UsageError } from '../../errors.ts';
import { GATE_VERDICTS, type GateVerdict } from '../../gate/gate-record.ts';
import { loadRecordedRun, type RecordedRun } from '../recorded/recorded-run.ts';
import { createPalette } from '../text/palette.ts';
import { patchworkFormat } from './patchwork-format.ts';

const palette = createPalette(false);
const ROOT = join(import.meta.dirname, '../../..');

const render = async (recorded: RecordedRun, url?: string) =>
  patchworkCheckSchema.parse(
    JSON.parse(await patchworkFormat.render(recorded, { palette, ...(url === undefined ? {} : { url }) })),
  );

const STATES: Readonly<Record<GateVerdict, 'success' | 'fail' | 'warning' | 'pending'>> = {
  good: 'success',
  bad: 'fail',
  untested: 'warning',
  'infra-error': 'pending',
  interrupted: 'pending',
};

for (const verdict of GATE_VERDICTS)
  test(`a gate that ends as ${verdict} is a check that is ${STATES[verdict]}`, async (t) => {
    const run = createRecord([createResult({ kernel: 'a' }), createResult({ kernel: 'b' })]);
    const gate = createGate(run, { base: 'a', patched: 'b' }, { verdict, changed: { lines: 4, ran: 3 } });
    const check = await render({ folder: '/runs/x', run, gate });
    t.is(check.state, STATES[verdict]);
    t.is(check.context, 'kgate');
    t.regex(check.description ?? '', new RegExp(`^${verdict.toUpperCase()}; 3 of 4 changed lines ran`, 'u'));
  });

test('a run says how its cases ended', async (t) => {
  const run = createRecord([createResult(), createResult({ outcome: 'failed' })]);
  const check = await render({ folder: '/runs/x', run });
  t.is(check.state, 'fail');
  t.regex(check.description ?? '', /^2 cases: 1 passed, 1 failed; /u);
});

test('the example is a check with the address of its report', async (t) => {
  const recorded = await loadRecordedRun('docs/examples/record', { runs: '/nowhere', cwd: ROOT });
  const check = await render(recorded, 'https://example.org/report.html');
  t.is(check.target_url, 'https://example.org/report.html');
});

for (const url of ['report.html', `https://example.org/${'x'.repeat(200)}`])
  test(`${url.slice(0, 30)} is no address that Patchwork takes`, async (t) => {
    const run = createRecord([createResult()]);
    const error = await t.throwsAsync(render({ folder: '/runs/x', run }, url), { instanceOf: UsageError });
    t.is(error?.code, 'REPORT_URL_INVALID');
  });
