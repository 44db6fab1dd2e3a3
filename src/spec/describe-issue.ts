import type { z } from 'zod';
import { closest } from '../util/closest.ts';
import { countOf } from '../util/count-of.ts';

type Issue = z.core.$ZodIssue;

/** What is wrong with a value: the schema's own message, else what was expected and what was found. */
export function describeIssue(issue: z.core.$ZodIssue, value: unknown): string {
  if (issue.code === 'invalid_value') return describeChoice(issue.values.map(String), value);
  if (issue.message !== '') return issue.message;
  const wanted = describeLimit(issue) ?? describeFormat(issue);
  if (wanted !== undefined) return `Expected ${wanted}, found ${show(value)}.`;
  const forms = [...new Set(allowedForms(issue))];
  return forms.length === 0
    ? `This cannot be ${show(value)}.`
    : `Expected ${alternatives(forms)}, found ${show(value)}.`;
}

/** A bound of a schema that does not say itself what it expects. */
function describeLimit(issue: Issue): string | undefined {
  const unit = (count: bigint | number): string => {
    if ('origin' in issue && issue.origin === 'string') return countOf(Number(count), 'character');
    return 'origin' in issue && issue.origin === 'array' ? countOf(Number(count), 'item') : String(count);
  };
  if (issue.code === 'too_small')
    return `${issue.inclusive === false ? 'more than' : 'at least'} ${unit(issue.minimum)}`;
  if (issue.code === 'too_big')
    return `${issue.inclusive === false ? 'less than' : 'at most'} ${unit(issue.maximum)}`;
  return undefined;
}

/** A form of text of a schema that does not say itself what it expects. */
function describeFormat(issue: Issue): string | undefined {
  if (issue.code === 'not_multiple_of') return `a multiple of ${issue.divisor}`;
  if (issue.code !== 'invalid_format') return undefined;
  return FORMATS[issue.format] ?? 'text of another form';
}

const FORMATS: Readonly<Record<string, string>> = {
  date: 'a date such as 2026-12-31',
  datetime: 'a time such as 2026-12-31T23:59:59Z',
};

/** The forms that a value may take where it has none of them. */
function allowedForms(issue: Issue): string[] {
  if (issue.code === 'invalid_type') return [article(issue.expected)];
  if (issue.code === 'invalid_value') return issue.values.map((value) => `"${String(value)}"`);
  if (issue.code !== 'invalid_union') return [];
  return issue.errors.flatMap((branch) =>
    branch.filter(({ path }) => path.length === 0).flatMap((inner) => allowedForms(inner)),
  );
}

function alternatives(forms: readonly string[]): string {
  const last = forms.at(-1) ?? '';
  return forms.length < 2 ? last : `${forms.slice(0, -1).join(', ')} or ${last}`;
}

function describeChoice(choices: readonly string[], value: unknown): string {
  const expected = choices.length === 1 ? `"${choices.join('')}"` : `one of ${choices.join(', ')}`;
  const near = typeof value === 'string' ? closest(value, choices) : undefined;
  const hint = near === undefined ? '' : ` Did you mean "${near}"?`;
  return `Expected ${expected}, found ${show(value)}.${hint}`;
}

function article(expected: string): string {
  const words: Readonly<Record<string, string>> = {
    object: 'a mapping (key: value)',
    record: 'a mapping (key: value)',
    array: 'a list',
    string: 'text',
    int: 'a whole number',
    boolean: 'true or false',
    null: 'nothing',
  };
  return words[expected] ?? `a ${expected}`;
}

function show(value: unknown): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  return typeof value === 'string' ? `text "${value}"` : JSON.stringify(value);
}
