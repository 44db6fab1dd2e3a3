import { markup, type Markup } from './markup.ts';

export interface PlainTable {
  /** For those who hear the page. */
  readonly label: string;
  readonly heads: readonly string[];
  /** Each has a cell for every head. */
  readonly rows: readonly (readonly (Markup | string)[])[];
  /** The column that says what a row is about. */
  readonly subject?: number;
  /** Whether the last three columns are figures. */
  readonly figures?: boolean;
}

/** A table that scrolls within a wide page; on a narrow one each cell says which column it is of. */
export function renderPlainTable({ label, heads, rows, subject = 0, figures = false }: PlainTable): Markup {
  const body = rows.map((cells) => {
    const rendered = cells.map((cell, index) =>
      index === subject
        ? markup`<th scope="row">${cell}</th>`
        : markup`<td data-of="${heads[index]}">${cell}</td>`,
    );
    return markup`<tr>${rendered}</tr>`;
  });
  return markup`<div class="scroll" tabindex="0" role="region" aria-label="${label}"><table class="plain${figures ? ' figures' : ''}">
<thead><tr>${heads.map((name) => markup`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>${body}</tbody></table></div>`;
}
