import { cpus } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import type { BuiltImage } from '../../image/image.ts';
import { readJsonFile, writeJsonFile } from '../../kernel/tools/json-file.ts';
import type { BuiltKernel } from '../../kernel/definition/kernel.ts';
import { createTemporaryFolder } from '../../process/temporary-folder.ts';
import type { PlannedCase } from '../../run/plan/plan.ts';
import type { CaseResult } from '../../run/record/record.ts';
import { cacheFolder } from '../../store/cache-folder.ts';
import { digestOf, type Digest } from '../../store/digest.ts';
import { sharedCache } from '../../store/remote/current-cache.ts';
import { replaceShared, takeShared, type ShareableEntry } from '../../store/share-entry.ts';
import { withoutUndefined } from '../../util/without-undefined.ts';

/** Raised when older results can no longer be trusted. */
const FORMAT = 2;
/** The part of the cache that they are in. */
const FOLDER = 'base-results';

const entrySchema = z.strictObject({
  outcome: z.enum(['passed', 'skipped']),
  observations: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  skipReason: z.string().optional(),
  accel: z.enum(['kvm', 'tcg']),
  /** The run that executed it. */
  run: z.string(),
});
const resultsSchema = z.record(z.string(), entrySchema);
const fileSchema = z.strictObject({
  results: resultsSchema,
  /** Digest of the results: a flipped byte must not become part of a comparison. */
  sum: z.string(),
});

/** A result of an earlier gate that can stand in for executing the case again. */
export type KnownResult = z.infer<typeof entrySchema>;

/** What a result depends on, apart from the case itself. */
export interface ResultScene {
  readonly kernel: BuiltKernel;
  readonly image: BuiltImage;
  /** The emulator's version. */
  readonly qemu: string;
}

/** Results of base kernels in the cache folder, keyed by everything they depend on. Wrong ones are never kept. */
export class BaseResults {
  readonly #scene: Digest;
  readonly #known: Map<string, KnownResult>;

  private constructor(scene: Digest, known: Map<string, KnownResult>) {
    this.#scene = scene;
    this.#known = known;
  }

  /** Those of this machine, or else of another one that shares its results. */
  static async load(
    { kernel, image, qemu }: ResultScene,
    options: { readonly signal?: AbortSignal | undefined } = {},
  ): Promise<BaseResults> {
    const scene = digestOf([FORMAT, kernel.digest, image.digest, qemu, cpus()[0]?.model ?? '']);
    const own = await readResults(cacheFolder(FOLDER), scene);
    return new BaseResults(scene, new Map(Object.entries(own ?? (await takeResults(scene, options)) ?? {})));
  }

  find(planned: PlannedCase): KnownResult | undefined {
    return this.#known.get(keyOf(planned));
  }

  /** Stores new results. A case that went wrong even once is forgotten. */
  async remember(
    run: string,
    executed: readonly { readonly planned: PlannedCase; readonly results: readonly CaseResult[] }[],
  ): Promise<void> {
    if (executed.length === 0) return;
    for (const { planned, results } of executed) {
      const entry = asEntry(results, run);
      if (entry === undefined) this.#known.delete(keyOf(planned));
      else this.#known.set(keyOf(planned), entry);
    }
    // Parsed, so that keys have the order they will have when read back.
    const results = resultsSchema.parse(Object.fromEntries(this.#known));
    const folder = cacheFolder(FOLDER);
    await writeJsonFile(join(folder, fileOf(this.#scene)), { results, sum: digestOf(results) });
    await replaceShared(shareable(this.#scene), folder, fileOf(this.#scene));
  }
}

const fileOf = (scene: Digest): string => `${scene}.json`;

const shareable = (scene: Digest): ShareableEntry => ({
  store: FOLDER,
  format: FORMAT,
  key: scene,
  sharing: { withinMs: 10_000 },
});

async function readResults(
  folder: string,
  scene: Digest,
): Promise<Readonly<Record<string, KnownResult>> | undefined> {
  const found = await readJsonFile(join(folder, fileOf(scene)), fileSchema);
  return found !== undefined && digestOf(found.results) === found.sum ? found.results : undefined;
}

/** Asked only where nothing is known, so that what was forgotten here does not come back from elsewhere. */
async function takeResults(
  scene: Digest,
  options: { readonly signal?: AbortSignal | undefined },
): Promise<Readonly<Record<string, KnownResult>> | undefined> {
  if (sharedCache() === undefined) return undefined;
  await using temporary = await createTemporaryFolder('base-results', cacheFolder('tmp'));
  const folder = join(temporary.path, 'taken');
  await takeShared({ ...shareable(scene), ...options }, folder);
  return await readResults(folder, scene);
}

/** A known result as the result of a planned case. */
export function asResult(planned: PlannedCase, known: KnownResult): CaseResult {
  const { spec, case: name, about, program, kernel, arch, expected, location } = planned;
  const { outcome, observations, accel, skipReason } = known;
  return {
    spec,
    case: name,
    about,
    program,
    kernel,
    arch,
    repeat: planned.repeat,
    accel,
    outcome,
    ms: 0,
    attempts: 1,
    observations,
    expected,
    problems: [],
    ...withoutUndefined({ skipReason }),
    location,
  };
}

/** The parts of a spec that decide a result. The programs are part of the image. */
function keyOf({ spec, case: name, program, shape, timeoutMs, expected }: PlannedCase): string {
  return digestOf([spec, name, program, shape, timeoutMs, expected]);
}

function asEntry(results: readonly CaseResult[], run: string): KnownResult | undefined {
  const [first] = results;
  const agreeing = results.every(({ outcome }) => outcome === first?.outcome);
  if (first?.accel === undefined || !agreeing) return undefined;
  const { outcome, observations, accel, skipReason } = first;
  if (outcome !== 'passed' && outcome !== 'skipped') return undefined;
  return { outcome, observations, accel, run, ...withoutUndefined({ skipReason }) };
}
