import type { CaseResult, RunRecord } from '../../run/record/record.ts';
import { countOf } from '../../util/count-of.ts';
import { formatDuration } from '../../util/format-duration.ts';
import { caseLink } from './case-list.ts';
import { markup, nothing, type Markup } from './markup.ts';

const SLOWEST = 15;
const LANE = 26;
const BAR = 18;
const AXIS = 22;
/** Units of the drawing's width; the page stretches it. */
const WIDTH = 1_000;
const TICKS = 8;

type TimedCase = CaseResult & { readonly startedMs: number; readonly slot: number };

/** When each guest ran, by place, and what took longest. */
export function renderTimelineView(run: RunRecord): Markup {
  const timed = timedCases(run);
  return markup`<section class="view" id="timeline" aria-labelledby="timeline-title">
<h2 id="timeline-title">Timeline of guests</h2>
${timed.length === 0 ? markup`<p>This run did not record when its guests began.</p>` : renderChart(run, timed)}
<h3>What took longest</h3>
<div class="scroll" tabindex="0" role="region" aria-label="The slowest cases"><table class="plain figures"><thead><tr><th scope="col">case</th><th scope="col">kernel</th><th scope="col">arch</th><th scope="col">took</th></tr></thead>
<tbody>${run.cases
    .toSorted((one, other) => other.ms - one.ms)
    .slice(0, SLOWEST)
    .map(
      (one) =>
        markup`<tr><th scope="row"><a href="${caseLink(one)}">${one.spec} › ${one.case}</a></th><td>${one.kernel}</td><td>${one.arch}</td><td>${formatDuration(one.ms)}</td></tr>`,
    )}</tbody></table></div>
</section>`;
}

/** The cases whose guests can be placed in time. */
export function timedCases({ cases }: RunRecord): TimedCase[] {
  return cases.flatMap((one) => {
    const { startedMs, slot } = one;
    return startedMs === undefined || slot === undefined ? [] : [{ ...one, startedMs, slot }];
  });
}

function renderChart(run: RunRecord, timed: readonly TimedCase[]): Markup {
  const lanes = Math.max(...timed.map(({ slot }) => slot)) + 1;
  const end = Math.max(run.ms, ...timed.map(({ startedMs, ms }) => startedMs + ms));
  const x = (ms: number): number => (ms / end) * WIDTH;
  // One path for each outcome: thousands of elements would make the page slow.
  const paths = [...Map.groupBy(timed, ({ outcome }) => outcome)].map(([outcome, own]) => {
    const bars = own.map(
      ({ startedMs, ms, slot }) =>
        `M${x(startedMs).toFixed(2)} ${slot * LANE + (LANE - BAR) / 2}h${Math.max(0.4, x(ms) - 0.3).toFixed(2)}v${BAR}h-${Math.max(0.4, x(ms) - 0.3).toFixed(2)}z`,
    );
    return markup`<path class="bar-${outcome}" d="${bars.join('')}"/>`;
  });
  const step = niceStep(end / TICKS);
  const ticks = Array.from({ length: Math.floor(end / step) + 1 }, (_, index) => index * step);
  const height = lanes * LANE;
  return markup`<p>${countOf(timed.length, 'guest')}, ${lanes === 1 ? 'one at a time' : `${lanes} at once`}, in ${formatDuration(end)}. Click a bar to open its case.</p>
<figure class="timeline" data-end="${end}" data-lanes="${lanes}">
<div class="chart"><svg viewBox="0 0 ${WIDTH} ${height}" preserveAspectRatio="none" height="${height}" role="img" aria-label="When each of ${timed.length} guests ran">
${ticks.map((ms) => markup`<line class="tick" x1="${x(ms).toFixed(2)}" x2="${x(ms).toFixed(2)}" y1="0" y2="${height}"/>`)}${paths}</svg><div class="tip" hidden></div></div>
<svg class="axis" height="${AXIS}" width="100%" aria-hidden="true">${ticks.map((ms) => {
    const last = x(ms) > WIDTH * 0.96;
    return markup`<text x="${((ms / end) * 100).toFixed(2)}%" y="15"${last ? markup` text-anchor="end"` : nothing}>${formatDuration(ms)}</text>`;
  })}</svg></figure>`;
}

function niceStep(about: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, about)));
  return ([1, 2, 5, 10].find((factor) => factor * power >= about) ?? 10) * power;
}
