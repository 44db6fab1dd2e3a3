import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { architectures } from '../../arch/architectures.ts';
import { runCommand } from '../../process/run-command.ts';
import { createTemporaryFolder } from '../../process/temporary-folder.ts';
import type { GuestSupply } from '../guest/open-supply.ts';
import { signatureOf, type Failure } from '../judge/judge-batch.ts';
import { runInGuest } from '../guest/run-in-guest.ts';

/** What a reproducer came to in a pristine guest, outside of the fuzzer. */
export type Confirmation =
  | { readonly kind: 'confirmed'; readonly output: string }
  | { readonly kind: 'not confirmed'; readonly output: string }
  /** The compiler's words. */
  | { readonly kind: 'not compiled'; readonly output: string };

/** What a reproducer says of itself where the failure is seen. */
const STATUS_SEEN = 1;

/** Compiles a reproducer and runs it in a pristine guest. */
export async function confirmReproducer(
  source: string,
  failure: Failure,
  supply: GuestSupply,
  signal: AbortSignal,
): Promise<Confirmation> {
  await using folder = await createTemporaryFolder('kgate-reproducer');
  const file = join(folder.path, 'reproducer.c');
  await writeFile(file, source);
  const compiler = `${architectures[supply.arch].triple}-gcc`;
  const args = [
    '-std=gnu11',
    '-O1',
    '-Wall',
    '-Wextra',
    '-Werror',
    '-static',
    '-s',
    '-o',
    'reproducer',
    file,
  ];
  const compiled = await runCommand(compiler, args, { cwd: folder.path, signal });
  if (compiled.exitCode !== 0) return { kind: 'not compiled', output: compiled.output };
  const binary = await readFile(join(folder.path, 'reproducer'));
  const { status, output, trouble } = await runInGuest(supply, binary, signal);
  const seen =
    failure.kind === 'trouble'
      ? trouble !== undefined && signatureOf({ kind: 'trouble', trouble }) === signatureOf(failure)
      : status === STATUS_SEEN;
  return { kind: seen ? 'confirmed' : 'not confirmed', output: trouble?.title ?? output };
}
