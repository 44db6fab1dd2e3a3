import { readFile } from 'node:fs/promises';

/** How long a boot may take, and how long it may be quiet meanwhile. */
export interface BootLimits {
  /** From the start of QEMU to the agent's word. */
  readonly totalMs: number;
  /** Without a single character on the console; later in a slow boot as long as all of it took before. */
  readonly quietMs: number;
}

/** A loaded host is several times slower than an idle one. */
const PLAIN: BootLimits = { totalMs: 300_000, quietMs: 30_000 };
/** What checks every access or every lock is about twenty times slower, and processors wait for each other. */
const CHECKED: BootLimits = { totalMs: 900_000, quietMs: 180_000 };
const CHECKERS = /^CONFIG_(?:KASAN|KCSAN|KMSAN|PROVE_LOCKING)=y$/mu;

/** What a kernel's final `.config` lets one expect of its boot. */
export async function readBootLimits(config: string): Promise<BootLimits> {
  const text = await readFile(config, 'utf8').catch(() => '');
  return CHECKERS.test(text) ? CHECKED : PLAIN;
}
