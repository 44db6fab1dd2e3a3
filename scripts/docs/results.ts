import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';

const result = z.strictObject({
  command: z.string(),
  /** The pages, helps and reports that show it. */
  shownIn: z.array(z.string()),
  /** `~/kgate, Node 24`, or nowhere. */
  place: z.string(),
  outcome: z.string(),
  passed: z.boolean(),
  seconds: z.number(),
  date: z.string(),
});
const file = z.strictObject({ machine: z.string(), results: z.array(result) });

/** One row of the table. */
export type CommandResult = z.infer<typeof result>;
/** What was found out so far, and where. */
export type CommandResults = z.infer<typeof file>;

/** What an earlier start of the script found out; one that was made on another machine counts as nothing. */
export async function loadCommandResults(path: string, machine: string): Promise<CommandResults> {
  const text = await readFile(path, 'utf8').catch(() => '');
  const known = text === '' ? undefined : file.parse(JSON.parse(text));
  return known?.machine === machine ? known : { machine, results: [] };
}

export async function saveCommandResults(path: string, results: CommandResults): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `${JSON.stringify(results, undefined, 2)}\n`);
}

/** The table as the docs have it. */
export function renderCommandResults({ machine, results }: CommandResults): string {
  const rows = results.map(
    ({ command, shownIn, place, outcome, seconds, date }) =>
      `| \`${command.replaceAll('|', String.raw`\|`)}\` | ${[...new Set(shownIn)].join(', ')} | ${place} | ${outcome} | ${seconds} s | ${date} |`,
  );
  return [
    machine,
    '',
    '| command | shown in | executed in | result | time | date |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}
