import { z } from 'zod';
import type { YamlPath } from './yaml-source.ts';

/** The keys that a schema allows in the object at a path, over all branches of its unions; for suggestions. */
export function allowedKeys(schema: z.ZodType, path: YamlPath): string[] {
  let reached: readonly z.ZodType[] = flatten(schema);
  for (const step of path) reached = reached.flatMap((type) => child(type, step)).flatMap(flatten);
  return [
    ...new Set(reached.flatMap((type) => (type instanceof z.ZodObject ? Object.keys(type.shape) : []))),
  ];
}

/** The types that a value may have: wrappers removed, unions expanded. */
function flatten(schema: unknown): z.ZodType[] {
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodReadonly
  )
    return flatten(schema.unwrap());
  if (schema instanceof z.ZodPipe) return [...flatten(schema.in), ...flatten(schema.out)];
  if (schema instanceof z.ZodUnion) return schema.options.flatMap((option) => flatten(option));
  return schema instanceof z.ZodType ? [schema] : [];
}

function child(type: z.ZodType, step: PropertyKey): z.ZodType[] {
  if (type instanceof z.ZodObject) {
    const shape: Readonly<Record<string, unknown>> = type.shape;
    const found = shape[String(step)];
    return found instanceof z.ZodType ? [found] : [];
  }
  if (type instanceof z.ZodRecord) return flatten(type.valueType);
  if (type instanceof z.ZodArray) return flatten(type.element);
  return [];
}
