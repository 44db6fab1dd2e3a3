import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { commandsOfHelp } from './help-commands.ts';
import { commandsOfPage } from './page-commands.ts';
import type { ShownCommand } from './shown-command.ts';

/** Every command of the README, of all pages below docs/, and of every help, in the order in which a reader meets them. */
export async function documentedCommands(root: string, program: Command): Promise<ShownCommand[]> {
  const names = await readdir(join(root, 'docs'), { recursive: true });
  const pages = names
    .filter((name) => name.endsWith('.md'))
    .toSorted((a, b) => (a < b ? -1 : 1))
    .map((name) => join('docs', name));
  const found: ShownCommand[] = [];
  for (const page of ['README.md', ...pages])
    found.push(...commandsOfPage(page, await readFile(join(root, page), 'utf8')));
  return [...found, ...commandsOfHelp(program)];
}
