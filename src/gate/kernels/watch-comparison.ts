import { readFile } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import type { ArchName } from '../../arch/architectures.ts';
import { InfraError, UsageError } from '../../errors.ts';
import type { BuiltImage } from '../../image/image.ts';
import { parseConfig } from '../../kernel/definition/config-file.ts';
import type { KernelDefinition } from '../../kernel/definition/definition.ts';
import type { BuiltKernel } from '../../kernel/definition/kernel.ts';
import type { Backend } from '../../run/execute/backend.ts';
import type { Series } from '../../series/patches/series.ts';
import { compareConfigs, type ConfigDifference } from './compare-configs.ts';
import type { GateRecord } from '../gate-record.ts';
import type { KernelPair } from '../cases/gated-cases.ts';
import { kconfigSymbolsOf } from '../subjects/kconfig-symbols.ts';

/** A backend that stops as soon as it has built two kernels that cannot be compared. */
export interface WatchedBackend {
  readonly backend: Backend<KernelDefinition>;
  /** How the kernels' configurations differ. */
  config(): GateRecord['config'];
}

/**
 * Watches what a backend builds and boots. Base and patched kernel may differ only by the series: a different compiler,
 * or a config symbol that the series has nothing to do with, would be blamed on it. Each kernel and image is built
 * once, whatever is edited while the gate runs.
 */
export function watchComparison(
  backend: Backend<KernelDefinition>,
  ids: KernelPair,
  series: Series,
): WatchedBackend {
  const kernels = new Map<string, Promise<BuiltKernel>>();
  const images = new Map<string, Promise<BuiltImage>>();
  const differences = new Map<ArchName, ConfigDifference>();
  const own = kconfigSymbolsOf(series.patches.map(({ text }) => text));
  return {
    backend: {
      ...backend,
      async buildKernel(definition, arch, step) {
        const kernel = await once(kernels, `${definition.id} ${arch}`, () =>
          backend.buildKernel(definition, arch, step),
        );
        const [base, patched] = await Promise.all([
          kernels.get(`${ids.base} ${arch}`),
          kernels.get(`${ids.patched} ${arch}`),
        ]);
        if (base !== undefined && patched !== undefined && !differences.has(arch))
          differences.set(arch, await requireComparable(base, patched, own));
        return kernel;
      },
      async buildImage(kernel, step, files) {
        const { arch } = kernel;
        // Selftests are those of each kernel's own tree, and a series may change them.
        if (files !== undefined) {
          const key = `${kernel.id} ${arch} ${JSON.stringify(files)}`;
          return once(images, key, () => backend.buildImage(kernel, step, files));
        }
        const image = await once(images, `${kernel.id} ${arch}`, () => backend.buildImage(kernel, step));
        const both = [ids.base, ids.patched].flatMap((id) => images.get(`${id} ${arch}`) ?? []);
        requireSamePrograms(await Promise.all(both));
        return image;
      },
    },
    config: () =>
      Object.fromEntries([...differences].map(([arch, found]) => [arch, describeDifference(found)])),
  };
}

/** Headers of the two kernels may differ, and so may compiled programs; but their sources must not. */
function requireSamePrograms([base, patched]: readonly BuiltImage[]): void {
  if (base === undefined || patched === undefined) return;
  if (isDeepStrictEqual(programsOf(base, patched), programsOf(patched, base))) return;
  throw new InfraError('Guest programs were edited while the gate was running.', {
    code: 'GATE_PROGRAMS_CHANGED',
    hint: 'Run the gate again without editing them.',
  });
}

/** Those that compile with the headers of both. */
const programsOf = (image: BuiltImage, other: BuiltImage): readonly unknown[] =>
  [...image.programs.values()]
    .filter(({ source }) => !other.leftOut.has(source))
    .map(({ source, cases }) => [source, cases]);

function once<T>(made: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  const making = made.get(key) ?? make();
  made.set(key, making);
  return making;
}

function describeDifference({
  onlyBase,
  onlyPatched,
  changed,
}: ConfigDifference): GateRecord['config'][ArchName] {
  return {
    onlyBase: [...onlyBase],
    onlyPatched: [...onlyPatched],
    ...(changed.length === 0 ? {} : { changed: [...changed] }),
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
      hint: 'Run the gate again without changing the toolchain.',
      detail: `${base.id}: ${base.compiler}\n${patched.id}: ${patched.compiler}`,
    });
  const [before = '', after = ''] = await Promise.all(
    [base, patched].map(({ config }) => readFile(config, 'utf8')),
  );
  const difference = compareConfigs(parseConfig(before), parseConfig(after));
  const foreign = difference.differing.filter(({ symbol }) => !own.has(symbol));
  if (foreign.length === 0) return difference;
  throw new UsageError(
    `Base and patched kernel for ${base.arch} have different configurations, and not only because of the series.`,
    {
      code: 'GATE_CONFIG_DIFFERS',
      hint: 'Give both kernels the same value of these symbols; only what the series itself defines, changes or selects in Kconfig may differ.',
      detail: foreign.map(({ text }) => `CONFIG_${text}`).join('\n'),
    },
  );
}
