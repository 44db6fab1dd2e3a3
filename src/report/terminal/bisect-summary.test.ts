import test from 'ava';
import type { BisectRecord } from '../../gate/bisect/bisect-record.ts';
import { renderBisection } from './bisect-summary.ts';
import { createPalette } from '../text/palette.ts';

const change = (position: number) => ({
  position,
  subject: `change ${position}`,
  origin: `000${position}.patch`,
});

const render = (result: BisectRecord['result']) =>
  renderBisection(
    {
      version: 1,
      kgate: '0.0.0',
      spec: 'mremap',
      case: 'shrink',
      arch: 'arm64',
      origin: 'v3.mbox',
      base: 'linux-6.12',
      changes: [1, 2, 3].map(change),
      steps: [
        { changes: 0, answer: 'good', reason: 'passed' },
        { changes: 3, subject: 'change 3', answer: 'bad', reason: 'failed: call.errno: expected none.' },
        { changes: 1, subject: 'change 1', answer: 'cannot-tell', reason: 'it does not build: No.' },
      ],
      result,
    },
    createPalette(false),
  );

test('the first bad change is named after the steps that led to it', (t) => {
  t.is(
    render({ kind: 'found', change: change(2) }),
    `mremap/shrink on arm64, 3 changes of v3.mbox on linux-6.12
  good         before the first change: passed
  bad          with 3: change 3: failed: call.errno: expected none.
  cannot-tell  with 1: change 1: it does not build: No.

first bad  2/3 change 2
           0002.patch
           3 kernels of 4 tried
`,
  );
});

test('several candidates are all named', (t) => {
  t.true(
    render({ kind: 'narrowed', changes: [change(1), change(2)] }).endsWith(
      `one of these is the first bad one; the kernels between them could not tell which:
  1/3 change 1   0001.patch
  2/3 change 2   0002.patch
`,
    ),
  );
});

test('ends that are not what a search needs are the answer', (t) => {
  t.regex(
    render({ kind: 'not-good-before', answer: 'bad', reason: 'failed: x.' }),
    /no search: mremap\/shrink is not good before the first change: failed: x\.\n/u,
  );
  t.regex(
    render({ kind: 'not-bad-after', answer: 'good', reason: 'passed' }),
    /no search: mremap\/shrink does not fail with all changes: passed\.\n.*--repeat\.\n$/u,
  );
});
