import type { RunRecord } from '../../../run/record/record.ts';
import { countOf } from '../../../util/count-of.ts';
import { formatDuration } from '../../../util/format-duration.ts';
import { caseLink } from '../case-list.ts';
import { markup, nothing, type Markup } from '../markup.ts';
import { renderPlainTable } from '../plain-table.ts';
import { renderChart, type Bar, type Chart } from './chart.ts';
import { namePreparation, preparationLanes } from './preparation-lanes.ts';
import { timedCases, type TimedCase } from './timed-cases.ts';

const SLOWEST = 15;
/** Guests that ran in a smaller part of the time get a chart of their own. */
const LEGIBLE = 0.4;

/** When each kernel was built and booted, when each guest ran, and what took longest. */
export function renderTimelineView(run: RunRecord): Markup {
  const timed = timedCases(run);
  const charts = chartsOf(run, timed);
  return markup`<section class="view" id="timeline" aria-labelledby="timeline-title">
<h2 id="timeline-title">Timeline</h2>
${charts.length === 0 ? markup`<p>This run did not record when its guests began.</p>` : describe(run, timed)}
${charts.map(
  (chart, index) => markup`${index === 0 ? nothing : markup`<h3>The guests alone</h3>`}${renderChart(chart)}`,
)}
${renderPreparations(run)}
<h3>What took longest</h3>
${renderSlowest(run)}
</section>`;
}

function describe({ preparations = [] }: RunRecord, timed: readonly TimedCase[]): Markup {
  const above =
    preparations.length === 0
      ? ''
      : ' Above the line: kernels and guest programs that were built, and boots.';
  return markup`<p>${countOf(timed.length, 'guest')}, ${describeLanes(timed)}. A bar leads to its case.${above}</p>
${
  preparations.length === 0
    ? nothing
    : markup`<ul class="legend" aria-hidden="true">${(['kernel', 'programs', 'boot'] as const).map((kind) => markup`<li><i class="legend-${kind}"></i>${namePreparation(kind)}</li>`)}</ul>`
}`;
}

function describeLanes(timed: readonly TimedCase[]): string {
  const lanes = lanesOf(timed);
  return lanes < 2 ? 'one at a time' : `${lanes} at once`;
}

const lanesOf = (timed: readonly TimedCase[]): number => Math.max(-1, ...timed.map(({ slot }) => slot)) + 1;

/** All of the run, and where that leaves the guests too little room, those alone. */
function chartsOf(run: RunRecord, timed: readonly TimedCase[]): Chart[] {
  const prepared = preparationLanes(run);
  if (timed.length + prepared.length === 0) return [];
  const guestsFrom = Math.max(-1, ...prepared.map(({ lane }) => lane)) + 1;
  const lanes = lanesOf(timed);
  const guests = timed.map(({ slot, startedMs, ms, outcome }): Bar => ({
    lane: slot,
    startedMs,
    ms,
    kind: outcome,
  }));
  const builds = prepared.map(({ lane, preparation: { startedMs, ms, kind } }): Bar => ({
    lane,
    startedMs,
    ms,
    kind,
  }));
  const all = [...builds, ...guests.map((bar) => ({ ...bar, lane: bar.lane + guestsFrom }))];
  const whole: Chart = {
    label: `When kernels were built and booted, and when each of ${timed.length} guests ran`,
    bars: all,
    fromMs: Math.min(0, ...all.map(({ startedMs }) => startedMs)),
    toMs: Math.max(run.ms, ...all.map(({ startedMs, ms }) => startedMs + ms)),
    guestsFrom,
    lanes: guestsFrom + lanes,
  };
  const fromMs = Math.min(...guests.map(({ startedMs }) => startedMs));
  const toMs = Math.max(...guests.map(({ startedMs, ms }) => startedMs + ms));
  if (guests.length < 2 || toMs - fromMs > LEGIBLE * (whole.toMs - whole.fromMs)) return [whole];
  const label = `When each of ${timed.length} guests ran`;
  return [whole, { label, bars: guests, fromMs, toMs, guestsFrom: 0, lanes }];
}

function renderPreparations({ preparations = [] }: RunRecord): Markup {
  if (preparations.length === 0) return nothing;
  const table = renderPlainTable({
    label: 'Builds and boots',
    heads: ['kernel', 'arch', 'what', 'from the cache', 'took'],
    rows: preparations.map(({ kind, kernel, arch, cached, ms }) => [
      kernel,
      arch,
      namePreparation(kind),
      cached ? 'yes' : 'no',
      formatDuration(ms),
    ]),
  });
  return markup`<h3>Builds and boots</h3>
${table}`;
}

function renderSlowest({ cases }: RunRecord): Markup {
  return renderPlainTable({
    label: 'The slowest cases',
    heads: ['case', 'kernel', 'arch', 'took'],
    rows: cases
      .toSorted((one, other) => other.ms - one.ms)
      .slice(0, SLOWEST)
      .map((one) => [
        markup`<a href="${caseLink(one)}">${one.spec} › ${one.case}</a>`,
        one.kernel,
        one.arch,
        formatDuration(one.ms),
      ]),
    figures: true,
  });
}
