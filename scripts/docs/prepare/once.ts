import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { HOME } from '../places.ts';

const done = (step: string): string => join(HOME, '.prepared', step);

/** Takes a step of the preparation unless an earlier start of the script has taken it, for the same `version` of what it needs. */
export async function once(step: string, version: string, take: () => Promise<void>): Promise<void> {
  if ((await readFile(done(step), 'utf8').catch(() => undefined)) === version) return;
  await rm(done(step), { force: true });
  await take();
  await mkdir(dirname(done(step)), { recursive: true });
  await writeFile(done(step), version);
}
