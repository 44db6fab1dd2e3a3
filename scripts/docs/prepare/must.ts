import { join } from 'node:path';
import { lastLines } from '../../long-runs/run-logged.ts';
import type { NodeRelease } from '../placement.ts';
import { environmentOf, HOME } from '../places.ts';
import { runAsUser } from '../run-as-user.ts';

/** Where the logs of this script are. */
export const LOGS = join(import.meta.dirname, '../../../.kgate/test-docs');

/** Runs a line of a shell that prepares something. Throws an Error with the end of its log unless it ends as it should. */
export async function must(
  script: string,
  {
    cwd = HOME,
    node = 24,
    exit = 0,
  }: { readonly cwd?: string; readonly node?: NodeRelease; readonly exit?: number } = {},
): Promise<string> {
  const mark = `prepare-${process.pid}`;
  const env = await environmentOf(node, { mark, gate: '' });
  const log = join(LOGS, 'preparation.log');
  const { exitCode, output } = await runAsUser({ script, cwd, env, log });
  if (exitCode !== exit)
    throw new Error(`"${script}" in ${cwd} ended with ${exitCode}, not ${exit}:\n${lastLines(output)}`);
  return output;
}
