import { plainText } from '../../util/plain-text.ts';

/** Text that is already HTML and is inserted as it is. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toString(): string {
    return this.text;
  }
}

type Insertable = Markup | string | number | undefined | readonly Insertable[];

/** Template tag for HTML: whatever is inserted is escaped, unless it is markup itself. `undefined` inserts nothing. */
export function markup(strings: TemplateStringsArray, ...values: readonly Insertable[]): Markup {
  const text = strings.reduce((before, part, index) => before + render(values[index - 1]) + part);
  return new Markup(text);
}

/** Nothing at all. */
export const nothing = new Markup('');

function render(value: Insertable): string {
  if (value === undefined) return '';
  if (value instanceof Markup) return value.text;
  if (typeof value === 'object') return value.map((one) => render(one)).join('');
  return escapeText(plainText(String(value)));
}

function escapeText(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
