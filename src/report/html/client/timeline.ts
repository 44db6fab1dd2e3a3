import { reportIndex } from './blocks.ts';
import type { IndexedGuest } from '../report-data.ts';
import { openCase } from './views.ts';

/** How many pixels beside a bar still hit it: most are thinner than a pointer. */
const REACH = 4;

/** A bar of a chart: its words, and the case that it links to. */
interface FoundBar {
  readonly words: string;
  readonly row?: number;
}

/** Makes the timeline's bars name their case and link to it. */
export function startTimeline(): void {
  for (const figure of document.querySelectorAll<HTMLElement>('.timeline')) startChart(figure);
}

function startChart(figure: HTMLElement): void {
  const chart = figure.querySelector<HTMLElement>('.chart');
  const tip = figure.querySelector<HTMLElement>('.tip');
  if (!chart || !tip) return;
  const find = (event: MouseEvent) => findBar(event, figure, chart.getBoundingClientRect());
  chart.addEventListener('pointermove', (event) => {
    const bar = find(event);
    tip.hidden = bar === undefined;
    chart.classList.toggle('on-bar', bar?.row !== undefined);
    if (bar === undefined) return;
    tip.textContent = bar.words;
    const box = chart.getBoundingClientRect();
    const left = Math.min(event.clientX - box.left, box.width - tip.offsetWidth);
    tip.style.transform = `translate(${Math.max(0, left)}px, ${event.clientY - box.top + 18}px)`;
  });
  chart.addEventListener('pointerleave', () => {
    tip.hidden = true;
  });
  chart.addEventListener('click', (event) => {
    const row = find(event)?.row;
    if (row !== undefined) openCase(row);
  });
}

function findBar(
  { clientX, clientY }: MouseEvent,
  { dataset }: HTMLElement,
  box: DOMRect,
): FoundBar | undefined {
  const [from, span, lanes, guestsFrom] = ['from', 'span', 'lanes', 'guests'].map((key) =>
    Number(dataset[key]),
  );
  if (from === undefined || span === undefined || lanes === undefined || guestsFrom === undefined)
    return undefined;
  const at = ((clientX - box.left) / box.width) * span + from;
  const lane = Math.floor(((clientY - box.top) / box.height) * lanes);
  const reach = (REACH / box.width) * span;
  if (lane < guestsFrom) {
    const own = reportIndex.preparations.filter((one) => one[0] === lane);
    const found = nearest(own, at, reach, ([, startedMs, ms]) => [startedMs, ms]);
    return found === undefined ? undefined : { words: found[3] };
  }
  const own = reportIndex.guests.filter((one) => one[3] === lane - guestsFrom);
  const found = nearest(own, at, reach, ([, , , , startedMs, ms]) => [startedMs, ms]);
  return found === undefined ? undefined : { words: describeGuest(found), row: found[0] };
}

/** What was going on at a moment, or within reach of it. */
function nearest<Bar>(
  bars: readonly Bar[],
  at: number,
  reach: number,
  timesOf: (bar: Bar) => readonly [startedMs: number, ms: number],
): Bar | undefined {
  const within = (bar: Bar, more: number): boolean => {
    const [startedMs, ms] = timesOf(bar);
    return at >= startedMs - more && at <= startedMs + ms + more;
  };
  return bars.find((bar) => within(bar, 0)) ?? bars.find((bar) => within(bar, reach));
}

function describeGuest([row, place, outcome, , , ms]: IndexedGuest): string {
  const entry = reportIndex.rows[row];
  return `${entry?.spec ?? ''} › ${entry?.case ?? ''}, ${reportIndex.places[place] ?? ''}: ${outcome} after ${Math.round(ms)} ms`;
}
