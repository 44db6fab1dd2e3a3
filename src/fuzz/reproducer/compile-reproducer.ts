import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { architectures, type ArchName } from '../../arch/architectures.ts';
import { runCommand } from '../../process/run-command.ts';
import { createTemporaryFolder } from '../../process/temporary-folder.ts';

/** A static program for guests, or the compiler's words. */
export type CompiledReproducer =
  | { readonly kind: 'compiled'; readonly binary: Buffer }
  | { readonly kind: 'not compiled'; readonly output: string };

const FLAGS = ['-std=gnu11', '-O1', '-Wall', '-Wextra', '-Werror', '-static', '-s'];

/** Compiles a reproducer for an architecture. */
export async function compileReproducer(
  source: string,
  arch: ArchName,
  signal: AbortSignal,
): Promise<CompiledReproducer> {
  await using folder = await createTemporaryFolder('kgate-reproducer');
  const file = join(folder.path, 'reproducer.c');
  await writeFile(file, source);
  const compiler = `${architectures[arch].triple}-gcc`;
  const args = [...FLAGS, '-o', 'reproducer', file];
  const { exitCode, output } = await runCommand(compiler, args, { cwd: folder.path, signal });
  if (exitCode !== 0) return { kind: 'not compiled', output };
  return { kind: 'compiled', binary: await readFile(join(folder.path, 'reproducer')) };
}
