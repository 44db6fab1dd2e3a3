import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';

const result = z.strictObject({
  suite: z.string(),
  command: z.string(),
  /** Node, npm, QEMU and gcc of the release. */
  versions: z.string(),
  /** How the command ended, in its own words. */
  outcome: z.string(),
  passed: z.boolean(),
  seconds: z.number(),
  date: z.string(),
  machine: z.string(),
});

/** One row of the table. */
export type HostResult = z.infer<typeof result>;

/** What earlier starts of the script found out. */
export async function loadHostResults(path: string): Promise<readonly HostResult[]> {
  return z.array(result).parse(JSON.parse(await readFile(path, 'utf8').catch(() => '[]')));
}

export async function saveHostResults(path: string, results: readonly HostResult[]): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `${JSON.stringify(results, undefined, 2)}\n`);
}

/** The table as the docs have it. */
export function renderHostResults(results: readonly HostResult[]): string {
  const rows = results.map(
    ({ suite, versions, command, outcome, seconds, date, machine }) =>
      `| ${suite} | ${versions} | \`${command}\` | ${outcome} | ${seconds} s | ${date} | ${machine} |`,
  );
  return [
    '| host | versions | command | result | time | date | machine |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}
