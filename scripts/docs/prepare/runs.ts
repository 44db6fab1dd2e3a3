import { cp, mkdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { CLONE, FAILED_PROJECT, projectFor } from '../places.ts';
import { must } from './must.ts';
import { once } from './once.ts';

/** Beside a run that went wrong, what it printed. */
export const PRINTED = 'printed.txt';
const SMALL = '--kernel linux-6.12 --arch';

/** The runs that reports are made of: a gate that found something, shards on two architectures. Returns the id of the gate. */
export async function prepareRuns(commit: string, say: (line: string) => void): Promise<string> {
  const latest = join(CLONE, '.kgate/runs/latest');
  await once('shards', commit, async () => {
    say('~/kgate: running shards');
    for (const folder of ['shards', 'records'])
      await rm(join(CLONE, folder), { recursive: true, force: true });
    let number = 0;
    for (const arch of ['x86_64', 'arm64'])
      for (const shard of ['1/2', '2/2']) {
        number += 1;
        await must(`npx kgate run mremap ${SMALL} ${arch} --shard ${shard}`, { cwd: CLONE });
        for (const folder of ['shards', 'records'])
          await cp(await realpath(latest), join(CLONE, folder, String(number)), { recursive: true });
      }
  });
  await once('gate', commit, async () => {
    say('~/kgate: gating a series that is bad');
    const series = 'docs/examples/mremap-cleanups.mbox mremap mprotect';
    const gating = `npx kgate gate ${series} --base linux-6.12 --arch x86_64`;
    await writeFile(join(CLONE, PRINTED), await must(gating, { cwd: CLONE, exit: 1 }));
    await writeFile(join(CLONE, '.gate'), basename(await realpath(latest)));
  });
  return readFile(join(CLONE, '.gate'), 'utf8');
}

/** A project with a spec that is wrong, and its last run, which failed. */
export async function prepareFailedProject(commit: string, say: (line: string) => void): Promise<void> {
  await once('failed-project', commit, async () => {
    say('a run that fails');
    await rm(FAILED_PROJECT, { recursive: true, force: true });
    await mkdir(FAILED_PROJECT, { recursive: true });
    await must(`cp -a '${projectFor(24)}/.' . && sed -i 's/ENOMEM/EINVAL/' specs/*.yaml`, {
      cwd: FAILED_PROJECT,
    });
    const running = `npx kgate run ${SMALL} x86_64`;
    await writeFile(join(FAILED_PROJECT, PRINTED), await must(running, { cwd: FAILED_PROJECT, exit: 1 }));
  });
}
