import { findChangedFiles } from '../../coverage/lines/changed-files.ts';
import { findFunctions } from '../../coverage/lines/function-names.ts';
import type { SeriesPatch } from '../../series/patches/series.ts';

/** A function that a series changes, in the file as the series leaves it. */
export interface ChangedFunction {
  readonly path: string;
  /** Undefined for a change outside of functions: nothing says who depends on it. */
  readonly name: string | undefined;
}

/** Files on which no spec depends. */
const NO_CODE = /^(?:Documentation|tools)\/|\.(?:rst|txt|md)$/u;

/** The functions in which a series adds or removes lines, each once; `fileOf` says where a patched file is. */
export async function findChangedFunctions(
  patches: readonly SeriesPatch[],
  fileOf: (path: string) => string,
): Promise<readonly ChangedFunction[]> {
  const { files, unplaced } = await findChangedFiles(patches, fileOf);
  const found = files
    .filter(({ path }) => !NO_CODE.test(path))
    .flatMap(({ path, text, added, removed }) => {
      if (!/\.[ch]$/u.test(path)) return [{ path, name: undefined }];
      const functionAt = findFunctions(text);
      const lines = [...added]
        .filter(([, line]) => line.text.trim() !== '')
        .map(([line]) => line)
        .concat(removed.map(({ line }) => line));
      return [...new Set(lines.map(functionAt))].map((name) => ({ path, name }));
    });
  const lost = new Set(unplaced.map(({ path }) => path));
  return [...found, ...[...lost].map((path) => ({ path, name: undefined }))];
}
