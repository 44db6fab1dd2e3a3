import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { UsageError } from '../../errors.ts';
import { createTemporaryFolder, type TemporaryFolder } from '../../process/temporary-folder.ts';
import { listKernelIds, loadKernelDefinition } from './definition.ts';

const GOOD = `
kernel: mine
summary: A kernel of one's own
source: { package: linux-source-6.12 }
config:
  common: [a.config]
  arm64: [b.config]
arch: [x86_64, arm64]
variant: plain
`;

async function kernels(files: Readonly<Record<string, string>>): Promise<TemporaryFolder> {
  const folder = await createTemporaryFolder('kgate-kernels');
  const all = { 'a.config': '', 'b.config': '', ...files };
  for (const [name, text] of Object.entries(all)) await writeFile(join(folder.path, name), text);
  await mkdir(join(folder.path, 'series'));
  return folder;
}

async function problemsOf(text: string): Promise<string> {
  await using folder = await kernels({ 'mine.yaml': text });
  try {
    await loadKernelDefinition('mine', folder.path);
    return '';
  } catch (error) {
    return error instanceof UsageError ? `${error.message}\n${error.detail}` : String(error);
  }
}

async function roleWith(extra: string): Promise<string> {
  await using folder = await kernels({ 'mine.yaml': GOOD + extra });
  return (await loadKernelDefinition('mine', folder.path)).role;
}

test('a kernel file is found by id or by path, and its paths are relative to it', async (t) => {
  await using folder = await kernels({ 'mine.yaml': GOOD });
  const byId = await loadKernelDefinition('mine', folder.path);
  t.deepEqual(await loadKernelDefinition(join(folder.path, 'mine.yaml'), '/nowhere'), byId);
  t.deepEqual(byId.fragments, {
    x86_64: [join(folder.path, 'a.config')],
    arm64: [join(folder.path, 'a.config'), join(folder.path, 'b.config')],
  });
});

test('a kernel with a series is patched, one without is base, unless the file says otherwise', async (t) => {
  t.is(await roleWith(''), 'base');
  t.is(await roleWith('series: [series]'), 'patched');
  t.is(await roleWith('role: patched'), 'patched');
});

test('an unknown id suggests the closest one', async (t) => {
  await using folder = await kernels({ 'linux-6.12.yaml': '', 'other.yaml': '' });
  t.deepEqual(await listKernelIds(folder.path), ['linux-6.12', 'other']);
  await t.throwsAsync(loadKernelDefinition('linux-6.21', folder.path), {
    instanceOf: UsageError,
    message: /There is no kernel "linux-6\.21" in .*Did you mean "linux-6\.12"\?/u,
  });
});

test('unknown keys and wrong types are shown with their place', async (t) => {
  const text = await problemsOf(
    GOOD.replace('variant: plain', 'varaint: plain').replace('[x86_64, arm64]', 'x86_64'),
  );
  t.regex(text, /mine\.yaml:8:7 /u);
  t.regex(text, /mine\.yaml:9:1 Unknown key "varaint"\. Did you mean "variant"\?/u);
});

test('every path that does not exist is shown with its place', async (t) => {
  const text = await problemsOf(`${GOOD.replace('a.config', 'absent.config')}drivers: [a.config]\n`);
  t.regex(text, /2 problems/u);
  t.regex(text, /mine\.yaml:6:12 Expected a file at .*absent\.config, found nothing\./u);
  t.regex(text, /mine\.yaml:10:11 Expected a folder at .*a\.config, found file\./u);
});

test('an unknown base and a name that differs from the file’s are errors', async (t) => {
  t.regex(await problemsOf(`${GOOD}base: minne\n`), /There is no kernel "minne"/u);
  t.regex(await problemsOf(GOOD.replace('mine', 'yours')), /so its file must be "yours\.yaml"/u);
});
