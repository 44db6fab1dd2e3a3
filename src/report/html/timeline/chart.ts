import { formatDuration } from '../../../util/format-duration.ts';
import { markup, nothing, type Markup } from '../markup.ts';

const LANE = 26;
const BAR = 18;
const AXIS = 22;
/** Units of the drawing's width; the page stretches it. */
const WIDTH = 1_000;
const TICKS = 6;
/** A bar is seen at any scale. */
const THINNEST = 0.4;

/** Something that took time. */
export interface Bar {
  readonly lane: number;
  readonly startedMs: number;
  readonly ms: number;
  /** What it is drawn like. */
  readonly kind: string;
}

export interface Chart {
  readonly label: string;
  readonly bars: readonly Bar[];
  /** The part of the run that is shown. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Lanes before those of guests. */
  readonly guestsFrom: number;
  readonly lanes: number;
}

/** Bars in lanes above an axis; the page's script makes them tell what they are. */
export function renderChart({ label, bars, fromMs, toMs, guestsFrom, lanes }: Chart): Markup {
  const span = Math.max(1, toMs - fromMs);
  const x = (ms: number): number => (ms / span) * WIDTH;
  // One path for each kind: thousands of elements would make the page slow.
  const paths = [...Map.groupBy(bars, ({ kind }) => kind)].map(([kind, own]) => {
    const drawn = own.map(({ lane, startedMs, ms }) => {
      const width = Math.max(THINNEST, x(ms) - 0.3).toFixed(2);
      const [left, top] = [x(startedMs - fromMs).toFixed(2), lane * LANE + (LANE - BAR) / 2];
      return `M${left} ${top}h${width}v${BAR}h-${width}z`;
    });
    return markup`<path class="bar-${kind}" d="${drawn.join('')}"/>`;
  });
  const step = niceStep(span / TICKS);
  const ticks = Array.from({ length: Math.floor(span / step) + 1 }, (_, index) => index * step);
  const height = lanes * LANE;
  const border =
    guestsFrom === 0
      ? nothing
      : markup`<line class="border" x1="0" x2="${WIDTH}" y1="${guestsFrom * LANE}" y2="${guestsFrom * LANE}"/>`;
  return markup`<figure class="timeline" data-from="${fromMs}" data-span="${span}" data-lanes="${lanes}" data-guests="${guestsFrom}">
<div class="chart"><svg viewBox="0 0 ${WIDTH} ${height}" preserveAspectRatio="none" height="${height}" role="img" aria-label="${label}">
${ticks.map((ms) => markup`<line class="tick" x1="${x(ms).toFixed(2)}" x2="${x(ms).toFixed(2)}" y1="0" y2="${height}"/>`)}${border}${paths}</svg><div class="tip" hidden></div></div>
<svg class="axis" height="${AXIS}" width="100%" aria-hidden="true">${ticks.map((ms) => renderTick(ms, fromMs, x(ms)))}</svg></figure>`;
}

/** Times are those since the run began, or since the first build where that was before. */
function renderTick(ms: number, fromMs: number, x: number): Markup {
  const last = x > WIDTH * 0.9;
  return markup`<text x="${((x / WIDTH) * 100).toFixed(2)}%" y="15"${last ? markup` text-anchor="end"` : nothing}>${formatDuration(ms + Math.max(0, fromMs))}</text>`;
}

function niceStep(about: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, about)));
  return ([1, 2, 5, 10].find((factor) => factor * power >= about) ?? 10) * power;
}
