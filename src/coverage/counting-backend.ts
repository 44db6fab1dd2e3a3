import { architectures, type ArchName } from '../arch/architectures.ts';
import { InfraError, InternalError } from '../errors.ts';
import { withLineCounters } from '../kernel/patches/line-counters.ts';
import type { KernelDefinition } from '../kernel/definition/definition.ts';
import type { BuiltKernel } from '../kernel/definition/kernel.ts';
import type { Backend, RunGuest, RunTemplate, Step } from '../run/execute/backend.ts';
import type { PlannedCase } from '../run/plan/plan.ts';
import { readCounterMap } from './gcov/counter-map.ts';
import {
  createCounterReader,
  subtractCounters,
  type CounterReader,
  type CounterValues,
} from './guest-counters.ts';
import { readKernelImage } from './gcov/kernel-image.ts';

/** One kernel's counts on one architecture. */
export interface KernelCounts {
  readonly kernel: BuiltKernel;
  readonly reader: CounterReader;
  /** The counts of its boot, up to where cases begin: one per machine shape that it was booted on. */
  readonly boots: CounterValues[];
  /** Each case's counts beyond that, by its key. */
  readonly cases: Map<string, CounterValues[]>;
  /** Cases whose guest was gone before its counters could be read. */
  readonly lost: Set<string>;
}

/** The key of a case in KernelCounts. Two specs may run the same case of one program, on machines of their own. */
export function countedCaseKey({ spec, case: name }: Pick<PlannedCase, 'spec' | 'case'>): string {
  return `${spec} › ${name}`;
}

/**
 * A backend that builds kernels, by default all, with counters in what their series changes, and keeps every case's
 * counts. Counters are read from the guests' memory: nothing in the guest takes part, and a crashed or hung one is read
 * like any other.
 */
export function createCountingBackend(
  backend: Backend<KernelDefinition>,
  isCounted: (kernel: string) => boolean = () => true,
): {
  readonly backend: Backend<KernelDefinition>;
  readonly counts: readonly KernelCounts[];
} {
  const counts: KernelCounts[] = [];
  const find = (id: string, arch: ArchName): KernelCounts => {
    const found = counts.find(({ kernel }) => kernel.id === id && kernel.arch === arch);
    if (found !== undefined) return found;
    throw new InternalError(`${id} for ${arch} was booted but not built.`, { code: 'INTERNAL_COVERAGE' });
  };
  const counting: Backend<KernelDefinition> = {
    ...backend,
    async buildKernel(definition, arch, step) {
      if (!isCounted(definition.id)) return backend.buildKernel(definition, arch, step);
      const kernel = await backend.buildKernel(withLineCounters(definition), arch, step);
      // Its image is large, and says the same each time.
      if (counts.some((one) => isSame(one.kernel, kernel))) return kernel;
      const image = await readKernelImage(kernel.vmlinux);
      const reader = createCounterReader(image, readCounterMap(image), architectures[arch]);
      counts.push({ kernel, reader, boots: [], cases: new Map(), lost: new Set() });
      return kernel;
    },
    async openTemplate(request, step) {
      const opening = await backend.openTemplate(request, step);
      if (opening.kind !== 'opened' || !isCounted(request.kernel.id)) return opening;
      const { id, arch } = request.kernel;
      return { kind: 'opened', template: await countingTemplate(opening.template, find(id, arch), step) };
    },
  };
  return { backend: counting, counts };
}

const isSame = (one: BuiltKernel, other: BuiltKernel): boolean =>
  one.id === other.id && one.arch === other.arch && one.buildId === other.buildId;

async function countingTemplate(
  template: RunTemplate,
  counts: KernelCounts,
  { signal }: Step,
): Promise<RunTemplate> {
  // All guests of a template begin where this one does.
  await using first = await template.clone(signal);
  await counts.reader.verify(first);
  const boot = await counts.reader.read(first);
  counts.boots.push(boot);
  return { ...template, clone: async (wait) => countingGuest(await template.clone(wait), counts, boot) };
}

function countingGuest(guest: RunGuest, counts: KernelCounts, boot: CounterValues): RunGuest {
  return {
    ...guest,
    async runCase(request) {
      const transcript = await guest.runCase(request);
      const key = countedCaseKey(request);
      try {
        const values = subtractCounters(await counts.reader.read(guest), boot);
        counts.cases.set(key, [...(counts.cases.get(key) ?? []), values]);
      } catch (error) {
        // A panic ends the guest and loses its counts.
        if (!(error instanceof InfraError)) throw error;
        counts.lost.add(key);
      }
      return transcript;
    },
  };
}
