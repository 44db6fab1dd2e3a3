import { resolve } from 'node:path';
import test from 'ava';
import { CommanderError, type Command } from 'commander';
import { createRecordedContext } from '../../fixtures/cli/recorded-context.ts';
import { kgateWords } from '../../scripts/docs/command-words.ts';
import { documentedCommands } from '../../scripts/docs/documented-commands.ts';
import { commandsOfPage } from '../../scripts/docs/page-commands.ts';
import { placeCommands } from '../../scripts/docs/placements.ts';
import { printedInHtml, printedInMail, printedOnTerminal } from '../../scripts/docs/printed-commands.ts';
import type { ShownCommand } from '../../scripts/docs/shown-command.ts';
import { standIn } from '../../scripts/docs/stand-ins.ts';
import { embedCompressed } from '../report/html/embedded-json.ts';
import { createProgram } from './program.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const shown = await documentedCommands(
  ROOT,
  createProgram(createRecordedContext(ROOT).context, () => {}),
);

function doNothing({ commands }: Command): void {
  for (const command of commands) {
    command.action(() => {});
    doNothing(command);
  }
}

async function problemWith({ text, where }: ShownCommand): Promise<string> {
  const words = kgateWords(standIn(text));
  if (words === undefined) return '';
  const { context, written } = createRecordedContext(ROOT);
  const program = createProgram(context, () => {});
  // What a command would do is not what is asked here.
  doNothing(program);
  try {
    await program.parseAsync([...words], { from: 'user' });
    return '';
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return '';
    return `${where}: ${words.join(' ')}: ${written.out}${written.error}${error instanceof Error ? error.message : ''}`;
  }
}

test('every command of kgate that README, docs and helps show is one that kgate takes', async (t) => {
  for (const [where, atLeast] of [
    ['README.md', 15],
    ['docs/', 80],
    [' --help', 45],
  ] as const) {
    const there = shown.filter((one) => one.where.includes(where));
    t.true(there.length >= atLeast, `${where}: ${there.length} commands`);
  }
  // Many are shown in several places.
  const different = new Map(shown.map((one) => [one.text, one]));
  const problems = await Promise.all([...different.values()].map(problemWith));
  const refused = problems.filter((problem) => problem !== '');
  t.deepEqual(refused, []);
});

test('a command that kgate does not take is found', async (t) => {
  const [command] = commandsOfPage('x.md', '    kgate run --coverag x   of one spec\n');
  t.regex(await problemWith(command!), /unknown option '--coverag'/u);
});

test('every command of the docs has a place where it is executed, or a reason why not', (t) => {
  t.notThrows(() => placeCommands(shown));
});

test('a command without a place, or with a word that nothing stands in for, is an error', (t) => {
  t.throws(() => placeCommands([{ text: 'npm run test:new', where: 'docs/x.md:1' }]), {
    message: /docs\/x\.md:1: no row of \S+ fits "npm run test:new"/u,
  });
  t.throws(() => placeCommands([{ text: 'kgate run --tree FOLDER', where: 'docs/x.md:2' }]), {
    message: /docs\/x\.md:2: nothing in \S+ stands in for a word of "kgate run --tree FOLDER"/u,
  });
});

test('a command that several pages show is executed once', (t) => {
  const text = 'kgate build linux-6.12 --arch x86_64';
  const placed = placeCommands([
    { text, where: 'a.md:1' },
    { text, where: 'b.md:1' },
  ]);
  t.deepEqual(
    placed.map(({ where }) => where),
    [['a.md:1', 'b.md:1']],
  );
});

const PAGE = `Run \`kgate gate\` or \`kgate list --tags\`, or \`b4 am -o - ID \\| kgate gate -\`:

    $ KGATE_CACHE=$(mktemp -d) npx kgate run   # everything
    $ gcc -o x \\
          x.c
    at mutex_lock

\`\`\`
  again    npx kgate run x
\`\`\`
`;

test('commands are found in blocks, in sentences and in what reports print, without remarks', (t) => {
  t.deepEqual(commandsOfPage('a.md', PAGE), [
    { text: 'kgate list --tags', where: 'a.md:1' },
    { text: 'b4 am -o - ID | kgate gate -', where: 'a.md:1' },
    { text: 'KGATE_CACHE=$(mktemp -d) npx kgate run', where: 'a.md:3' },
    { text: 'gcc -o x x.c', where: 'a.md:4' },
    { text: 'npx kgate run x', where: 'a.md:9' },
  ]);
});

test('what kgate printed to run a case again is found on a terminal, in a mail and in HTML', (t) => {
  t.deepEqual(printedOnTerminal('FAILED\n  again    npx kgate run a\n  again    npx kgate run a\n'), [
    'npx kgate run a',
  ]);
  const mail = 'To see it again\n  kgate run a \\\n      --case b\n\n-- \nkgate\n';
  t.deepEqual(printedInMail(mail), ['kgate run a --case b']);
  const html = embedCompressed('block', [{ again: "kgate run 'a b'" }]);
  t.deepEqual(printedInHtml(html.text), ["kgate run 'a b'"]);
});
