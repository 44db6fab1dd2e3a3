import test from 'ava';
import { renderPlot } from './plot.ts';

const PLOT = {
  title: 'Faults & copies',
  parts: ['faults', 'copies'],
  unit: 'for each page',
  bars: [
    { label: 'A1', values: [1, 1] },
    { label: 'A7', values: [1, 0], note: 'none' },
  ],
};

test('bars are as long as their values, and say them', (t) => {
  const svg = renderPlot(PLOT);
  const widths = [...svg.matchAll(/class="p(\d)" x="[\d.]+" y="(\d+)" width="([\d.]+)" height="18"/gu)];
  t.deepEqual(
    widths.map(([, part]) => part),
    ['0', '1', '0', '1'],
  );
  const [first, second, third, none] = widths.map(([, , , width]) => Number(width));
  t.is(first, second);
  t.is(first, third);
  t.is(none, 0);
  t.regex(svg, />none<\/text>/u);
  t.regex(svg, /Faults &amp; copies/u);
});

/** What a style sheet gives a colour to. */
const rules = (css: string): (string | undefined)[] =>
  [...css.matchAll(/(text|\.grid|\.p\d) \{ (?:[^}]*?fill|stroke): /gu)].map(([, name]) => name);

test('a plot is legible on a dark page: every colour has another one there', (t) => {
  const [, light = '', dark = ''] = /<style>(.*?)@media \(prefers-color-scheme: dark\)(.*?)<\/style>/su.exec(
    renderPlot(PLOT),
  )!;
  t.true(rules(light).length >= 5);
  t.deepEqual(new Set(rules(dark)), new Set(rules(light)));
});

test('nothing to show is an empty plot, not a broken one', (t) => {
  t.notRegex(renderPlot({ ...PLOT, bars: [] }), /NaN|Infinity/u);
});
