import { resolve } from 'node:path';
import { z } from 'zod';
import { ARCH_NAMES, type ArchName } from '../../arch/architectures.ts';
import { kernelParameter, memorySize } from '../../spec/quantity.ts';

const name = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]*$/u, 'Write lower case letters, digits, dots, hyphens and underscores.');
const path = z.string().min(1);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/u, 'Write the 64 hexadecimal digits that sha256sum prints.');
const fragments = z.array(path).optional();
const fragmentsOfArches = Object.fromEntries(ARCH_NAMES.map((arch) => [arch, fragments])) as Record<
  ArchName,
  typeof fragments
>;

/** The format of a kernel file; docs/kernels.md explains each key. */
export const kernelFileSchema = z.strictObject({
  kernel: name,
  summary: z.string().min(1),
  extends: path.optional(),
  source: z
    .union([
      z.strictObject({ package: name }),
      z.strictObject({ tree: path, revision: z.string().min(1).optional() }),
      z.strictObject({ archive: path, sha256: sha256.optional() }),
    ])
    .optional(),
  base: name.optional(),
  role: z.enum(['base', 'patched']).optional(),
  series: z.array(path).optional(),
  drivers: z.array(path).optional(),
  config: z.strictObject({ common: fragments, ...fragmentsOfArches }).optional(),
  arch: z.array(z.enum(ARCH_NAMES)).min(1).optional(),
  variant: name.optional(),
  work_tree: name.optional(),
  toolchain: z.enum(['gcc', 'llvm']).optional(),
  machine: z
    .strictObject({
      more_memory: memorySize.optional(),
      parameters: z.array(kernelParameter).min(1).optional(),
    })
    .optional(),
});

/** A kernel file as it was written. */
export type KernelFile = z.infer<typeof kernelFileSchema>;

/** Whether an archive has to be downloaded. */
export const isAddress = (archive: string): boolean => /^https?:\/\//u.test(archive);

/** A path in a kernel file, its place, and what it must lead to. */
export interface ReferredPath {
  readonly at: readonly PropertyKey[];
  readonly target: string;
  readonly kind: 'file' | 'folder';
}

/** Every path that a kernel file names, from the folder that it is in. */
export function referredPaths(
  { source, series, drivers, config }: KernelFile,
  folder: string,
): readonly ReferredPath[] {
  const list = (at: readonly PropertyKey[], kind: ReferredPath['kind'], paths: readonly string[] = []) =>
    paths.map((each, index): ReferredPath => ({ at: [...at, index], target: resolve(folder, each), kind }));
  return [
    ...pathsOfSource(source, folder),
    ...list(['series'], 'folder', series),
    ...list(['drivers'], 'folder', drivers),
    ...list(['config', 'common'], 'file', config?.common),
    ...ARCH_NAMES.flatMap((arch) => list(['config', arch], 'file', config?.[arch])),
  ];
}

function pathsOfSource(source: KernelFile['source'], folder: string): readonly ReferredPath[] {
  if (source === undefined || 'package' in source) return [];
  if ('tree' in source)
    return [{ at: ['source', 'tree'], target: resolve(folder, source.tree), kind: 'folder' }];
  if (isAddress(source.archive)) return [];
  return [{ at: ['source', 'archive'], target: resolve(folder, source.archive), kind: 'file' }];
}
