import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Subject } from '../execute.ts';
import type { Place } from '../placement.ts';
import { folderOf } from '../places.ts';
import { printedInHtml, printedInMail, printedOnTerminal } from '../printed-commands.ts';
import { standIn } from '../stand-ins.ts';
import { must } from './must.ts';
import { PRINTED } from './runs.ts';

/** The commands that a run and a gate that went wrong print for their reader, each where it is printed; they go wrong again. */
export async function printedSubjects(gate: string): Promise<readonly Subject[]> {
  const ofGate = await printedFor('clone', gate, 'gate');
  const ofRun = await printedFor('failed project', 'latest', 'run');
  return [...ofGate, ...ofRun];
}

async function printedFor(place: Place, run: string, by: string): Promise<Subject[]> {
  const cwd = folderOf(place, 24, '');
  const report = (format: string) => must(`npx kgate report ${run} --format ${format}`, { cwd });
  const printed = {
    terminal: printedOnTerminal(await readFile(join(cwd, PRINTED), 'utf8')),
    mail: printedInMail(await report('mail')),
    HTML: printedInHtml(await report('html')),
  };
  return Object.entries(printed).flatMap(([medium, commands]) => {
    if (commands.length === 0) throw new Error(`The ${medium} of a ${by} that went wrong names no command.`);
    return commands.map((text) => {
      const where = [`printed by kgate ${by}, ${medium}`];
      return { node: 24, placed: { place, text, command: standIn(text), where, exit: [1] } } as const;
    });
  });
}
