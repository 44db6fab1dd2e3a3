import type { YamlPath } from './yaml-source.ts';

/** The part of a plain value at a path, or `undefined` where the path leads nowhere. */
export function valueAt(value: unknown, path: YamlPath): unknown {
  let reached = value;
  for (const step of path) {
    if (typeof reached !== 'object' || reached === null) return undefined;
    reached = Object.entries(reached).find(([key]) => key === String(step))?.[1];
  }
  return reached;
}
