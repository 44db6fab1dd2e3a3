import type { ArchName } from '../src/arch/architectures.ts';

/** One guest that was cloned, used and thrown away. */
export interface CloneSample {
  readonly arch: ArchName;
  /** From asking for the guest to its answer. */
  readonly cloneMs: number;
  /** To the end of its case. */
  readonly wholeMs: number;
}

/** What kgate held after so many clones. */
export interface HeldSample {
  readonly atClone: number;
  readonly rssMiB: number;
  readonly descriptors: number;
  readonly sockets: number;
  readonly children: number;
}

export interface Latency {
  readonly clones: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
}

/** A tenth of a soak. */
export interface SoakWindow {
  readonly from: number;
  readonly latencies: Readonly<Partial<Record<ArchName, Latency>>>;
}

export interface SoakFindings {
  readonly clones: number;
  readonly samples: readonly CloneSample[];
  readonly held: readonly HeldSample[];
  readonly before: { readonly descriptors?: number; readonly sockets?: number };
  readonly windows: readonly SoakWindow[];
  readonly trouble: readonly string[];
  readonly leaks: readonly string[];
}

const WINDOWS = 10;
/** A busy host makes clones slower for a while; only what is far beyond that is a finding. */
const SLOWER_FACTOR = 2;
/** The median of fewer clones says more about the moment than about the trend. */
const ENOUGH_CLONES = 25;
/** What Node's heap may breathe, and what each clone may leave behind in it: its result, and not much more. */
const BREATH_MIB = 64;
const KEPT_KIB_PER_CLONE = 4;

/** Percentiles of the clones' latency, by tenths of the soak. */
export function summarizeWindows(samples: readonly CloneSample[]): SoakWindow[] {
  const length = Math.max(1, Math.ceil(samples.length / WINDOWS));
  const starts = Array.from({ length: Math.ceil(samples.length / length) }, (_, index) => index * length);
  return starts.map((from) => {
    const byArch = Map.groupBy(samples.slice(from, from + length), ({ arch }) => arch);
    const latencies = [...byArch].map(([arch, some]) => [arch, latencyOf(some)] as const);
    return { from, latencies: Object.fromEntries(latencies) };
  });
}

/** What makes a soak fail, as sentences; none is a pass. */
export function judgeSoak(findings: SoakFindings): string[] {
  const { clones, samples, held, before, windows, trouble, leaks } = findings;
  const last = held.at(-1);
  // The first tenth is left out: until then the heap grows to its working size.
  const early = held.find(({ atClone }) => atClone >= clones / WINDOWS) ?? held[0];
  const grown = (last?.rssMiB ?? 0) - (early?.rssMiB ?? 0);
  const allowed = BREATH_MIB + (clones * KEPT_KIB_PER_CLONE) / 1_024;
  return [
    ...(samples.length === clones
      ? []
      : [`${clones - samples.length} of ${clones} clones did not do their case.`]),
    ...(trouble.length === 0
      ? []
      : [`The harness had trouble ${trouble.length} times; first: ${trouble[0]}`]),
    ...leaks.map((leak) => `Left behind: ${leak}.`),
    ...growth('descriptors', before.descriptors, last?.descriptors),
    ...growth('sockets', before.sockets, last?.sockets),
    ...(grown <= allowed
      ? []
      : [`kgate's memory grew by ${Math.round(grown)} MiB; ${Math.round(allowed)} are fine.`]),
    ...slowdowns(windows),
  ];
}

function growth(what: string, before: number | undefined, after: number | undefined): string[] {
  if (before === undefined || after === undefined || after <= before) return [];
  return [`${what}: ${before} at the beginning, ${after} at the end.`];
}

function slowdowns(windows: readonly SoakWindow[]): string[] {
  const [first, last] = [windows[0], windows.at(-1)];
  const arches = Object.keys(first?.latencies ?? {}) as ArchName[];
  return arches.flatMap((arch) => {
    const [begin, end] = [first?.latencies[arch], last?.latencies[arch]];
    if (begin === undefined || end === undefined) return [];
    if (Math.min(begin.clones, end.clones) < ENOUGH_CLONES || end.p50 <= begin.p50 * SLOWER_FACTOR) return [];
    return [`Clones of ${arch} took ${begin.p50} ms at first and ${end.p50} ms in the end (medians).`];
  });
}

function latencyOf(samples: readonly CloneSample[]): Latency {
  const sorted = samples.map(({ cloneMs }) => cloneMs).toSorted((a, b) => a - b);
  const at = (share: number) =>
    Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0);
  return { clones: sorted.length, p50: at(0.5), p90: at(0.9), p99: at(0.99) };
}
