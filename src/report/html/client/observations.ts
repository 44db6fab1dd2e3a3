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
  const heads = sides.flatMap((side) => {
    const title = titleOf(side, sides);
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
    ...found.flatMap((one, index) => renderPair(one, titleOf(sides[index], sides))),
  );
}

function titleOf(side: ComparedSide | undefined, sides: readonly ComparedSide[]): string {
  return (sides.length === 2 ? side?.role : side?.kernel) ?? '';
}

function renderPair(one: ObservationDetails | undefined, of: string): HTMLElement[] {
  const wrong = one !== undefined && !one.right;
  const expected = one?.expected;
  const [wanted, seen] = [{ 'data-of': `${of} expected` }, { 'data-of': `${of} seen` }];
  return [
    expected === undefined
      ? element(
          'td',
          { class: 'expected absent', ...wanted },
          element('span', { class: 'hidden' }, 'nothing expected'),
        )
      : element('td', { class: 'expected', ...wanted }, expected),
    one?.seen === undefined
      ? element('td', { class: wrong ? 'seen wrong' : 'seen absent', ...seen }, 'not observed')
      : element(
          'td',
          { class: wrong ? 'seen wrong' : 'seen', ...seen },
          one.seen,
          wrong ? element('span', { class: 'hidden' }, ', wrong') : undefined,
        ),
  ];
}
