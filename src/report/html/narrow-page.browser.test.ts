import anyTest from 'ava';
import { shareBrowser, showReport } from '../../../fixtures/report/browser.ts';
import { COVERAGE, FAILED, pair, renderGated, SUITE } from '../../../fixtures/report/gated-suite.ts';
import type { RunRecord } from '../../run/record/record.ts';

/** One after the other: all share the browser. */
const test = anyTest.serial;

const browser = shareBrowser(anyTest);

const LONG = 'a_name_that_is_longer_than_any_page_of_a_telephone_is_wide_and_has_no_place_to_break_it';

const CASES = [
  ...SUITE,
  ...pair(LONG, {
    ...FAILED,
    observations: { 'call.errno': LONG, [LONG]: LONG.repeat(3) },
    problems: [`${LONG}: expected ${LONG}, seen none.`],
    tail: [LONG.repeat(2)],
    output: LONG.repeat(2),
    stacks: [{ of: LONG, frames: [{ function: LONG, file: `mm/${LONG}.c`, line: 1 }] }],
    location: `specs/${LONG}.yaml:1`,
  }),
  ...pair('riscv', FAILED, { arch: 'riscv64', spec: LONG, about: LONG }),
];

const KERNEL: RunRecord['kernels'][number] = {
  id: LONG,
  arch: 'x86_64',
  role: 'base',
  variant: 'plain',
  release: `6.12.0-${LONG}`,
  buildId: 'f'.repeat(40),
  digest: 'd',
  compiler: LONG,
};

const RECORD: Partial<RunRecord> = {
  kernels: [KERNEL],
  reasons: [LONG],
  notices: [LONG],
  preparations: [
    { kind: 'kernel', kernel: LONG, arch: 'x86_64', cached: false, startedMs: -90_000, ms: 80_000 },
  ],
};

/** What reaches beyond the page, and what holds more than it shows. */
const CUT_OFF = `(() => {
  const width = document.documentElement.clientWidth;
  const shown = [...document.body.querySelectorAll('*')].filter((one) => one.checkVisibility() && one.closest('.hidden, thead') === null);
  const words = (one) => one.tagName + '.' + one.className + ': ' + one.textContent.slice(0, 60);
  const beyond = shown.filter((one) => one.closest('svg') === null && one.getBoundingClientRect().right > width + 1);
  const within = shown.filter((one) => one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).overflowX !== 'visible');
  return [
    ...(document.documentElement.scrollWidth > width ? ['the page scrolls sideways'] : []),
    ...beyond.map((one) => words(one) + ' reaches beyond the page'),
    ...within.map((one) => words(one) + ' is cut off'),
  ];
})()`;

const HASHES = [
  '#cases',
  `#case/special-mappings/${LONG}`,
  '#case/special-mappings/gate_area',
  '#coverage',
  '#kernels',
  '#timeline',
];

for (const width of [360, 700])
  for (const hash of HASHES)
    test(`${hash.slice(0, 30)} is all there on a page of ${width} pixels, and nothing scrolls sideways`, async (t) => {
      const html = await renderGated(CASES, { coverage: COVERAGE, record: RECORD });
      await using shown = await showReport(browser(), html, { hash, viewport: { width, height: 800 } });
      if (hash.startsWith('#case/')) await shown.page.waitForSelector('.observations');
      t.deepEqual(await shown.page.evaluate(CUT_OFF), []);
      t.deepEqual(shown.complaints, []);
    });

test('a row of a narrow page says of which architecture and kernel each outcome is', async (t) => {
  await using shown = await showReport(browser(), await renderGated(), {
    viewport: { width: 360, height: 800 },
  });
  const labels = await shown.page.evaluate(
    "[...document.querySelectorAll('tr[data-row=\"0\"] td:not(.absent)')].map((one) => [getComputedStyle(one, '::after').content, one.innerText.trim()])",
  );
  t.deepEqual(labels, [
    ['"x86_64 base"', 'passed'],
    ['"x86_64 patched"', 'failed'],
  ]);
});
