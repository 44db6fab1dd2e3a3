import type { z } from 'zod';
import { closest, suggest } from '../util/closest.ts';
import { countOf } from '../util/count-of.ts';
import type { Diagnostic } from './diagnostic.ts';
import { allowedKeys } from './schema-keys.ts';
import { valueAt } from './value-at.ts';
import type { YamlPath, YamlSource } from './yaml-source.ts';

type Issue = z.core.$ZodIssue;

/** Every issue of a failed validation, at its place in the YAML text, naming what was expected. */
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

/** The branch of a union that was most likely meant: one whose outermost type fits. */
function nearestBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  const fitting = branches.filter((issues) => issues.every((issue) => issue.path.length > 0 || fits(issue)));
  return fitting.toSorted((a, b) => a.length - b.length)[0];
}

function fits(issue: Issue): boolean {
  if (issue.code === 'invalid_union') return nearestBranch(issue.errors) !== undefined;
  return issue.code !== 'invalid_type' && issue.code !== 'invalid_value';
}

function describe(issue: Issue, value: unknown): string {
  if (issue.code === 'invalid_value') return describeChoice(issue.values.map(String), value);
  const limit = describeLimit(issue);
  if (limit !== undefined) return `Expected ${limit}, found ${show(value)}.`;
  // A schema's own message is better than anything derived; zod's begin with "Invalid".
  if (!issue.message.startsWith('Invalid input')) return issue.message;
  const forms = [...new Set(allowedForms(issue))];
  return forms.length === 0
    ? `This cannot be ${show(value)}.`
    : `Expected ${alternatives(forms)}, found ${show(value)}.`;
}

/** A bound of a schema that does not say itself what it expects. */
function describeLimit(issue: Issue): string | undefined {
  if (!/^Too (?:small|big): /u.test(issue.message)) return undefined;
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

function firstCharacterOnly(diagnostic: Diagnostic): Diagnostic {
  return { ...diagnostic, range: { ...diagnostic.range, length: 1 } };
}
