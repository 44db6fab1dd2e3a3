import type { ObservationDetails, RepeatDetails } from '../case-details.ts';
import { element } from './elements.ts';

/** One kernel's column of the comparison. */
export interface ComparedSide {
  readonly kernel: string;
  readonly role: string;
  readonly repeat: RepeatDetails | undefined;
}

/** What was expected beside what was seen, the kernels side by side. */
export function renderObservations(sides: readonly ComparedSide[], arch: string): HTMLElement | undefined {
  const names = [
    ...new Set(sides.flatMap(({ repeat }) => repeat?.observations.map(({ name }) => name) ?? [])),
  ];
  if (names.length === 0) return undefined;
  const heads = sides.flatMap(({ kernel, role }) => {
    const title = sides.length === 2 ? role : kernel;
    return ['expected', 'seen'].map((what) =>
      element('th', { scope: 'col', class: what }, element('span', { class: 'role' }, title), ` ${what}`),
    );
  });
  const table = element(
    'table',
    { class: 'plain observations' },
    element('thead', {}, element('tr', {}, element('th', { scope: 'col' }, 'observation'), ...heads)),
    element('tbody', {}, ...names.map((name) => renderRow(name, sides))),
  );
  const label = `Observations on ${arch}`;
  return element('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': label }, table);
}

function renderRow(name: string, sides: readonly ComparedSide[]): HTMLElement {
  const found = sides.map(({ repeat }) => repeat?.observations.find((one) => one.name === name));
  const differs = new Set(found.map((one) => one?.seen)).size > 1;
  return element(
    'tr',
    differs ? { class: 'differs' } : {},
    element('th', { scope: 'row' }, name),
    ...found.flatMap((one) => renderPair(one)),
  );
}

function renderPair(one: ObservationDetails | undefined): HTMLElement[] {
  const wrong = one !== undefined && !one.right;
  const expected = one?.expected;
  return [
    expected === undefined
      ? element('td', { class: 'expected absent' }, element('span', { class: 'hidden' }, 'nothing expected'))
      : element('td', { class: 'expected' }, expected),
    one?.seen === undefined
      ? element('td', { class: wrong ? 'seen wrong' : 'seen absent' }, 'not observed')
      : element(
          'td',
          { class: wrong ? 'seen wrong' : 'seen' },
          one.seen,
          wrong ? element('span', { class: 'hidden' }, ', wrong') : undefined,
        ),
  ];
}
