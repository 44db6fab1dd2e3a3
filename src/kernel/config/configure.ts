import { readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { BuildError } from '../../errors.ts';
import { createTemporaryFolder } from '../../process/temporary-folder.ts';
import { cacheFolder } from '../../store/cache-folder.ts';
import { readBuiltFile } from '../lineage/built-file.ts';
import { checkConfig } from './config-check.ts';
import {
  effectiveRequests,
  parseConfig,
  parseFragment,
  withoutModules,
  type ConfigRequest,
} from '../definition/config-file.ts';
import { isConfigured, rememberConfigured } from './remember-configured.ts';
import { readKconfig } from './kconfig.ts';
import { make, type MakeContext } from '../lineage/make.ts';
import type { WantedFile } from '../source/overlay.ts';
import { runTreeCommand } from '../tools/tree-command.ts';

/** What a `.config` is made of. */
export interface ConfigSettings {
  /** Files, merged in this order. */
  readonly fragments: readonly string[];
  /** A whole `.config` to start from; without one, everything that is not asked for is off. */
  readonly configFrom?: string;
}

/**
 * Makes a lineage's `.config` from fragments, and checks that it says what they need; one that was made from the same is
 * left as it is. Throws a BuildError that names every symbol that did not take.
 */
export async function configure(
  context: MakeContext,
  settings: ConfigSettings,
  tree: ReadonlyMap<string, WantedFile>,
): Promise<void> {
  const { lineage, architecture, toolchain, subject } = context;
  const parts = await readParts(settings);
  const inputs = { fragments: parts.map(({ text }) => text), toolchain, tree };
  if (await isConfigured(lineage, inputs)) return;
  await using temporary = await createTemporaryFolder('config', cacheFolder('tmp'));
  const merged = await mergeFragments(context, parts, temporary.path);
  const target = settings.configFrom === undefined ? 'allnoconfig' : 'alldefconfig';
  await make(context, [`KCONFIG_ALLCONFIG=${merged}`, target], { readable: [temporary.path] });
  const config = await readBuiltFile(lineage.objects, '.config');
  const kconfig = await readKconfig(lineage.workTree.folder, architecture.kernel.sourceArch);
  checkConfig(await readRequests(settings), parseConfig(config), kconfig, subject);
  await rememberConfigured(lineage, inputs, config);
}

/** What fragments ask for. Where a whole configuration is given, it is followed in all that they only want. */
export async function readRequests({
  fragments,
  configFrom,
}: ConfigSettings): Promise<readonly ConfigRequest[]> {
  const all = await Promise.all(
    fragments.map(async (file) => parseFragment(await readFile(file, 'utf8'), file)),
  );
  const requests = effectiveRequests(all.flat());
  return configFrom === undefined
    ? requests
    : requests.filter(({ mode }) => mode === undefined || mode === 'needed-if-known');
}

/** A text that is merged, and a name for the copy of it. */
interface Part {
  readonly name: string;
  readonly text: string;
}

async function readParts(settings: ConfigSettings): Promise<readonly Part[]> {
  const { fragments, configFrom } = settings;
  if (configFrom === undefined)
    return Promise.all(
      fragments.map(async (file) => ({ name: basename(file), text: await readFile(file, 'utf8') })),
    );
  const needed = (await readRequests(settings)).map(({ symbol, value }) =>
    value === 'n' ? `# CONFIG_${symbol} is not set\n` : `CONFIG_${symbol}=${value}\n`,
  );
  return [
    { name: 'given.config', text: withoutModules(await readFile(configFrom, 'utf8')) },
    { name: 'needed.config', text: needed.join('') },
  ];
}

/** Merges with the tree's own script, and returns the path of the result. */
async function mergeFragments(
  { lineage, signal, subject, sandbox }: MakeContext,
  parts: readonly Part[],
  folder: string,
): Promise<string> {
  // The script takes paths without spaces only, and treats the first fragment as its base.
  const names = parts.map(({ name }, index) => `${index}-${name.replaceAll(/[^\w.-]/gu, '_')}`);
  await Promise.all(parts.map(({ text }, index) => writeFile(join(folder, names[index] ?? ''), text)));
  const script = join(lineage.workTree.folder, 'scripts/kconfig/merge_config.sh');
  const result = await runTreeCommand('sh', [script, '-m', '-O', '.', ...names], {
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
