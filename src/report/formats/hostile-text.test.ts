import test from 'ava';
import { execa } from 'execa';
import * as fc from 'fast-check';
import { createGate } from '../../../fixtures/report/gate.ts';
import { HOSTILE_TEXT } from '../../../fixtures/report/hostile.ts';
import { createHostileComparison } from '../../../fixtures/report/fuzzed.ts';
import { createHostileMutants } from '../../../fixtures/report/planted-bugs.ts';
import { createRecord, createResult } from '../../../fixtures/report/results.ts';
import type { CaseResult } from '../../run/record/record.ts';
import { renderBisectStep } from '../terminal/bisect-summary.ts';
import { reportFormats } from './formats.ts';
import { renderGate } from '../terminal/gate-summary.ts';
import { createPalette } from '../text/palette.ts';
import type { RecordedRun } from '../recorded/recorded-run.ts';

const [BASE, PATCHED] = ['linux-6.12', 'process-vm-mmap-6.12'];

/** Pieces that a terminal acts on, some of them cut short: together they make any sequence there is. */
const piece = fc.oneof(
  fc.integer({ min: 0, max: 0x9f }).map((code) => String.fromCodePoint(code)),
  fc.constantFrom(
    '\u001b]0;title\u0007',
    '\u001b]52;c;cm0=\u001b\\',
    '\u001b[6n',
    '\u001b[c',
    '\u001b[',
    '\u009b31m',
    '\u009d0;title\u009c',
    '\u001bP$qm\u001b\\',
    '\ud800',
    '\udc00',
    '\ufffe',
    ']]>',
    '<!--',
    '&',
    '\r\n',
    '\u0085',
    '\u2028',
    HOSTILE_TEXT,
  ),
  fc.string({ unit: 'binary' }),
);
const text = fc.array(piece, { minLength: 1, maxLength: 12 }).map((pieces) => pieces.join(''));

/** Results in which every text that comes from a guest is hostile. */
function createResults(hostile: string): CaseResult[] {
  const told = {
    problems: [`value: expected none, seen ${hostile}.`],
    output: hostile,
    tail: hostile.split('\n'),
    observations: { value: hostile },
    allowed: [{ title: hostile, reason: hostile }],
  };
  const splat = {
    kind: 'bug' as const,
    title: `kernel BUG in ${hostile}`,
    function: hostile,
    lines: hostile.split('\n'),
    blame: hostile,
    frames: [{ function: hostile, file: hostile, line: 3 }],
  };
  const stacks = [{ of: hostile, frames: [{ function: hostile, file: hostile, line: 3 }] }];
  return [BASE, PATCHED].flatMap((kernel) => [
    createResult({ ...told, kernel, case: 'fails', outcome: kernel === BASE ? 'passed' : 'failed' }),
    createResult({ ...told, kernel, case: 'crashes', outcome: 'crashed', splat }),
    createResult({ ...told, kernel, case: 'hangs', outcome: 'hung', stacks }),
    createResult({ ...told, kernel, case: 'breaks', outcome: 'infra-error' }),
    createResult({ kernel, case: 'skips', outcome: 'skipped', skipReason: hostile }),
    createResult({
      ...told,
      kernel,
      case: 'known',
      outcome: 'failed',
      known: { reason: hostile, expires: '2027-01-01' },
    }),
  ]);
}

function createRuns(hostile: string): RecordedRun[] {
  const run = { ...createRecord(createResults(hostile)), reasons: [hostile] };
  const folder = '/runs/20260102-030405-abcd';
  return [
    { folder, run },
    {
      folder,
      run,
      gate: createGate(
        run,
        { base: BASE, patched: PATCHED },
        {
          reasons: [hostile],
          mutants: createHostileMutants(hostile),
          fuzz: createHostileComparison(hostile),
        },
      ),
    },
  ];
}

/** Line feeds and tabs are the only control characters that text needs. */
const CONTROLS = /[^\P{Cc}\n\t]/u;

/** What can show a run with and without a gate; lines of coverage hold no text of a guest. */
const formats = reportFormats.filter(({ name }) => name !== 'lcov');

async function renderAll(format: (typeof formats)[number], hostile: string): Promise<string[]> {
  const runs = createRuns(hostile).filter(({ gate }) => format.name !== 'mail' || gate !== undefined);
  return Promise.all(
    runs.map(async (recorded) =>
      format.render(recorded, {
        palette: createPalette(false),
        testedBy: 'Ada Example <ada@kernel.example>',
      }),
    ),
  );
}

test('no control character of a guest reaches the summary of a gate or a bisection', (t) => {
  const property = fc.property(text, (hostile) => {
    const [, { gate, run } = {}] = createRuns(hostile);
    const summary = renderGate(gate!, run!, {
      palette: createPalette(false),
      runsFolder: '/runs',
      program: 'kgate',
    });
    const step = { changes: 1, subject: hostile, answer: 'bad', reason: hostile } as const;
    return !CONTROLS.test(`${summary}${renderBisectStep(step, createPalette(false))}`);
  });
  t.notThrows(() => fc.assert(property, { numRuns: 100, examples: [[HOSTILE_TEXT]] }));
});

for (const format of formats) {
  test(`no control character of a guest reaches a report as ${format.name}`, async (t) => {
    const property = fc.asyncProperty(text, async (hostile) => {
      for (const report of await renderAll(format, hostile)) {
        const found = CONTROLS.exec(report);
        if (found !== null)
          throw new Error(JSON.stringify(report.slice(Math.max(0, found.index - 80), found.index + 20)));
        if (!report.isWellFormed()) throw new Error('Half a character.');
      }
    });
    await t.notThrowsAsync(async () => fc.assert(property, { numRuns: 25, examples: [[HOSTILE_TEXT]] }));
  });
}

test('whatever a guest prints, JUnit reports are well-formed and of the same cases', async (t) => {
  const junit = formats.filter(({ name }) => name === 'junit');
  const property = fc.asyncProperty(text, async (hostile) => {
    for (const format of junit) {
      const [xml = ''] = await renderAll(format, hostile);
      const { stdout } = await execa('xmllint', ['--nonet', '--xpath', 'count(//testcase)', '-'], {
        input: xml,
      });
      if (stdout !== '12') throw new Error(`${stdout} cases`);
    }
  });
  await t.notThrowsAsync(async () => fc.assert(property, { numRuns: 25, examples: [[HOSTILE_TEXT]] }));
});

test('whatever a guest prints, JSON reports give it back', async (t) => {
  const json = formats.filter(({ name }) => name === 'json' || name === 'sarif');
  const property = fc.asyncProperty(text, async (hostile) => {
    for (const format of json) for (const report of await renderAll(format, hostile)) JSON.parse(report);
  });
  await t.notThrowsAsync(async () => fc.assert(property, { numRuns: 25, examples: [[HOSTILE_TEXT]] }));
});
