import { isDeepStrictEqual } from 'node:util';
import type { ArchName } from '../../arch/architectures.ts';
import type { EventSink } from '../../events.ts';
import { takeKernel } from '../../kernel/build/take-kernel.ts';
import type { KernelDefinition } from '../../kernel/definition/definition.ts';
import { isAddress } from '../../kernel/definition/kernel-file.ts';
import type { BuiltKernel } from '../../kernel/definition/kernel.ts';
import type { SourceReference } from '../../kernel/definition/source-reference.ts';
import type { Backend, Step } from '../../run/execute/backend.ts';
import { digestOf, type Digest } from '../../store/digest.ts';
import { sharedCache } from '../../store/remote/current-cache.ts';
import type { JobScene, KeyedKernel } from '../jobs/queue-job.ts';
import { sendableKernel } from '../jobs/relocate.ts';
import type { Flow } from './flow.ts';

export interface QueueKernelsOptions {
  readonly flow: Flow;
  readonly scene: JobScene;
  /** The kernels whose files are in the bundle of the scene. */
  readonly kernels: readonly KernelDefinition[];
  /** What builds on this host. */
  readonly local: Backend<KernelDefinition>;
}

/** Kernels that workers build, each once. */
export class QueueKernels {
  readonly #options: QueueKernelsOptions;
  readonly #keyed = new Map<Digest, Promise<KeyedKernel>>();

  constructor(options: QueueKernelsOptions) {
    this.#options = options;
  }

  /** Has a kernel built, unless it is there, and says by what key it is found. */
  key(definition: KernelDefinition, arch: ArchName, step: Step): Promise<KeyedKernel> {
    const sendable = sendableKernel(definition);
    const name = digestOf([sendable, arch]);
    const known = this.#keyed.get(name) ?? this.#have(sendable, arch, step);
    this.#keyed.set(name, known);
    return known;
  }

  /** The kernel itself, on this host. */
  async build(definition: KernelDefinition, arch: ArchName, step: Step): Promise<BuiltKernel> {
    const { local } = this.#options;
    if (!this.#canBeSent(definition)) return local.buildKernel(definition, arch, step);
    const { key } = await this.key(definition, arch, step);
    const { signal, sink: onEvent } = step;
    const taken = await takeKernel(definition, arch, key, { signal, onEvent });
    return taken ?? local.buildKernel(definition, arch, step);
  }

  async #have(definition: KernelDefinition, arch: ArchName, step: Step): Promise<KeyedKernel> {
    const { flow, scene, local } = this.#options;
    if (this.#canBeSent(definition)) {
      const onEvent: EventSink = (event) => step.sink(event);
      const job = { ...scene, kind: 'kernel' as const, definition, arch };
      const { key } = await flow.perform(job, onEvent, step.signal);
      return { definition, arch, key };
    }
    const { digest } = await local.buildKernel(definition, arch, step);
    // Workers cannot build it: they have to find it.
    await sharedCache()?.settle(step.signal);
    return { definition, arch, key: digest as Digest };
  }

  /** Whether a worker elsewhere can build it: its source is on every machine, and its other files are in the bundle. */
  #canBeSent({ source, ...definition }: KernelDefinition): boolean {
    return (
      isEverywhere(source) &&
      this.#options.kernels.some((known) => isDeepStrictEqual(filesOf(known), filesOf(definition)))
    );
  }
}

/** The files of a kernel, but for its source. */
const filesOf = ({ series, drivers, fragments, configFrom }: Omit<KernelDefinition, 'source'>) => ({
  series,
  drivers,
  fragments,
  configFrom,
});

/** A package that every machine can install, or an archive that every machine can download. */
function isEverywhere(source: SourceReference): boolean {
  return source.kind === 'package' || (source.kind === 'archive' && isAddress(source.archive));
}
