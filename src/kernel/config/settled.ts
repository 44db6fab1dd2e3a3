import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { ContentStore } from '../../store/content-store.ts';
import { digestOf, type Digest } from '../../store/digest.ts';
import { withoutUndefined } from '../../util/without-undefined.ts';
import { parseVersion } from '../definition/abilities.ts';
import { parseConfig } from '../definition/config-file.ts';
import { readBuiltFile } from '../lineage/built-file.ts';
import type { MakeContext } from '../lineage/make.ts';
import { describeChanges } from './describe-changes.ts';
import { findLeftOut } from './config-check.ts';
import { readRequests, type ConfigSettings } from './configure.ts';
import { readKconfig } from './kconfig.ts';

const settledSchema = z.strictObject({
  /** Symbols that are on in the final `.config`, with `CONFIG_`. */
  symbols: z.array(z.string()),
  version: z.tuple([z.int(), z.int()]).readonly().optional(),
  leftOut: z.array(z.strictObject({ symbol: z.string(), reason: z.string().optional() })),
  /** Where a kernel starts from a whole configuration: how its own differs, for people. */
  changes: z.string().optional(),
});

/** The result of configuring a kernel. */
export type Settled = z.infer<typeof settledSchema>;

/** Results of configuring, by `settledKey`. */
export const settledStore: ContentStore<Settled> = {
  name: 'configs',
  manifest: settledSchema,
  shared: { withinMs: 10_000 },
};

/** The key of the result, from the key of the build. */
export const settledKey = (build: Digest): Digest => digestOf(['config', build]);

/** Reads the result from a configured lineage. */
export async function readSettled(context: MakeContext, settings: ConfigSettings): Promise<Settled> {
  const { lineage, architecture } = context;
  const { folder } = lineage.workTree;
  const config = parseConfig(await readBuiltFile(lineage.objects, '.config'));
  const requests = await readRequests(settings);
  const version = parseVersion(await readFile(join(folder, 'Makefile'), 'utf8'));
  const { configFrom } = settings;
  const changes =
    configFrom === undefined ? undefined : describeChanges(await readFile(configFrom, 'utf8'), requests);
  return {
    symbols: [...config].flatMap(([symbol, value]) => (value === 'y' ? [`CONFIG_${symbol}`] : [])),
    leftOut: findLeftOut(requests, config, await readKconfig(folder, architecture.kernel.sourceArch)).map(
      (one) => ({ ...one }),
    ),
    ...withoutUndefined({ version, changes }),
  };
}
