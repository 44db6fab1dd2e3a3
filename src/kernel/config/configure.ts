import { copyFile, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { BuildError } from '../../errors.ts';
import { createTemporaryFolder } from '../../process/temporary-folder.ts';
import { cacheFolder } from '../../store/cache-folder.ts';
import { readBuiltFile } from '../lineage/built-file.ts';
import { checkConfig } from './config-check.ts';
import { effectiveRequests, parseConfig, parseFragment } from '../definition/config-file.ts';
import { isConfigured, rememberConfigured } from './remember-configured.ts';
import { readKconfig } from './kconfig.ts';
import { make, type MakeContext } from '../lineage/make.ts';
import type { WantedFile } from '../source/overlay.ts';
import { runTreeCommand } from '../tools/tree-command.ts';

/**
 * Makes a lineage's `.config` from fragments, on top of allnoconfig, and checks that it says what was asked for; one that
 * was made from the same is left as it is. Throws a BuildError that names every symbol that did not take.
 */
export async function configure(
  context: MakeContext,
  fragments: readonly string[],
  tree: ReadonlyMap<string, WantedFile>,
): Promise<void> {
  const texts = await Promise.all(fragments.map((file) => readFile(file, 'utf8')));
  const { lineage, architecture, toolchain, subject } = context;
  const inputs = { fragments: texts, toolchain, tree };
  if (await isConfigured(lineage, inputs)) return;
  const requests = effectiveRequests(
    fragments.flatMap((file, index) => parseFragment(texts[index] ?? '', file)),
  );
  await using temporary = await createTemporaryFolder('config', cacheFolder('tmp'));
  const merged = await mergeFragments(context, fragments, temporary.path);
  await make(context, [`KCONFIG_ALLCONFIG=${merged}`, 'allnoconfig'], { readable: [temporary.path] });
  const config = await readBuiltFile(lineage.objects, '.config');
  const kconfig = await readKconfig(lineage.workTree.folder, architecture.kernel.sourceArch);
  checkConfig(requests, parseConfig(config), kconfig, subject);
  await rememberConfigured(lineage, inputs, config);
}

/** Merges with the tree's own script, and returns the path of the result. */
async function mergeFragments(
  { lineage, signal, subject, sandbox }: MakeContext,
  fragments: readonly string[],
  folder: string,
): Promise<string> {
  // The script takes paths without spaces only, and treats the first fragment as its base.
  const names = fragments.map((file, index) => `${index}-${basename(file).replaceAll(/[^\w.-]/gu, '_')}`);
  await Promise.all(fragments.map((file, index) => copyFile(file, join(folder, names[index] ?? ''))));
  const script = join(lineage.workTree.folder, 'scripts/kconfig/merge_config.sh');
  const result = await runTreeCommand('sh', [script, '-m', '-O', folder, ...names], {
    cwd: folder,
    readable: [lineage.workTree.folder],
    writable: [folder],
    sandbox,
    signal,
  });
  if (result.exitCode !== 0) {
    throw new BuildError(`Merging the config fragments of ${subject} failed.`, {
      code: 'KERNEL_CONFIG_UNMERGED',
      hint: 'Run the command that is shown in the kernel tree to see why.',
      detail: `${result.command}\n${result.output}`,
    });
  }
  return join(folder, '.config');
}
