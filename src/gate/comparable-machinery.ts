import { readFile } from 'node:fs/promises';
import type { ArchName } from '../arch/architecture.ts';
import { UsageError } from '../errors.ts';
import { parseConfig } from '../kernel/config-file.ts';
import type { KernelDefinition } from '../kernel/definition.ts';
import type { BuiltKernel } from '../kernel/kernel.ts';
import type { Machinery } from '../run/machinery.ts';
import type { Series } from '../series/series.ts';
import { compareConfigs, type ConfigDifference } from './compare-configs.ts';
import type { GateRecord } from './gate-record.ts';
import { kconfigSymbolsOf } from './kconfig-symbols.ts';

/** A machinery that refuses to go on as soon as it has built two kernels that cannot be compared. */
export interface WatchedMachinery {
  readonly machinery: Machinery<KernelDefinition>;
  /** Both kernels of an architecture, once they are built. */
  readonly pairs: ReadonlyMap<ArchName, KernelPairBuilt>;
  config(): GateRecord['config'];
}

/** Base and patched kernel of one architecture. */
export interface KernelPairBuilt {
  readonly base: BuiltKernel;
  readonly patched: BuiltKernel;
}

/**
 * Watches what a machinery builds. What differs between base and patched kernel must be the series: another compiler,
 * or a config symbol that the series has nothing to do with, would be blamed on it.
 */
export function watchComparison(
  machinery: Machinery<KernelDefinition>,
  subjects: { readonly base: KernelDefinition; readonly patched: KernelDefinition },
  series: Series,
): WatchedMachinery {
  const built = new Map<string, BuiltKernel>();
  const pairs = new Map<ArchName, KernelPairBuilt>();
  const differences = new Map<ArchName, ConfigDifference>();
  const own = kconfigSymbolsOf(series.patches.map(({ text }) => text));
  return {
    machinery: {
      ...machinery,
      async buildKernel(definition, arch, step) {
        const kernel = await machinery.buildKernel(definition, arch, step);
        built.set(`${definition.id} ${arch}`, kernel);
        const base = built.get(`${subjects.base.id} ${arch}`);
        const patched = built.get(`${subjects.patched.id} ${arch}`);
        if (base !== undefined && patched !== undefined && !pairs.has(arch)) {
          differences.set(arch, await requireComparable(base, patched, own));
          pairs.set(arch, { base, patched });
        }
        return kernel;
      },
    },
    pairs,
    config: () =>
      Object.fromEntries(
        [...differences].map(([arch, { onlyBase, onlyPatched, changed }]) => [
          arch,
          {
            onlyBase: [...onlyBase],
            onlyPatched: [...onlyPatched],
            ...(changed.length === 0 ? {} : { changed: [...changed] }),
          },
        ]),
      ),
  };
}

async function requireComparable(
  base: BuiltKernel,
  patched: BuiltKernel,
  own: ReadonlySet<string>,
): Promise<ConfigDifference> {
  if (base.compiler !== patched.compiler)
    throw new UsageError(`Base and patched kernel for ${base.arch} were built by different compilers.`, {
      code: 'GATE_COMPILER_DIFFERS',
      hint: 'Run the gate again when nothing changes the toolchain.',
      detail: `${base.id}: ${base.compiler}\n${patched.id}: ${patched.compiler}`,
    });
  const [before, after] = await Promise.all([base, patched].map(({ config }) => readFile(config, 'utf8')));
  const difference = compareConfigs(parseConfig(before ?? ''), parseConfig(after ?? ''));
  const foreign = difference.symbols.filter((symbol) => !own.has(symbol));
  if (foreign.length === 0) return difference;
  const lines = [
    ...difference.onlyBase.map((text) => `only on the base: CONFIG_${text}`),
    ...difference.onlyPatched.map((text) => `only with the series: CONFIG_${text}`),
    ...difference.changed.map((text) => `CONFIG_${text}`),
  ].filter((line) => foreign.some((symbol) => line.match(/CONFIG_(\w+)/u)?.[1] === symbol));
  throw new UsageError(
    `Base and patched kernel for ${base.arch} have different configurations, and not by the series alone.`,
    {
      code: 'GATE_CONFIG_DIFFERS',
      hint: 'Give both kernels the same value of these symbols; those that the series itself speaks of in Kconfig may differ.',
      detail: lines.join('\n'),
    },
  );
}
