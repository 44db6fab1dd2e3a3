import { join } from 'node:path';
import { lastLines } from '../long-runs/run-logged.ts';
import type { NodeRelease } from './placement.ts';
import type { PlacedCommand } from './placements.ts';
import { environmentOf, folderOf, HOME, isHere } from './places.ts';
import type { CommandResult } from './results.ts';
import { runAsUser } from './run-as-user.ts';
import { runOnTerminal } from './run-on-terminal.ts';

/** A command, the Node that executes it, and where. */
export interface Subject {
  readonly placed: PlacedCommand;
  readonly node: NodeRelease;
}

export interface Execution {
  readonly result: CommandResult;
  readonly output: string;
}

/** Where a subject is executed, for the table. */
export function placeOf({ placed, node }: Subject): string {
  const folder = folderOf(placed.place, node, '…').replace(HOME, '~');
  return `${folder}, Node ${node}`;
}

/** Executes a command as a user would; `gate` is the id of the run that reports are made of. */
export async function execute(
  subject: Subject,
  { gate, logs, say }: { readonly gate: string; readonly logs: string; readonly say: (line: string) => void },
): Promise<Execution> {
  const { placed, node } = subject;
  const {
    command,
    before,
    after,
    given = [],
    until,
    terminal,
    shell = 'bash',
    exit = [0],
    ownCache = false,
  } = placed;
  const name = `${placed.place} ${node} ${command}`.replaceAll(/[^\w.-]+/gu, '-').slice(0, 120);
  const cwd = folderOf(placed.place, node, gate);
  const env = await environmentOf(node, { mark: `docs-${process.pid}-${name}`, gate, ownCache });
  const copies = given.map(([to, from]) => `cp ${from} ${to}`);
  const script = [...copies, ...(before === undefined ? [] : [before]), command].join('\n');
  const one = { script, cwd, env, log: join(logs, `${name}.log`), shell, until };
  say(`${command}  (${placeOf(subject)})`);
  const missing = (await isHere(shell)) ? undefined : `${shell} is not installed`;
  const ended =
    missing !== undefined
      ? { exitCode: undefined, output: missing, seconds: 0, stopped: false, left: [missing] }
      : terminal === undefined
        ? await runAsUser(one)
        : await runOnTerminal(one, terminal);
  if (after !== undefined) await runAsUser({ script: after, cwd, env, log: join(logs, `${name}.after.log`) });
  const { exitCode, stopped, left, seconds, output } = ended;
  // Whatever ends before it has to be stopped has done all it does.
  const expected = until === undefined || stopped ? exit : [0];
  const passed = exitCode !== undefined && expected.includes(exitCode) && left.length === 0;
  const how = `${stopped ? 'Ctrl-C after its first result, ' : ''}exit ${exitCode ?? 'by a signal'}`;
  const outcome = [how, ...(left.length === 0 ? [] : [`left: ${left.join(', ')}`])].join('; ');
  say(
    `  ${passed ? 'as it should' : `NOT as it should (${expected.join(' or ')})`}: ${outcome} in ${seconds} s`,
  );
  if (!passed) say(`the end of its log:\n${lastLines(output)}`);
  return {
    output,
    result: {
      command,
      shownIn: [...placed.where],
      place: placeOf(subject),
      outcome,
      passed,
      seconds,
      date: new Date().toISOString().slice(0, 10),
    },
  };
}
