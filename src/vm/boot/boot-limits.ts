import { readFile } from 'node:fs/promises';

/** How long a boot may take, and how long it may stay quiet meanwhile. */
export interface BootLimits {
  /** From the start of QEMU until the agent is ready. */
  readonly totalMs: number;
  /** Without a single character on the console. Late in a slow boot, as long as the boot has taken so far. */
  readonly quietMs: number;
}

/** A loaded host is several times slower than an idle one. */
const PLAIN: BootLimits = { totalMs: 300_000, quietMs: 30_000 };
/** Checking every access or every lock makes a kernel about twenty times slower, and processors wait for each other. */
const CHECKED: BootLimits = { totalMs: 900_000, quietMs: 180_000 };
const CHECKERS = /^CONFIG_(?:KASAN|KCSAN|KMSAN|PROVE_LOCKING)=y$/mu;

/** How long a kernel's boot may take, judging by its final `.config`. */
export async function readBootLimits(config: string): Promise<BootLimits> {
  const text = await readFile(config, 'utf8').catch(() => '');
  return CHECKERS.test(text) ? CHECKED : PLAIN;
}
