import type { z } from 'zod';
import { closest, suggest } from '../util/closest.ts';
import type { Diagnostic } from './diagnostic.ts';
import { allowedKeys } from './schema-keys.ts';
import { valueAt } from './value-at.ts';
import type { YamlPath, YamlSource } from './yaml-source.ts';

type Issue = z.core.$ZodIssue;

/** Every issue of a failed validation, at its place in the YAML text and in words that name what was expected. */
export function zodDiagnostics(source: YamlSource, schema: z.ZodType, error: z.ZodError): Diagnostic[] {
  return error.issues.flatMap((issue) => diagnoseIssue(source, schema, issue, issue.path));
}

function diagnoseIssue(source: YamlSource, schema: z.ZodType, issue: Issue, path: YamlPath): Diagnostic[] {
  if (issue.code === 'unrecognized_keys') {
    const known = allowedKeys(schema, path);
    return issue.keys.map((key) =>
      source.diagnoseKey([...path, key], `Unknown key "${key}".${suggest(key, known)}`),
    );
  }
  if (issue.code === 'invalid_key') {
    const reason = issue.issues.map(({ message }) => message).join(' ');
    return [source.diagnoseKey(path, `"${String(path.at(-1))}" cannot be a key here. ${reason}`)];
  }
  if (issue.code === 'invalid_union') {
    const branch = nearestBranch(issue.errors);
    if (branch !== undefined)
      return branch.flatMap((inner) => diagnoseIssue(source, schema, inner, [...path, ...inner.path]));
  }
  const value = valueAt(source.value, path);
  if (value === undefined && path.length > 0) {
    const [place, key] = [path.slice(0, -1), String(path.at(-1))];
    // An empty place means that the whole document lacks the key; its first character stands for it.
    return [source.diagnoseValue(place, `The key "${key}" is missing.`)].map(firstCharacterOnly);
  }
  return [source.diagnoseValue(path, describe(issue, value))];
}

/** The branch of a union that the value was most probably meant for: one whose outermost type fits. */
function nearestBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  const fitting = branches.filter((issues) =>
    issues.every(({ code, path }) => path.length > 0 || fits(code)),
  );
  return fitting.toSorted((a, b) => a.length - b.length)[0];
}

const fits = (code: Issue['code']): boolean => code !== 'invalid_type' && code !== 'invalid_value';

function describe(issue: Issue, value: unknown): string {
  if (issue.code === 'invalid_value') return describeChoice(issue.values.map(String), value);
  // A schema's own message is better than anything derived; zod's begin with "Invalid".
  if (!issue.message.startsWith('Invalid input')) return issue.message;
  return issue.code === 'invalid_type'
    ? `Expected ${article(issue.expected)}, found ${show(value)}.`
    : `${show(value)} fits none of the forms allowed here.`;
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
  };
  return words[expected] ?? `a ${expected}`;
}

function show(value: unknown): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  return typeof value === 'string' ? `text "${value}"` : JSON.stringify(value);
}

function firstCharacterOnly(diagnostic: Diagnostic): Diagnostic {
  return { ...diagnostic, range: { ...diagnostic.range, length: 1 } };
}
