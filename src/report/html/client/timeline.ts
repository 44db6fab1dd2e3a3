import { reportIndex } from './blocks.ts';
import type { IndexedGuest } from '../report-data.ts';
import { openCase } from './views.ts';

/** How many pixels beside a bar still hit it: most are thinner than a pointer. */
const REACH = 4;

/** Makes the timeline's bars name their case and link to it. */
export function startTimeline(): void {
  const figure = document.querySelector<HTMLElement>('.timeline');
  const chart = figure?.querySelector<HTMLElement>('.chart');
  const tip = figure?.querySelector<HTMLElement>('.tip');
  if (!figure || !chart || !tip) return;
  const end = Number(figure.dataset['end']);
  const lanes = Number(figure.dataset['lanes']);
  const find = (event: MouseEvent): IndexedGuest | undefined => {
    const box = chart.getBoundingClientRect();
    const at = ((event.clientX - box.left) / box.width) * end;
    const slot = Math.floor(((event.clientY - box.top) / box.height) * lanes);
    const reach = (REACH / box.width) * end;
    const near = reportIndex.guests.filter(
      ([, , , own, from, ms]) => own === slot && at >= from - reach && at <= from + ms + reach,
    );
    return near.find(([, , , , from, ms]) => at >= from && at <= from + ms) ?? near[0];
  };
  chart.addEventListener('pointermove', (event) => {
    const guest = find(event);
    tip.hidden = guest === undefined;
    chart.classList.toggle('on-bar', guest !== undefined);
    if (guest === undefined) return;
    tip.textContent = describe(guest);
    const box = chart.getBoundingClientRect();
    const left = Math.min(event.clientX - box.left, box.width - tip.offsetWidth);
    tip.style.transform = `translate(${Math.max(0, left)}px, ${event.clientY - box.top + 18}px)`;
  });
  chart.addEventListener('pointerleave', () => {
    tip.hidden = true;
  });
  chart.addEventListener('click', (event) => {
    const guest = find(event);
    if (guest !== undefined) openCase(guest[0]);
  });
}

function describe([row, place, outcome, , , ms]: IndexedGuest): string {
  const entry = reportIndex.rows[row];
  return `${entry?.spec ?? ''} › ${entry?.case ?? ''}, ${reportIndex.places[place] ?? ''}: ${outcome} after ${Math.round(ms)} ms`;
}
