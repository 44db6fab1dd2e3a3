import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { createRecord, createResult } from '../../../fixtures/report/results.ts';
import { runKgate } from '../../../fixtures/cli/run-kgate.ts';
import { UsageError } from '../../errors.ts';
import { createTemporaryFolder } from '../../process/temporary-folder.ts';
import { createRunFolder, saveRunRecord } from '../../run/record/run-folder.ts';

const NAMES = ['a', 'b', 'c', 'd'];
const KERNEL = 'linux-6.12';
const title = (name: string): string => `shards › ${name} [x86_64 ${KERNEL}]`;
const results = NAMES.map((name, index) =>
  createResult({ spec: 'shards', case: name, kernel: KERNEL, arch: 'x86_64', ms: index === 0 ? 900 : 300 }),
);
const MS = Object.fromEntries(results.map((one) => [title(one.case), one.ms]));

/** A project of four cases, of which the first takes as long as the others together. */
async function createProject() {
  const folder = await createTemporaryFolder('kgate-durations');
  const at = (path: string) => join(folder.path, path);
  await mkdir(at('specs'));
  await mkdir(at('guests/programs/shards'), { recursive: true });
  await writeFile(at('kgate.yaml'), 'specs: specs\n');
  await writeFile(
    at('guests/programs/shards/shards.c'),
    NAMES.map((name) => `CASE(${name})\n{\n\tobserve_int("x", 1);\n}\n`).join('\n'),
  );
  await writeFile(
    at('specs/shards.yaml'),
    `spec: shards\nsummary: Shards\nprogram: shards/shards.c\ncases:\n${NAMES.map((name) => `  ${name}: { about: ${name}, expect: { x: 1 } }\n`).join('')}`,
  );
  const list = async (...args: readonly string[]) => {
    const flags = ['--kernel', KERNEL, '--arch', 'x86_64', '--list', '--json', ...args];
    const { out } = await runKgate(['run', ...flags], folder.path);
    return (JSON.parse(out) as { cases: { case: string }[] }).cases.map((one) => one.case);
  };
  return { at, path: folder.path, list, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() };
}

test('without durations shards are dealt in turn', async (t) => {
  await using project = await createProject();
  t.deepEqual(await project.list('--shard', '1/2'), ['a', 'c']);
  t.deepEqual(await project.list('--shard', '2/2'), ['b', 'd']);
});

test('the durations of a project deal its shards', async (t) => {
  await using project = await createProject();
  await writeFile(project.at('durations.json'), JSON.stringify({ version: 1, ms: MS }));
  t.deepEqual(await project.list('--shard', '1/2'), ['a']);
  t.deepEqual(await project.list('--shard', '2/2'), ['b', 'c', 'd']);
  await cp(project.at('durations.json'), project.at('times.json'));
  await writeFile(project.at('durations.json'), 'of another kind');
  const error = await t.throwsAsync(project.list('--shard', '1/2'), { instanceOf: UsageError });
  t.is(error.code, 'RUN_DURATIONS_INVALID');
  t.regex(error.message, /durations\.json does not hold durations of version 1/u);
  t.deepEqual(await project.list('--shard', '1/2', '--durations', 'times.json'), ['a']);
  await writeFile(project.at('kgate.yaml'), 'durations: times.json\n');
  t.deepEqual(await project.list('--shard', '1/2'), ['a']);
});

test('the durations of a run deal shards, and can be written to a file', async (t) => {
  await using project = await createProject();
  const folder = await createRunFolder(project.path, '20261130-120000-abcd');
  await saveRunRecord(folder, createRecord(results));
  t.deepEqual(await project.list('--shard', '2/2', '--durations', 'latest'), ['b', 'c', 'd']);
  t.deepEqual(await project.list('--shard', '2/2', '--durations', join(folder.path, 'run.json')), [
    'b',
    'c',
    'd',
  ]);
  const { out } = await runKgate(['report', 'latest', '--format', 'durations'], project.path);
  t.deepEqual(JSON.parse(out), { version: 1, ms: MS });
});

test('durations that are not there are missed', async (t) => {
  await using project = await createProject();
  const error = await t.throwsAsync(project.list('--shard', '1/2', '--durations', 'nowhere.json'));
  t.regex(error.message, /nowhere\.json/u);
});
