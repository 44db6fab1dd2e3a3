import test from 'ava';
import { createGate } from '../../../fixtures/report/gate.ts';
import { createRecord, createResult } from '../../../fixtures/report/results.ts';
import type { GateRecord } from '../../gate/gate-record.ts';
import { createPalette } from '../text/palette.ts';
import { renderGate } from '../terminal/gate-summary.ts';
import { createTestReport } from '../formats/test-report.ts';
import { renderMail } from './render-mail.ts';

const KERNELS = { base: 'linux-6.12', patched: 'process-vm-mmap-6.12' };
const cases = [createResult({ kernel: KERNELS.base }), createResult()];

function recorded(replaced: Partial<GateRecord>) {
  const run = createRecord(cases);
  return { folder: '/none', run, gate: createGate(run, KERNELS, replaced) };
}

const untested = recorded({
  verdict: 'untested',
  reasons: ['None of the 14 changed lines ran: mm/clone.c:1-14 (clone_range).'],
  next: ['Write a case that reaches clone_range().'],
  changed: { lines: 14, ran: 0 },
});
const inPart = recorded({ changed: { lines: 14, ran: 2 } });
const style = { palette: createPalette(false), runsFolder: '/runs', program: 'npx kgate' };
const sender = 'A Tester <t@example.org>';

test('an untested series gets no Tested-by, and its mail says why and what to do', (t) => {
  const mail = renderMail(untested, { sender });
  t.notRegex(mail, /Tested-by/u);
  t.regex(mail, /The verdict is "untested"; 0 of 14\s+changed lines ran\./u);
  t.regex(mail, /- None of the 14 changed lines ran: mm\/clone\.c:1-14/u);
  t.regex(mail, /- Write a case that reaches clone_range\(\)\./u);
});

test('the first line of a verdict says how much of the series was executed', (t) => {
  t.regex(
    renderGate(untested.gate, untested.run, style),
    /^UNTESTED .*; 0 of 14 changed lines ran\n.*\n {2}next {5}Write/u,
  );
  t.regex(renderGate(inPart.gate, inPart.run, style), /^GOOD .*; 2 of 14 changed lines ran\n/u);
  const mail = renderMail(inPart, { sender });
  t.regex(mail, /The verdict is "good"; 2 of 14 changed\s+lines ran\./u);
  t.regex(mail, /2 patches; 2 of 14 changed lines ran/u);
  t.regex(mail, /Tested-by: A Tester/u);
});

test('an untested series is red to a harness that counts tests', (t) => {
  const { passed, suites } = createTestReport(untested);
  t.false(passed);
  t.is(suites.at(-1)?.tests[0]?.status, 'broken');
});

test('the base is named as its distributor does', (t) => {
  const { run, gate } = recorded({
    builds: [
      {
        arch: 'x86_64',
        release: '6.12.117',
        source: 'Debian linux-source-6.12 6.12.117-1',
        buildId: { base: 'a', patched: 'b' },
      },
    ],
  });
  t.regex(
    renderMail({ folder: '/none', run, gate }, { sender }),
    /base {6}Debian linux-source-6\.12 6\.12\.117-1, kgate's\s+linux-6\.12/u,
  );
});

test('the command that was run is what sees it again', (t) => {
  const { run, gate } = recorded({ command: ['mremap', '--base', 'linux-6.12', '--arch', 'arm64'] });
  const again =
    /kgate gate 20260102\.clone-0-dev@kernel\.example mremap \\\n {6}--base linux-6\.12 --arch arm64/u;
  t.regex(renderMail({ folder: '/none', run, gate }, { sender }), again);
});
