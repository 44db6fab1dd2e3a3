import test from 'ava';
import type { CoverageRecord } from '../../coverage/coverage-record.ts';
import { renderCoverage } from '../terminal/coverage-text.ts';
import { renderLcov } from './lcov-format.ts';
import { createPalette } from '../text/palette.ts';

const build = { digest: 'd', buildId: 'b', compiler: 'gcc', counted: 1 };
const RECORD: CoverageRecord = {
  version: 1,
  kgate: '0.1.0',
  started: '2026-11-23T12:00:00.000Z',
  ms: 1,
  cases: [{ spec: 's', case: 'c' }],
  subjects: [
    {
      kernel: 'linux-6.12',
      patches: ['0001'],
      builds: [
        { arch: 'x86_64', ...build },
        { arch: 'arm64', ...build },
      ],
      total: { executable: 3, ran: 2 },
      arches: { x86_64: { executable: 3, ran: 2 }, arm64: { executable: 1, ran: 0 } },
      files: [
        {
          path: 'mm/x.c',
          added: 3,
          total: { executable: 3, ran: 2 },
          arches: { x86_64: { executable: 3, ran: 2 }, arm64: { executable: 1, ran: 0 } },
          never: [{ from: 12, to: 12, function: 'f' }],
          hunks: [
            {
              lines: [
                { line: 9, text: 'context', arches: {} },
                {
                  line: 10,
                  text: '\tif (a)',
                  patch: 0,
                  arches: { x86_64: { count: 7, cases: 1, first: 0 } },
                },
                {
                  line: 11,
                  text: '\t\tb();',
                  patch: 0,
                  arches: { x86_64: { count: 2, cases: 1, first: 0 } },
                },
                {
                  line: 12,
                  text: '\treturn -EINTR;',
                  patch: 0,
                  arches: { x86_64: { count: 0, cases: 0 }, arm64: { count: 0, cases: 0 } },
                },
              ],
            },
          ],
        },
      ],
      withoutCode: ['Documentation/x.rst'],
    },
  ],
  notices: ['s › d was lost.'],
};

test('lcov has a test for each architecture, with added lines only', (t) => {
  t.is(
    renderLcov(RECORD),
    [
      'TN:linux_6_12_x86_64',
      'SF:mm/x.c',
      'DA:10,7',
      'DA:11,2',
      'DA:12,0',
      'LF:3',
      'LH:2',
      'end_of_record',
      'TN:linux_6_12_arm64',
      'SF:mm/x.c',
      'DA:12,0',
      'LF:1',
      'LH:0',
      'end_of_record',
      '',
    ].join('\n'),
  );
});

test('the text names each range that never ran, with its function and its first line', (t) => {
  t.is(
    renderCoverage(RECORD, createPalette(false)),
    [
      'Patch coverage of linux-6.12: 2 of 3 added lines ran (66.6 %)',
      '  mm/x.c: 2 of 3 added lines ran (x86_64 2 of 3, arm64 0 of 1); never:',
      '    mm/x.c:12   f   return -EINTR;',
      '  Without code: 1 file, such as Documentation/x.rst',
      '',
      'notice  s › d was lost.',
      '',
    ].join('\n'),
  );
});
