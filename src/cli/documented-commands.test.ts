import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import test from 'ava';
import { createRecordedContext } from '../../fixtures/cli/recorded-context.ts';
import { createProgram } from './program.ts';

const ROOT = resolve(import.meta.dirname, '../..');

/** Words as a shell takes them, up to what is no longer kgate's: a pipe, a redirection, a comment, or prose in a column of its own. */
function wordsOf(line: string): readonly string[] {
  const [command = ''] = line.split(/\s(?:\||>|<|&&|#|\\$)|\s{3,}(?=\S)/u);
  return [...command.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/gu)].map(
    ([, single, double, plain]) => single ?? double ?? plain ?? '',
  );
}

/** Commands in indented blocks and code blocks of a page. */
function commandsOf(page: string): readonly (readonly string[])[] {
  return page.split('\n').flatMap((line) => {
    const [, command] =
      /^(?: {4,}|\$ |)(?:\$ )?(?:npx )?kgate ((?:run|gate|check|prove|bisect|fuzz|mutants|build|report|merge|scan|list|prune|init|doctor|exec|shell)\b.*)$/u.exec(
        line,
      ) ?? [];
    return command === undefined || (command.endsWith('.') && !line.startsWith('    '))
      ? []
      : [wordsOf(command)];
  });
}

/** What in a synopsis stands for something else is left out: `[specs…]`. */
const concrete = (words: readonly string[]): readonly string[] =>
  words.filter((word) => !/^\[|\]$|…/u.test(word));

async function parse(words: readonly string[]): Promise<string> {
  const { context, written } = createRecordedContext(ROOT);
  const program = createProgram(context, () => {});
  // What a command would do is not what is asked here.
  for (const command of program.commands.flatMap((one) => [one, ...one.commands])) command.action(() => {});
  try {
    await program.parseAsync([...words], { from: 'user' });
    return '';
  } catch (error) {
    return `${words.join(' ')}: ${written.out}${written.error}${error instanceof Error ? error.message : ''}`;
  }
}

test('every command of kgate that README and docs show is one that kgate takes', async (t) => {
  const pages = [
    'README.md',
    ...(await readdir(join(ROOT, 'docs')))
      .filter((name) => name.endsWith('.md'))
      .map((name) => `docs/${name}`),
  ];
  const commands: (readonly string[])[] = [];
  for (const page of pages)
    commands.push(...commandsOf(await readFile(join(ROOT, page), 'utf8')).map(concrete));
  t.true(commands.length > 30, `${commands.length} commands`);
  const refused = (await Promise.all(commands.map(parse))).filter((problem) => problem !== '');
  t.deepEqual(refused, []);
});

test('every example in a help is a command that kgate takes', async (t) => {
  const helps = await readdir(join(import.meta.dirname, 'commands'));
  const commands: (readonly string[])[] = [];
  for (const file of helps.filter((name) => name.endsWith('-command.ts'))) {
    const source = await readFile(join(import.meta.dirname, 'commands', file), 'utf8');
    for (const [, example = ''] of source.matchAll(/\[\s*'kgate ([^']+)',/gu))
      commands.push(wordsOf(example));
  }
  t.true(commands.length > 15, `${commands.length} examples`);
  const refused = (await Promise.all(commands.map(parse))).filter((problem) => problem !== '');
  t.deepEqual(refused, []);
});

test('a command that kgate does not take is found', async (t) => {
  const [words = []] = commandsOf('    kgate run --coverag x   of one spec\n');
  t.regex(await parse(words), /unknown option '--coverag'/u);
});
