import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { HostError } from '../../errors.ts';
import { createTemporaryFolder } from '../../process/temporary-folder.ts';
import { cacheFolder } from '../../store/cache-folder.ts';
import { findOrCreate, type ContentStore } from '../../store/content-store.ts';
import { digestFile, digestOf } from '../../store/digest.ts';
import { kindOfPath } from '../../util/kind-of-path.ts';
import { mapConcurrently } from '../../util/map-concurrently.ts';
import type { KernelDefinition } from '../definition/definition.ts';
import type { NamedPatch } from '../definition/derive-kernel.ts';
import { findSource } from '../source/find-source.ts';
import { runTreeCommand } from '../tools/tree-command.ts';

/** The output of checkpatch for one patch. */
export interface CheckedPatch {
  readonly patch: string;
  readonly messages: readonly string[];
}

const manifest = z.strictObject({ messages: z.array(z.string()) });
const checkStore: ContentStore<z.infer<typeof manifest>> = { name: 'checkpatch', manifest };

const SCRIPT = 'scripts/checkpatch.pl';

export interface CheckOptions {
  readonly jobs: number;
  /** See TreeCommandOptions. */
  readonly sandbox: boolean | undefined;
  readonly signal: AbortSignal;
}

/**
 * Runs the strict checkpatch of a kernel's own source on patches; each patch once, as the result depends on nothing
 * else. `undefined` where the source has none, or the host lacks perl.
 */
export async function checkPatches(
  { source }: KernelDefinition,
  patches: readonly NamedPatch[],
  options: CheckOptions,
): Promise<readonly CheckedPatch[] | undefined> {
  const { jobs, signal } = options;
  const tree = await (await findSource(source, signal)).open(signal, () => {});
  const script = join(tree.root, SCRIPT);
  if ((await kindOfPath(script)) !== 'file') return undefined;
  const version = await digestFile(script);
  try {
    const checked = await mapConcurrently(patches, jobs, async ({ name, text }) => {
      const key = digestOf(['checkpatch', 1, version, text]);
      const create = async () => ({ messages: await check(tree.root, text, options) });
      const { messages } = (await findOrCreate(checkStore, key, create, { signal })).manifest;
      return { patch: name, messages };
    });
    return checked.filter(({ messages }) => messages.length > 0);
  } catch (error) {
    if (error instanceof HostError) return undefined;
    throw error;
  }
}

async function check(root: string, text: string, { sandbox, signal }: CheckOptions): Promise<string[]> {
  await using temporary = await createTemporaryFolder('checkpatch', cacheFolder('tmp'));
  const file = join(temporary.path, 'patch');
  await writeFile(file, text);
  const args = [SCRIPT, '--strict', '--terse', '--show-types', '--no-summary', '--color=never', file];
  const { stdout } = await runTreeCommand('perl', args, {
    cwd: root,
    readable: [root, temporary.path],
    writable: [],
    sandbox,
    signal,
  });
  return stdout
    .split('\n')
    .filter((line) => line.startsWith(`${file}:`))
    .map((line) => line.slice(file.length + 1));
}
