import { reportIndex } from './blocks.ts';
import { byId } from './elements.ts';

const searchBox = byId('search') as HTMLInputElement;
const archChoice = document.getElementById('arch') as HTMLSelectElement | null;
const chips = [...document.querySelectorAll<HTMLButtonElement>('.chip')];
const caseGroups = [...document.querySelectorAll<HTMLDetailsElement>('.group')].map((group) => ({
  group,
  count: group.querySelector('.count'),
  openAtFirst: group.open,
  tables: [...group.querySelectorAll<HTMLElement>('.spec')].map((table) => ({
    table,
    rows: [...table.querySelectorAll<HTMLTableRowElement>('tbody tr')].map((row) => {
      const entry = reportIndex.rows[Number(row.dataset['row'])];
      const words = `${entry?.spec ?? ''} ${row.textContent} ${entry?.words ?? ''}`.toLowerCase();
      return { row, entry, words };
    }),
  })),
}));
let wasFiltered = false;

/** Makes search, chips and the choice of architecture work. */
export function startFilters(): void {
  searchBox.addEventListener('input', applyFilters);
  archChoice?.addEventListener('change', applyFilters);
  for (const chip of chips)
    chip.addEventListener('click', () => {
      chip.setAttribute('aria-pressed', String(chip.getAttribute('aria-pressed') !== 'true'));
      applyFilters();
    });
  byId('clear').addEventListener('click', () => {
    clearFilters();
    searchBox.focus();
  });
  applyFilters();
}

/** Shows everything again. Returns whether anything was hidden. */
export function clearFilters(): boolean {
  const filtered = wasFiltered;
  searchBox.value = '';
  if (archChoice !== null) archChoice.value = '';
  for (const chip of chips) chip.setAttribute('aria-pressed', 'false');
  applyFilters();
  return filtered;
}

/** The links of the visible cases, in order. */
export function shownLinks(): HTMLAnchorElement[] {
  return [
    ...document.querySelectorAll<HTMLAnchorElement>('.group[open] .spec:not([hidden]) tr:not([hidden]) a'),
  ];
}

/** The numbers of the rows that match the filters, whether or not their group is open. */
export function fittingRows(): number[] {
  return caseGroups.flatMap(({ tables }) =>
    tables.flatMap(({ rows }) =>
      rows.filter(({ row }) => !row.hidden).map(({ row }) => Number(row.dataset['row'])),
    ),
  );
}

function applyFilters(): void {
  const words = searchBox.value.toLowerCase().split(/\s+/u).filter(Boolean);
  const standings = new Set(
    chips
      .filter((chip) => chip.getAttribute('aria-pressed') === 'true')
      .map((chip) => chip.dataset['standing']),
  );
  const arch = archChoice?.value ?? '';
  const filtered = words.length > 0 || standings.size > 0 || arch !== '';
  let shown = 0;
  for (const { group, count, tables, openAtFirst } of caseGroups) {
    let inGroup = 0;
    for (const { table, rows } of tables) {
      let inTable = 0;
      for (const { row, entry, words: own } of rows) {
        const fits =
          entry !== undefined &&
          words.every((word) => own.includes(word)) &&
          fitsStanding(entry.standings, standings, arch);
        if (row.hidden === fits) row.hidden = !fits;
        if (fits) inTable += 1;
      }
      table.hidden = inTable === 0;
      table.style.setProperty('--rows', String(inTable));
      inGroup += inTable;
    }
    group.hidden = inGroup === 0;
    if (filtered !== wasFiltered) group.open = filtered || openAtFirst;
    if (count !== null) count.textContent = String(inGroup);
    shown += inGroup;
  }
  wasFiltered = filtered;
  const all = reportIndex.rows.length;
  byId('shown').textContent = filtered ? `${shown} of ${all} cases` : `${all} cases`;
  byId('none').hidden = shown > 0;
}

function fitsStanding(
  own: Readonly<Record<string, string>>,
  wanted: ReadonlySet<string | undefined>,
  arch: string,
): boolean {
  const standings = arch === '' ? Object.values(own) : [own[arch]].filter((one) => one !== undefined);
  return wanted.size === 0 ? standings.length > 0 : standings.some((one) => wanted.has(one));
}
