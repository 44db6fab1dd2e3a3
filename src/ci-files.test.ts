import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import test from 'ava';
import { execa } from 'execa';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { runKgate } from '../fixtures/cli/run-kgate.ts';
import { createTemporaryFolder } from './process/temporary-folder.ts';
import { initProject } from './run/project/init-project.ts';

const root = resolve(import.meta.dirname, '..');
const CI_FILES = [
  'action.yml',
  'templates/ci/github.yml',
  'templates/ci/gitlab.yml',
  'templates/ci/kubernetes.yml',
];

const SLURM = 'templates/ci/slurm.sh';

const read = (path: string): Promise<string> => readFile(join(root, path), 'utf8');

function parse(text: string): unknown {
  const documents = parseAllDocuments(text, { strict: true, uniqueKeys: true });
  if (!Array.isArray(documents)) throw new Error('There is no document.');
  const problems = documents.flatMap(({ errors, warnings }) => [...errors, ...warnings]);
  if (problems.length > 0) throw new Error(problems.map(({ message }) => message).join('\n'));
  const values: unknown[] = documents.map((document) => document.toJS());
  return values.length === 1 ? values[0] : values;
}

/** Every text of a YAML value that is a script: under `run`, or a list under `script`, `args` and their like. */
function scriptsOf(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    if (key === 'run' && typeof inner === 'string') return [inner];
    if (/^(?:(?:before_|after_)?script|args)$/u.test(key))
      return [z.array(z.string()).parse(inner).join('\n')];
    return scriptsOf(inner);
  });
}

/** The YAML of a page: its fenced blocks. */
async function blocksOf(page: string): Promise<string[]> {
  return [...(await read(page)).matchAll(/^```yaml\n(?<text>[\s\S]*?)^```$/gmu)].map(
    (match) => match.groups?.['text'] ?? '',
  );
}

for (const path of CI_FILES) {
  test(`${path} is YAML without errors or warnings`, async (t) => {
    t.truthy(parse(await read(path)));
  });
}

test('every block of docs/ci.md is YAML without errors or warnings', async (t) => {
  const blocks = await blocksOf('docs/ci.md');
  t.true(blocks.length >= 2);
  for (const block of blocks) t.truthy(parse(block));
});

const action = z.object({
  inputs: z.record(z.string(), z.strictObject({ description: z.string(), default: z.string() })),
  outputs: z.record(z.string(), z.strictObject({ description: z.string(), value: z.string() })),
  runs: z.strictObject({
    using: z.literal('composite'),
    steps: z.array(
      z
        .strictObject({
          id: z.string(),
          name: z.string(),
          if: z.string(),
          uses: z.string(),
          with: z.record(z.string(), z.unknown()),
          shell: z.literal('bash'),
          'working-directory': z.string(),
          env: z.record(z.string(), z.string()),
          run: z.string(),
        })
        .partial()
        // A composite action has no default shell.
        .refine(({ run, shell, uses }) => (run === undefined ? uses !== undefined : shell !== undefined)),
    ),
  }),
});

test('the action uses exactly the inputs that it has, and none of them as part of a script', async (t) => {
  const text = await read('action.yml');
  const { inputs, runs } = action.parse(parse(text));
  const used = [...text.matchAll(/\binputs\.(?<name>[\w-]+)/gu)].map((match) => match.groups?.['name'] ?? '');
  t.deepEqual([...new Set(used)].toSorted(), Object.keys(inputs).toSorted());
  for (const { run = '' } of runs.steps) t.notRegex(run, /\$\{\{/u);
});

test('the blocks of docs/ci.md give the action only inputs that it has', async (t) => {
  const { inputs } = action.parse(parse(await read('action.yml')));
  const given = (await blocksOf('docs/ci.md')).flatMap((block) => inputsGiven(parse(block)));
  t.true(given.length > 0);
  t.deepEqual(
    given.filter((name) => !(name in inputs)),
    [],
  );
});

function inputsGiven(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = 'uses' in value && /\/kgate@/u.test(String(value.uses)) && 'with' in value ? value.with : {};
  return [...Object.keys(own ?? {}), ...Object.values(value).flatMap(inputsGiven)];
}

async function helpOf(command: string): Promise<string> {
  return (await runKgate([command, '--help'], root)).out;
}

test('CI files and the page about them use only options that the commands have', async (t) => {
  const scripts = await readdir(join(root, 'scripts/ci'));
  const paths = [...CI_FILES, SLURM, ...scripts.map((name) => `scripts/ci/${name}`), 'docs/ci.md'];
  let checked = 0;
  for (const path of paths) {
    // A command reaches over lines that end in "\" or that YAML folds, up to a blank line or the next key or item.
    const commands = (await read(path)).matchAll(
      /(?:\bkgate|"\$KGATE"|kgate\.js) (?<name>run|gate|merge|doctor|report)\b(?<rest>[^\n|]*(?:\\?\n +--[^\n]*)*)/gu,
    );
    for (const { groups } of commands) {
      const help = await helpOf(groups?.['name'] ?? '');
      for (const [flag] of (groups?.['rest'] ?? '').matchAll(/(?<=\s)--[a-z-]+/gu)) {
        t.true(
          help.includes(` ${flag} `) || help.includes(` ${flag}\n`),
          `${path}: ${groups?.['name']} ${flag}`,
        );
        checked += 1;
      }
    }
  }
  t.true(checked > 15);
});

test('shellcheck finds nothing in the scripts for CI', async (t) => {
  const names = await readdir(join(root, 'scripts/ci'));
  t.true(names.length > 0);
  const { stdout } = await execa(
    'shellcheck',
    [...names.map((name) => join(root, 'scripts/ci', name)), join(root, SLURM)],
    { reject: false },
  );
  t.is(stdout, '');
});

for (const path of CI_FILES) {
  test(`shellcheck finds nothing in the scripts of ${path}`, async (t) => {
    const scripts = scriptsOf(parse(await read(path)));
    t.true(scripts.length > 0);
    for (const script of scripts) {
      // What the CI system puts in is some word to the shell.
      const input = `#!/usr/bin/env bash\n${script.replaceAll(/\$\{\{.*?\}\}/gu, 'word')}`;
      const { stdout } = await execa('shellcheck', ['-'], { input, reject: false });
      t.is(stdout, '', script);
    }
  });
}

async function runScript(more: Readonly<Record<string, string>>) {
  await using folder = await createTemporaryFolder('kgate-ci');
  await initProject({ folder: folder.path, ci: 'none' });
  const output = join(folder.path, 'output');
  await writeFile(output, '');
  const { exitCode, stdout, stderr } = await execa(join(root, 'scripts/ci/run.sh'), [], {
    cwd: folder.path,
    reject: false,
    env: {
      KGATE_COMMAND: 'run',
      KGATE_ARGUMENTS: '',
      KGATE_RANGE: '',
      KGATE_RECORDS: 'records',
      KGATE_COMMENT: 'false',
      KGATE_PULL_REQUEST: '',
      KGATE_ARCH: '',
      KGATE_SHARD: '',
      KGATE_JUNIT: 'kgate.xml',
      KGATE_RECORD: 'record',
      GITHUB_OUTPUT: output,
      GITHUB_STEP_SUMMARY: join(folder.path, 'summary'),
      ...more,
    },
  });
  return { exitCode, text: stdout + stderr, output: await readFile(output, 'utf8') };
}

test('the script of the action ends as kgate does, and names no record where there is none', async (t) => {
  const { exitCode, text, output } = await runScript({ KGATE_ARGUMENTS: 'no-such-spec\n--case x' });
  t.is(exitCode, 2);
  t.regex(text, /There is no spec "no-such-spec"/u);
  t.is(output, '');
});

test('arguments of the action are never expanded by the shell', async (t) => {
  const { exitCode, text } = await runScript({ KGATE_ARGUMENTS: '$(touch${IFS}pwned);`touch pwned` *' });
  t.is(exitCode, 2);
  t.true(text.includes('There is no spec "$(touch${IFS}pwned);`touch"'), text);
});

test('the architecture and the shard of the action are options of the command', async (t) => {
  const { text } = await runScript({ KGATE_ARCH: 'arm64', KGATE_SHARD: '9/4' });
  t.regex(text, /"9\/4" is not a shard/u);
});

test('the action gates a range, and says when it was given none', async (t) => {
  const without = await runScript({ KGATE_COMMAND: 'gate' });
  t.is(without.exitCode, 2);
  t.regex(without.text, /^::error title=kgate::A gate needs the commits to judge/mu);
  const given = await runScript({ KGATE_COMMAND: 'gate', KGATE_RANGE: 'v1..no-such-branch' });
  t.is(given.exitCode, 2, given.text);
  t.regex(given.text, /is not a git tree/u);
});

test('the action merges a folder of records, and says when there is none', async (t) => {
  const without = await runScript({ KGATE_COMMAND: 'merge' });
  t.regex(without.text, /^::error title=kgate::There is no folder records/mu);
  const given = await runScript({ KGATE_COMMAND: 'merge', KGATE_RECORDS: 'specs' });
  t.is(given.exitCode, 2);
  t.regex(given.text, /specs\/discarded-pages\.yaml/u);
});

test('the action takes no other command', async (t) => {
  const { exitCode, text } = await runScript({ KGATE_COMMAND: 'prune' });
  t.is(exitCode, 2);
  t.regex(text, /no command "prune" in this action/u);
});

test('a record is never written over something', async (t) => {
  const { exitCode, text } = await runScript({ KGATE_RECORD: 'specs' });
  t.is(exitCode, 2);
  t.regex(text, /^::error title=kgate::There is something at specs already/mu);
});
