import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { architectures } from '../../arch/architectures.ts';
import { UsageError } from '../../errors.ts';
import { createTemporaryFolder } from '../../process/temporary-folder.ts';
import { readApplets } from './applets.ts';
import { architectureOf, collectCommandFiles } from './command-files.ts';
import { findHostCommand } from './host-command.ts';

const all = Object.values(architectures);
const native = all.find(({ hostArch }) => hostArch === process.arch) ?? architectures.x86_64;
const foreign = all.find(({ hostArch }) => hostArch !== process.arch) ?? architectures.arm64;

async function collect(folder: string, word: string, given: readonly string[] = [], architecture = native) {
  return collectCommandFiles({ architecture, word, folder, given, shell: false });
}

test('a program of this host is at its own place, with the folder it is executed in', async (t) => {
  await using folder = await createTemporaryFolder('kgate-command');
  const files = await collect(folder.path, process.execPath);
  t.deepEqual(files[0], { kind: 'folder', path: folder.path });
  t.true(files.some((one) => one.kind === 'file' && one.path === process.execPath && one.isExecutable));
  t.true(files.length > 2);
  const command = await findHostCommand(process.execPath, '/');
  t.is(architectureOf(command, all), native);
});

test('a program for another architecture is refused', async (t) => {
  const error = await t.throwsAsync(collect('/', process.execPath, [], foreign), {
    instanceOf: UsageError,
    code: 'COMMAND_FOREIGN',
  });
  t.true(error.message.includes(native.name) && error.message.includes(foreign.name));
});

test('a script whose shell is given needs none to be fetched', async (t) => {
  await using folder = await createTemporaryFolder('kgate-command');
  const script = join(folder.path, 'script');
  await writeFile(script, '#! /bin/sh -e\nexit 3\n');
  t.deepEqual(await findHostCommand('./script', folder.path), {
    kind: 'script',
    path: script,
    interpreter: ['/bin/sh', '-e'],
  });
  const files = await collect(folder.path, './script', [`${process.execPath}:/bin/sh`]);
  const paths = new Set(files.map(({ path }) => path));
  t.true(paths.has(script) && paths.has('/bin/sh'));
});

test('files are given with a place or without, and folders whole, with their links', async (t) => {
  await using folder = await createTemporaryFolder('kgate-command');
  const at = (name: string) => join(folder.path, name);
  await mkdir(at('data/inner'), { recursive: true });
  await writeFile(at('data/inner/a:b'), 'x');
  await symlink('inner/a:b', at('data/link'));
  await writeFile(at('tool'), '#!/nowhere\n');
  await chmod(at('tool'), 0o755);
  const given = ['data', 'tool:/opt/tool', 'data/inner/a:b', 'tool:second'];
  const files = await collect(folder.path, process.execPath, given);
  const found = (path: string) => files.find((one) => one.path === path);
  t.like(found(at('data/inner/a:b')), { kind: 'file', isExecutable: false });
  t.like(found(at('data/link')), { kind: 'link', target: 'inner/a:b' });
  t.like(found('/opt/tool'), { kind: 'file', source: at('tool'), isExecutable: true });
  t.like(found(at('second')), { kind: 'file', source: at('tool') });
});

const refused = test.macro({
  async exec(t, code: string, word: string, given: readonly string[] = []) {
    await using folder = await createTemporaryFolder('kgate-command');
    await writeFile(join(folder.path, 'text'), 'just text\n');
    await writeFile(join(folder.path, 'odd'), '#!/no/such/interpreter\n');
    const error = await t.throwsAsync(collect(folder.path, word, given), { instanceOf: UsageError, code });
    t.truthy(error.hint);
  },
  title: (name) => `refused: ${name}`,
});
test('a file that is not there', refused, 'COMMAND_MISSING', './nothing');
test('a folder as a program', refused, 'COMMAND_MISSING', '/usr/');
test('a text without a first line that names an interpreter', refused, 'COMMAND_NOT_EXECUTABLE', './text');
test('--with for nothing', refused, 'COMMAND_FILE_UNUSABLE', process.execPath, ['nothing']);
test('--with for a device', refused, 'COMMAND_FILE_UNUSABLE', process.execPath, ['/dev/null']);
test('a place that is the guest’s own', refused, 'COMMAND_PATH_HIDDEN', process.execPath, [
  'text:/proc/text',
]);
test('a place of the agent', refused, 'COMMAND_PATH_HIDDEN', process.execPath, ['text:/init']);

const busyboxWith = (list: readonly string[]): Buffer =>
  Buffer.from(`\u007FELF..\0${list.join('\0')}\0\u0001\u0002next\0`, 'latin1');

test('applets are read from a binary that is not executed', (t) => {
  const names = ['[', '[[', 'acpid', 'ash', 'sh', 'yes'];
  t.deepEqual(readApplets(busyboxWith(names)), names);
  // What follows the list is not sorted into it.
  t.deepEqual(readApplets(busyboxWith([...names, 'busy'])), names);
  t.deepEqual(readApplets(Buffer.from('no list')), []);
});
