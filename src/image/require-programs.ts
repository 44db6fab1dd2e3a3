import { BuildError } from '../errors.ts';
import type { BuiltImage } from './image.ts';

/** Throws one BuildError about all of these programs, by `source`, that an image had to be built without. */
export function requirePrograms({ leftOut }: BuiltImage, needed: Iterable<string>): void {
  const wanted = new Set(needed);
  const errors = [...leftOut].filter(([source]) => wanted.has(source)).map(([, error]) => error);
  if (errors.length > 0) throw joinBuildErrors(errors);
}

/** One error about several programs. */
export function joinBuildErrors(errors: readonly BuildError[]): BuildError {
  const [first] = errors;
  if (errors.length === 1 && first !== undefined) return first;
  return new BuildError(`${errors.length} guest programs could not be built.`, {
    code: 'IMAGE_COMPILE_FAILED',
    detail: errors.map((error) => [error.message, error.detail ?? error.hint].join('\n')).join('\n\n'),
    commands: errors.flatMap(({ commands }) => commands),
  });
}
