import { readFile, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { BuildError } from '../../errors.ts';

/**
 * The path of a file that a build made. Throws if it is not a file or lies elsewhere: a Makefile of a series can leave
 * a link to any file of the user, and this one will be read outside the sandbox.
 */
export async function builtFile(objects: string, path: string): Promise<string> {
  const [root, file] = await Promise.all([realpath(objects), realpath(join(objects, path))]);
  if (file.startsWith(`${root}/`) && (await stat(file)).isFile()) return file;
  throw new BuildError(`The build left something other than a regular file at ${path}.`, {
    code: 'KERNEL_OUTPUT_FOREIGN',
    hint: `Look at what the series does to the Makefiles; then remove ${objects}.`,
  });
}

/** The text of a file that a build made; see builtFile. */
export async function readBuiltFile(objects: string, path: string): Promise<string> {
  return readFile(await builtFile(objects, path), 'utf8');
}
