import { readFile } from 'node:fs/promises';

/** CONFIG_HZ of a kernel from its final `.config`; `undefined` when there is no such file. */
export async function readTicksPerSecond(config: string): Promise<number | undefined> {
  const text = await readFile(config, 'utf8').catch(() => '');
  const value = /^CONFIG_HZ=(\d+)$/mu.exec(text)?.[1];
  return value === undefined ? undefined : Number(value);
}
