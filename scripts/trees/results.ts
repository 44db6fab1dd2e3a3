import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';

const result = z.strictObject({
  release: z.string(),
  shape: z.string(),
  arch: z.string(),
  /** "19 passed", or why not. */
  outcome: z.string(),
  passed: z.boolean(),
  /** What the tree goes without. */
  without: z.string(),
  seconds: z.number(),
  date: z.string(),
});
const file = z.strictObject({ machine: z.string(), results: z.array(result) });

/** One row of the table. */
export type TreeResult = z.infer<typeof result>;
/** What was found out so far, and where. */
export type TreeResults = z.infer<typeof file>;

/** What an earlier start of the script found out; one that was made on another machine counts as nothing. */
export async function loadResults(path: string, machine: string): Promise<TreeResults> {
  const text = await readFile(path, 'utf8').catch(() => '');
  const known = text === '' ? undefined : file.parse(JSON.parse(text));
  return known?.machine === machine ? known : { machine, results: [] };
}

export async function saveResults(path: string, results: TreeResults): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `${JSON.stringify(results, undefined, 2)}\n`);
}

/** The table as the docs have it. */
export function renderResults({ machine, results }: TreeResults): string {
  const rows = results.map(
    ({ release, shape, arch, outcome, seconds, date, without }) =>
      `| ${release} | ${shape} | ${arch} | ${outcome} | ${seconds} s | ${date} | ${without} |`,
  );
  return [
    machine,
    '',
    '| release | tree | arch | cases | time, build included | date | goes without |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}
