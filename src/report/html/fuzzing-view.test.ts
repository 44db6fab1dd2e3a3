import test from 'ava';
import { createComparison, createHostileComparison } from '../../../fixtures/report/fuzzed.ts';
import { HOSTILE_PAGE } from '../../../fixtures/report/hostile-page.ts';
import { renderFuzzingView } from './fuzzing-view.ts';

test('a finding has its reproducer, in whole, and what that says', (t) => {
  const { text } = renderFuzzingView(createComparison());
  t.regex(text, /data-tone="bad">regression<\/span> x86_64: step 2: process A madvise/u);
  t.regex(text, /3 of 3 fresh guests with the series and in 0 of 3 on the base/u);
  t.regex(text, /<details>.*_GNU_SOURCE.*return.*<\/details>/su);
  t.regex(text, /line 12: madvise/u);
  t.regex(text, /4,800 programs of mm in 30\.0 s/u);
});

test('where nothing was found there is no list', (t) => {
  const { text } = renderFuzzingView(createComparison({ findings: [] }));
  t.notRegex(text, /<ul|<details/u);
  t.regex(text, /nothing found/u);
});

test('what a series or a guest says is text', (t) => {
  t.notRegex(renderFuzzingView(createHostileComparison(HOSTILE_PAGE)).text, /<script|<img|<!--/u);
});
