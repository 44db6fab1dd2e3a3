import { readFile } from 'node:fs/promises';
import { cpus } from 'node:os';

/** What a template inherits from the processor that it was made on. */
export interface HostCpu {
  readonly model: string;
  /** Frequency of the time stamp counter in kHz; undefined where the processor has none, or none that ticks at a constant rate. */
  readonly tscKhz: number | undefined;
}

/** Reads about the processor of this host. */
export async function readHostCpu(): Promise<HostCpu> {
  const text = await readFile('/proc/cpuinfo', 'utf8').catch(() => '');
  return {
    model: cpus()[0]?.model ?? 'unknown',
    tscKhz: parseTscKhz(text),
  };
}

/**
 * The frequency of the time stamp counter from the text of an x86 host's /proc/cpuinfo. The kernel does not export it,
 * but it derives its "BogoMIPS" from it, two for each MHz, where the counter ticks at a constant rate.
 */
export function parseTscKhz(cpuinfo: string): number | undefined {
  const bogomips = Number(/^bogomips\s*:\s*([\d.]+)$/mu.exec(cpuinfo)?.[1]);
  if (!/^flags\s*:.*\bconstant_tsc\b/mu.test(cpuinfo)) return undefined;
  const khz = Math.round(bogomips * 500);
  return khz >= 500_000 && khz <= 10_000_000 ? khz : undefined;
}
