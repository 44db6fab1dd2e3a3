import { describeSince } from '../../gate/since-version.ts';
import { displayPath } from '../../spec/diagnostic.ts';
import { countOf } from '../../util/count-of.ts';
import { formatDuration } from '../../util/format-duration.ts';
import type { RecordedRun } from '../recorded/recorded-run.ts';
import { nameBase } from '../recorded/name-base.ts';
import { titleOf } from '../recorded/title.ts';
import { markup, type Markup } from './markup.ts';
import type { Matrix, MatrixGroup } from './matrix.ts';
import { describeStanding, type Tone } from './standing.ts';

/** The top of the page: the verdict, why, and what it is about. */
export function renderHeadline(recorded: RecordedRun, matrix: Matrix): Markup {
  const { run, gate } = recorded;
  const verdict = gate?.verdict ?? run.verdict;
  const reasons = gate?.reasons ?? run.reasons;
  const next = gate?.next ?? [];
  const since = gate === undefined ? [] : describeSince(gate);
  const notices = run.notices ?? [];
  const tone = toneOfVerdict(verdict);
  const what = gate === undefined ? 'kgate run' : 'kgate gate';
  return markup`<header class="headline" data-tone="${tone}">
<p class="eyebrow">${what} <span class="sep">/</span> ${run.id}</p>
<h1>${titleOf(recorded)}</h1>
<div class="verdict"><strong class="verdict-word">${verdict}</strong>
<p class="verdict-text">${describeVerdict(recorded, matrix)}</p></div>
${reasons.length === 0 ? undefined : markup`<ul class="reasons">${reasons.map((reason) => markup`<li>${reason}</li>`)}</ul>`}
${since.length === 0 ? undefined : markup`<ul class="reasons">${since.map((line) => markup`<li>Since ${line}</li>`)}</ul>`}
${next.length === 0 ? undefined : markup`<ul class="reasons">${next.map((step) => markup`<li>Next: ${step}</li>`)}</ul>`}
${notices.length === 0 ? undefined : markup`<ul class="marks">${notices.map((notice) => markup`<li>${notice}</li>`)}</ul>`}
${renderProportions(matrix.groups)}
${renderFacts(recorded)}
</header>`;
}

/** The tone of a verdict. */
export function toneOfVerdict(verdict: string): Tone {
  if (verdict === 'good' || verdict === 'passed') return 'good';
  return verdict === 'bad' || verdict === 'failed' ? 'bad' : 'odd';
}

function describeVerdict({ run, gate }: RecordedRun, { groups }: Matrix): string {
  const parts = groups.map(({ standing, rows }) => {
    const { name, title } = describeStanding(standing);
    const words = rows.length === 1 ? name : title.toLowerCase();
    return `${rows.length} ${standing === 'new-behaviour' ? `with ${words}` : words}`;
  });
  const cases = countOf(
    groups.reduce((sum, { rows }) => sum + rows.length, 0),
    'case',
  );
  const subject = gate === undefined ? countOf(run.cases.length, 'execution') : 'base against patched';
  const changed = gate?.changed;
  const ran =
    changed === undefined || changed.lines === 0
      ? ''
      : `${changed.ran} of ${countOf(changed.lines, 'changed line')} ran; `;
  return `${ran}${cases}, ${subject}${parts.length === 0 ? '' : `: ${parts.join(', ')}`}`;
}

/** A bar that shows at a glance how the suite divides. */
function renderProportions(groups: readonly MatrixGroup[]): Markup {
  const total = groups.reduce((sum, { rows }) => sum + rows.length, 0);
  let x = 0;
  const parts = groups.map(({ standing, rows }) => {
    // A single regression among thousands must still be visible.
    const width = Math.max(6, (rows.length / total) * 1_000);
    const { tone, title } = describeStanding(standing);
    const part = markup`<rect class="fill-${tone}" x="${x.toFixed(1)}" y="0" width="${Math.max(1, width - 3).toFixed(1)}" height="8"><title>${rows.length} ${title}</title></rect>`;
    x += width;
    return part;
  });
  return markup`<svg class="proportions" viewBox="0 0 ${Math.max(x, 1).toFixed(1)} 8" preserveAspectRatio="none" aria-hidden="true">${parts}</svg>`;
}

function renderFacts({ run, gate }: RecordedRun): Markup {
  const arches = Object.entries(run.accelerators).map(
    ([arch, { accelerator }]) => `${arch} on QEMU ${shortVersion(run.host.qemu[arch])}, ${accelerator}`,
  );
  const facts: (readonly [string, string])[] = [
    ...(gate === undefined
      ? []
      : ([
          [
            'series',
            `${countOf(gate.series.patches.length, 'patch', 'patches')} from ${displayPath(gate.series.origin)}`,
          ],
          ['base', `${nameBase(gate)} (${gate.base.chosen})`],
          ['patched', gate.patched.kernel],
        ] as const)),
    ['machines', arches.join('; ')],
    ['took', `${formatDuration(gate?.ms ?? run.ms)}, from ${formatTime(gate?.started ?? run.started)}`],
    ['kgate', run.kgate],
  ];
  return markup`<dl class="facts">${facts
    .filter(([, text]) => text !== '')
    .map(([name, text]) => markup`<div><dt>${name}</dt><dd>${text}</dd></div>`)}</dl>`;
}

const shortVersion = (version = 'of unknown version'): string => version.split(' ')[0] ?? version;

const formatTime = (iso: string): string => `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
