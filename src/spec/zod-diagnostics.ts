import type { z } from 'zod';
import type { Diagnostic } from './diagnostic.ts';
import { schemaProblems, type SchemaProblem } from './schema-problems.ts';
import type { YamlSource } from './yaml-source.ts';

/** Every issue of a failed validation, at its place in the YAML text, naming what was expected. */
export function zodDiagnostics(source: YamlSource, schema: z.ZodType, error: z.ZodError): Diagnostic[] {
  return schemaProblems(schema, source.value, error).map((problem) => locate(source, problem));
}

function locate(source: YamlSource, { path, at, message }: SchemaProblem): Diagnostic {
  if (at === 'key') return source.diagnoseKey(path, message);
  if (at === 'value') return source.diagnoseValue(path, message);
  // An empty place means that the whole document lacks the key; its first character stands for it.
  return firstCharacterOnly(source.diagnoseValue(path.slice(0, -1), message));
}

function firstCharacterOnly(diagnostic: Diagnostic): Diagnostic {
  return { ...diagnostic, range: { ...diagnostic.range, length: 1 } };
}
