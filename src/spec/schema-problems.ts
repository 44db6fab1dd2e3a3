import type { z } from 'zod';
import { suggest } from '../util/closest.ts';
import { describeIssue } from './describe-issue.ts';
import { allowedKeys } from './schema-keys.ts';
import { valueAt } from './value-at.ts';

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** Something in a value that its schema forbids, in kgate's words. */
export interface SchemaProblem {
  readonly path: Path;
  /** What is wrong: the value at the path, its last key, or that this key is missing. */
  readonly at: 'value' | 'key' | 'missing';
  readonly message: string;
}

/** Validates a value. Messages are those of the schema or empty: never the library's. */
export function checkValue<T>(schema: z.ZodType<T>, value: unknown): z.ZodSafeParseResult<T> {
  return schema.safeParse(value, { error: () => '' });
}

/** Every problem of a value for which checkValue() failed, naming what was expected. */
export function schemaProblems(schema: z.ZodType, value: unknown, error: z.ZodError): SchemaProblem[] {
  return error.issues.flatMap((issue) => problemsOf(issue, issue.path, schema, value));
}

function problemsOf(issue: Issue, path: Path, schema: z.ZodType, whole: unknown): SchemaProblem[] {
  if (issue.code === 'unrecognized_keys') {
    const known = allowedKeys(schema, path);
    return issue.keys.map((key) => ({
      path: [...path, key],
      at: 'key',
      message: `Unknown key "${key}".${suggest(key, known)}`,
    }));
  }
  if (issue.code === 'invalid_key') {
    const key = String(path.at(-1));
    const reason = issue.issues.map((inner) => describeIssue(inner, key)).join(' ');
    return [{ path, at: 'key', message: `"${key}" cannot be a key here. ${reason}` }];
  }
  if (issue.code === 'invalid_union') {
    const branch = nearestBranch(issue.errors);
    if (branch !== undefined)
      return branch.flatMap((inner) => problemsOf(inner, [...path, ...inner.path], schema, whole));
  }
  const value = valueAt(whole, path);
  if (value === undefined && path.length > 0)
    return [{ path, at: 'missing', message: `The key "${String(path.at(-1))}" is missing.` }];
  return [{ path, at: 'value', message: describeIssue(issue, value) }];
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
