import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { execa } from 'execa';
import { createTemporaryFolder } from '../../src/process/temporary-folder.ts';
import { PACKAGE_ROOT } from '../../src/run/project/project.ts';

/** What a command of kgate took. */
export interface Weighed {
  readonly seconds: number;
  /** The most memory that it held at once, in MiB. */
  readonly peakMiB: number;
}

/** Runs a command of kgate that has to succeed. What it prints is thrown away. */
export async function weighCommand(args: readonly string[], cwd: string): Promise<Weighed> {
  await using folder = await createTemporaryFolder('bench-usage');
  const usage = join(folder.path, 'usage.json');
  const began = performance.now();
  const recorder = pathToFileURL(join(import.meta.dirname, 'record-usage.js')).href;
  await execa(process.execPath, ['--import', recorder, join(PACKAGE_ROOT, 'bin/kgate.js'), ...args], {
    cwd,
    env: { KGATE_BENCH_USAGE: usage },
    stdout: 'ignore',
    stderr: 'pipe',
  });
  const seconds = (performance.now() - began) / 1_000;
  const { maxRSS } = JSON.parse(await readFile(usage, 'utf8')) as NodeJS.ResourceUsage;
  return { seconds, peakMiB: maxRSS / 1_024 };
}
