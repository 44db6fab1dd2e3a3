import test from 'ava';
import { createHostileResults } from '../../../fixtures/report/hostile.ts';
import { renderResults } from '../../../fixtures/report/render.ts';
import { createResult } from '../../../fixtures/report/results.ts';
import { stepSummaryFormat } from './step-summary-format.ts';

test('a run is a headline and a table', async (t) => {
  const text = await renderResults(stepSummaryFormat, [
    createResult(),
    createResult({ arch: 'arm64', outcome: 'skipped', skipReason: 'no gate area' }),
    createResult({ spec: 'other' }),
  ]);
  t.is(
    text,
    `## ✅ kgate run 20260102-030405-abcd: passed

3 results in 12.3 s.

| spec | process-vm-mmap-6.12 x86&#95;64 | process-vm-mmap-6.12 arm64 |
| --- | --- | --- |
| special-mappings | 1 passed | 1 skipped |
| other | 1 passed | – |
`,
  );
});

test('failures are folded below the table', async (t) => {
  const text = await renderResults(stepSummaryFormat, [
    createResult({
      outcome: 'failed',
      problems: ['call.errno: expected EFAULT, seen none.'],
      output: 'a ```` b\n\nno such file\n',
      stderrAt: 10,
    }),
  ]);
  t.regex(text, /## ❌ .*failed\n/u);
  t.regex(text, /\n- 1 case failed\.\n/u);
  t.regex(text, /\| ❌ 1 failed \|/u);
  t.regex(
    text,
    /<details><summary>failed: special-mappings › vdso_whole \[process-vm-mmap-6\.12 x86_64\]<\/summary>\n\n`{5}text\n/u,
  );
  t.regex(
    text,
    /seen none\.\nspecs\/special-mappings\.yaml:6\n\nstdout:\na ```` b\n\nstderr:\nno such file\n`{5}\n\n<\/details>/u,
  );
});

test('a flood of failures is cut off and counted', async (t) => {
  const cases = Array.from({ length: 40 }, (_, index) =>
    createResult({
      case: `c${index}`,
      outcome: 'crashed',
      tail: Array.from({ length: 500 }, () => 'x'.repeat(80)),
    }),
  );
  const text = await renderResults(stepSummaryFormat, cases);
  t.is(text.match(/<details>/gu)?.length, 30);
  t.regex(text, /… and 10 more in the record of the run\.\n$/u);
  t.true(text.length < 2 ** 20 / 4);
});

test('outside of fences, nothing that a guest prints is markup', async (t) => {
  const text = await renderResults(stepSummaryFormat, createHostileResults(), {
    reasons: createHostileResults().flatMap(({ problems }) => problems),
  });
  const outside = text.replaceAll(/^(?<fence>`{3,})text\n[\s\S]*?\n\k<fence>$/gmu, '');
  t.notRegex(outside, /forged.*<|<script|<img|\*\*|\]\(|!\[|@maintainer|www\.|https?:\/\/|\p{Cc}(?<!\n)/u);
  t.deepEqual([...new Set(outside.match(/<[^>]*>/gu))].toSorted(), [
    '</details>',
    '</summary>',
    '<details>',
    '<summary>',
  ]);
  t.is(outside.match(/<details>/gu)?.length, 4);
});

test('text within a fence cannot close it', async (t) => {
  const text = await renderResults(stepSummaryFormat, createHostileResults());
  const fences = text.match(/^`{3,}(?:text)?$/gmu) ?? [];
  // The hostile text has a fence of three marks of its own, so the real ones have four.
  t.is(fences.filter((fence) => fence.startsWith('````')).length, 8);
});
