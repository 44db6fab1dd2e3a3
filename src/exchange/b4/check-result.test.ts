import test from 'ava';
import { createGate } from '../../../fixtures/report/gate.ts';
import { createRecord, createResult } from '../../../fixtures/report/results.ts';
import type { CoverageRecord } from '../../coverage/coverage-record.ts';
import type { GateRecord } from '../../gate/gate-record.ts';
import { brokenBuildResult, checkResult, untestedResult } from './check-result.ts';

const builds: GateRecord['builds'] = (['x86_64', 'arm64'] as const).map((arch) => ({
  arch,
  release: '6.12.117',
  buildId: { base: 'a', patched: 'b' },
}));

function gate(outcome: 'passed' | 'failed', replaced: Partial<GateRecord> = {}): GateRecord {
  const run = createRecord([
    createResult({ kernel: 'base' }),
    createResult({ kernel: 'patched', outcome, problems: outcome === 'passed' ? [] : ['wrong'] }),
  ]);
  return createGate(run, { base: 'base', patched: 'patched' }, { builds, ...replaced });
}

const COVERAGE: CoverageRecord = {
  version: 1,
  kgate: '0.1.0',
  started: '2026-11-23T12:00:00.000Z',
  ms: 1,
  cases: [],
  subjects: [
    {
      kernel: 'patched',
      patches: ['0001'],
      builds: [],
      total: { executable: 9, ran: 4 },
      arches: {},
      files: [
        {
          path: 'mm/x.c',
          added: 9,
          total: { executable: 9, ran: 4 },
          arches: {},
          never: [
            { from: 12, to: 12, function: 'f' },
            { from: 20, to: 23 },
            { from: 30, to: 30 },
            { from: 40, to: 40 },
          ],
          hunks: [],
        },
      ],
      withoutCode: [],
    },
  ],
  notices: [],
};

const evidence = { coverage: undefined, details: 'all of it\u001b[31m', url: 'file:///report.html' };
const said = (record: GateRecord, coverage?: CoverageRecord) =>
  checkResult('kgate', record, { ...evidence, coverage });

test('a good series passes, with how many of its lines ran', (t) => {
  t.deepEqual(said(gate('passed', { changed: { lines: 9, ran: 9 } })), {
    tool: 'kgate',
    status: 'pass',
    summary: 'GOOD; 9 of 9 changed lines ran; 1 case compared on x86_64 and arm64',
    url: 'file:///report.html',
    details: 'all of it',
  });
});

test('the summary names the lines that never ran', (t) => {
  t.regex(
    said(gate('passed', { changed: { lines: 9, ran: 4 } }), COVERAGE)?.summary ?? '',
    /^GOOD; 4 of 9 changed lines ran, never mm\/x\.c:12 \(f\), mm\/x\.c:20-23, mm\/x\.c:30 and 1 more; /u,
  );
});

test('a bad series fails, with the reason', (t) => {
  const result = said(gate('failed', { changed: { lines: 9, ran: 9 } }));
  t.is(result?.status, 'fail');
  t.regex(
    result?.summary ?? '',
    /^BAD; 9 of 9 changed lines ran; 1 case is right on the base and wrong with/u,
  );
});

test('an untested series is a warning', (t) => {
  const reasons = ['None of the 3 changed lines ran: mm/x.c:3 (f).'];
  const result = said(gate('passed', { verdict: 'untested', reasons, changed: { lines: 3, ran: 0 } }));
  t.is(result?.status, 'warn');
  t.is(result?.summary, 'UNTESTED; 0 of 3 changed lines ran; None of the 3 changed lines ran: mm/x.c:3 (f)');
});

for (const verdict of ['infra-error', 'interrupted'] as const) {
  test(`a gate that ends as ${verdict} says nothing of the series`, (t) => {
    t.is(said(gate('passed', { verdict, reasons: ['QEMU died.'] })), undefined);
  });
}

test('what no gate came to say is one line, too', (t) => {
  t.deepEqual(untestedResult('kgate', 'does\nnot apply', 'because'), {
    tool: 'kgate',
    status: 'warn',
    summary: 'does not apply',
    url: '',
    details: 'because',
  });
  t.is(brokenBuildResult('kgate', 'does not build', 'make: error').status, 'fail');
});
