import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from '../errors.ts';
import { hasErrorCode } from '../util/has-error-code.ts';
import { checkSpec } from './check-spec.ts';
import { diagnosticsError, displayPath, type Diagnostic } from './diagnostic.ts';
import { checkYaml, readYaml } from './parse-yaml-file.ts';
import { specFile } from './spec-file.ts';
import { createSpec, type Spec } from './spec.ts';

/** Loads every spec below a folder, ordered by path. One UsageError reports the problems of all files. */
export async function loadSpecs(folder: string): Promise<readonly Spec[]> {
  const paths = await specPaths(folder);
  const loaded = await Promise.all(paths.map(async (path) => loadSpec(path, await readYaml(path))));
  const specs = loaded.flatMap(({ spec }) => spec ?? []);
  const diagnostics = [...loaded.flatMap(({ problems }) => problems), ...duplicates(specs)];
  if (diagnostics.length > 0) throw diagnosticsError(diagnostics, 'SPEC_INVALID');
  return specs;
}

interface Loaded {
  readonly spec: Spec | undefined;
  readonly problems: readonly Diagnostic[];
}

/** Validates the text of one spec file. */
export function loadSpec(path: string, text: string): Loaded {
  const checked = checkYaml(text, path, specFile);
  if (!checked.ok) return { spec: undefined, problems: checked.diagnostics };
  return {
    spec: createSpec(checked.value, checked.source),
    problems: checkSpec(checked.value, checked.source),
  };
}

async function specPaths(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true }).catch((cause: unknown) => {
    if (!hasErrorCode(cause, 'ENOENT')) throw cause;
    throw new UsageError(`There is no folder of specs at ${displayPath(folder)}.`, {
      code: 'SPEC_FOLDER_MISSING',
      hint: 'Specs are the *.yaml files below "specs"; docs/specs.md says how to write one.',
      cause,
    });
  });
  const misnamed = names.find((name) => name.endsWith('.yml'));
  if (misnamed !== undefined) {
    // Ignoring it would silently leave cases unexecuted.
    throw new UsageError(`The spec ${displayPath(join(folder, misnamed))} would not be found.`, {
      code: 'SPEC_MISNAMED',
      hint: 'Rename it so that it ends in ".yaml".',
    });
  }
  return names
    .filter((name) => name.endsWith('.yaml'))
    .toSorted()
    .map((name) => join(folder, name));
}

/** A spec's name is half of each case's identity, so two specs cannot share one. */
function duplicates(specs: readonly Spec[]): Diagnostic[] {
  const first = new Map<string, Spec>();
  return specs.flatMap((spec) => {
    const earlier = first.get(spec.name);
    first.set(spec.name, earlier ?? spec);
    return earlier === undefined
      ? []
      : [
          spec.source.diagnoseValue(
            ['spec'],
            `The name "${spec.name}" is taken by ${displayPath(earlier.source.file)}.`,
          ),
        ];
  });
}
