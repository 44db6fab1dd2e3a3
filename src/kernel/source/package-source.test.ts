import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { HostError, InfraError } from '../../errors.ts';
import { runCommand } from '../../process/run-command.ts';
import { createTemporaryFolder, type TemporaryFolder } from '../../process/temporary-folder.ts';
import { findPackageSource } from './package-source.ts';

let cache: TemporaryFolder;
test.before(async () => {
  cache = await createTemporaryFolder('kgate-cache');
  process.env['KGATE_CACHE'] = cache.path;
});
test.after.always(() => cache[Symbol.asyncDispose]());

async function pack(folder: string, content: string): Promise<void> {
  await mkdir(join(folder, 'linux-source-1.0'), { recursive: true });
  await writeFile(join(folder, 'linux-source-1.0/Makefile'), content);
  await runCommand('tar', ['-cJf', 'linux-source-1.0.tar.xz', 'linux-source-1.0'], { cwd: folder });
}

test('an archive is unpacked once, and a new version of it is another tree', async (t) => {
  await using folder = await createTemporaryFolder('kgate-src');
  await pack(folder.path, 'one\n');
  let unpacked = 0;
  const open = async () => {
    const source = await findPackageSource('linux-source-1.0', folder.path);
    return source.open(undefined, () => void unpacked++);
  };
  const first = await open();
  t.is(await readFile(join(first.root, 'Makefile'), 'utf8'), 'one\n');
  t.deepEqual([...first.files.keys()], ['Makefile']);
  t.is((await open()).root, first.root);
  t.is(unpacked, 1);
  await pack(folder.path, 'two\n');
  const second = await open();
  t.is(unpacked, 2);
  t.not(second.files.get('Makefile'), first.files.get('Makefile'));
  t.is(await readFile(join(first.root, 'Makefile'), 'utf8'), 'one\n');
});

test('a package that is not installed is named with the command that installs it', async (t) => {
  const error = await t.throwsAsync(findPackageSource('linux-source-0.0', '/nonexistent'), {
    instanceOf: HostError,
  });
  t.regex(error.hint!, /apt-get install linux-source-0\.0/u);
});

test('a broken archive leaves nothing that looks unpacked', async (t) => {
  await using folder = await createTemporaryFolder('kgate-src');
  await writeFile(join(folder.path, 'linux-source-1.0.tar.xz'), 'not an archive');
  const source = await findPackageSource('linux-source-1.0', folder.path);
  const fails = () =>
    t.throwsAsync(
      source.open(undefined, () => undefined),
      { instanceOf: InfraError, message: /Unpacking/u },
    );
  await fails();
  await fails();
});
