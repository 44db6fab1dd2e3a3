import { readFile } from 'node:fs/promises';
import type { z } from 'zod';
import { UsageError } from '../errors.ts';
import { systemReason } from '../util/system-reason.ts';
import { diagnosticsError, displayPath, type Diagnostic } from './diagnostic.ts';
import { checkValue } from './schema-problems.ts';
import { parseYamlSource, type YamlSource } from './yaml-source.ts';
import { zodDiagnostics } from './zod-diagnostics.ts';

/** A YAML text checked against a schema: its value, or everything that is wrong with it. */
export type CheckedYaml<T> =
  | { readonly ok: true; readonly value: T; readonly source: YamlSource }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

/**
 * Reads a YAML file and validates it. Throws one UsageError with all problems, each as `file:line:column`, message,
 * source line and squiggle.
 */
export async function parseYamlFile<T>(
  path: string,
  schema: z.ZodType<T>,
  code = 'YAML_INVALID',
): Promise<T> {
  const checked = checkYaml(await readYaml(path), path, schema);
  if (!checked.ok) throw diagnosticsError(checked.diagnostics, code);
  return checked.value;
}

/** Reads the text of a YAML file; a missing file is a UsageError. */
export async function readYaml(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new UsageError(`The file ${displayPath(path)} cannot be read: ${systemReason(cause)}.`, {
      code: 'YAML_UNREADABLE',
      cause,
    });
  }
}

/**
 * Validates a YAML text against a schema without throwing, so that the problems of several files can be shown together.
 */
export function checkYaml<T>(text: string, file: string, schema: z.ZodType<T>): CheckedYaml<T> {
  const source = parseYamlSource(text, file);
  if (!source.usable) return { ok: false, diagnostics: source.diagnostics };
  const result = checkValue(schema, source.value);
  const diagnostics = [
    ...source.diagnostics,
    ...(result.success ? [] : zodDiagnostics(source, schema, result.error)),
  ];
  return result.success && diagnostics.length === 0
    ? { ok: true, value: result.data, source }
    : { ok: false, diagnostics };
}
