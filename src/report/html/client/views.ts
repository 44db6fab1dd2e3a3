import { loadDetails, reportIndex } from './blocks.ts';
import { renderCase } from './case-page.ts';
import { byId, element } from './elements.ts';
import { fittingRows } from './filter.ts';

const caseView = byId('case');
const allViews = [...document.querySelectorAll<HTMLElement>('.view')];
const viewLinks = [...document.querySelectorAll<HTMLAnchorElement>('.views a')];
let openRow: number | undefined;
let listPosition = 0;

/** Shows the view that the address names, now and whenever it changes. */
export function startViews(): void {
  window.addEventListener('hashchange', () => void showAddressed());
  void showAddressed();
}

/** Goes to a view by its place in the navigation, from 0. */
export function goToView(name: string): void {
  if (viewLinks.some((link) => link.hash === `#${name}`)) location.hash = name;
}

/** Goes that many cases further in the list. Returns whether a case is open at all. */
export function goToNeighbour(step: number): boolean {
  if (openRow === undefined) return false;
  const rows = fittingRows();
  const next = rows[rows.indexOf(openRow) + step];
  const entry = next === undefined ? undefined : reportIndex.rows[next];
  if (entry !== undefined) location.hash = addressOf(entry);
  return true;
}

/** Leaves the page of a case. Returns whether one was open. */
export function leaveCase(): boolean {
  if (openRow === undefined) return false;
  location.hash = 'cases';
  return true;
}

/** Opens the case of a row. */
export function openCase(row: number): void {
  const entry = reportIndex.rows[row];
  if (entry !== undefined) location.hash = addressOf(entry);
}

function addressOf({ spec, case: name }: { readonly spec: string; readonly case: string }): string {
  return `#case/${encodeURIComponent(spec)}/${encodeURIComponent(name)}`;
}

async function showAddressed(): Promise<void> {
  const { hash } = location;
  const row = hash.startsWith('#case/')
    ? reportIndex.rows.findIndex((entry) => addressOf(entry) === hash)
    : -1;
  if (row !== -1) return showCase(row);
  const before = openRow;
  openRow = undefined;
  const target = document.getElementById(decode(hash.slice(1)));
  const wanted = target?.closest('.view')?.id ?? 'cases';
  showOnly(wanted === 'case' ? 'cases' : wanted);
  // Nothing in a view could be scrolled to while the view was hidden.
  if (target !== null && target.id !== wanted) target.scrollIntoView();
  if (wanted !== 'cases' || before === undefined) return;
  window.scrollTo({ top: listPosition });
  document.querySelector<HTMLElement>(`tr[data-row="${before}"] a`)?.focus({ preventScroll: true });
}

/** An address typed by hand may not be validly encoded. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}

async function showCase(row: number): Promise<void> {
  const entry = reportIndex.rows[row];
  if (entry === undefined) return;
  if (openRow === undefined) listPosition = window.scrollY;
  openRow = row;
  const details = await loadDetails(entry);
  // The reader may have moved on while the block was unpacked.
  if (details === undefined || openRow !== row) return;
  const title = element(
    'h2',
    { id: 'case-title', tabindex: '-1' },
    element('span', { class: 'case-spec' }, details.spec),
    element('span', { class: 'sep' }, ' › '),
    details.case,
  );
  const rows = fittingRows();
  const at = rows.indexOf(row);
  caseView.replaceChildren(
    element(
      'div',
      { class: 'case-bar' },
      element('a', { href: '#cases' }, '← All cases'),
      element('span', { class: 'spring' }),
      at === -1 ? undefined : element('span', { class: 'place' }, `${at + 1} of ${rows.length}`),
      neighbourLink('Previous', rows[at - 1]),
      neighbourLink('Next', at === -1 ? undefined : rows[at + 1]),
    ),
    title,
    ...renderCase(details),
  );
  showOnly('case');
  const top = byId('main').offsetTop - (document.querySelector<HTMLElement>('.views')?.offsetHeight ?? 0);
  window.scrollTo({ top: Math.min(window.scrollY, top) });
  if (window.scrollY < top) window.scrollTo({ top });
  title.focus({ preventScroll: true });
}

function neighbourLink(text: string, row: number | undefined): HTMLElement | undefined {
  const entry = row === undefined ? undefined : reportIndex.rows[row];
  return entry === undefined
    ? element('span', { class: 'gone', 'aria-hidden': 'true' }, text)
    : element('a', { href: addressOf(entry) }, text);
}

function showOnly(name: string): void {
  for (const view of allViews) view.hidden = view.id !== name;
  const inList = name === 'case' ? 'cases' : name;
  for (const link of viewLinks)
    if (link.hash === `#${inList}`) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
}
