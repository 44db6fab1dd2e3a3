import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { createTemporaryFolder } from '../process/temporary-folder.ts';
import { ownCommand } from './own-command.ts';

/** A checkout, a project that has it installed, and a folder that knows nothing of it. */
async function installation() {
  const root = await createTemporaryFolder('kgate-own-command');
  const at = (...parts: readonly string[]) => join(root.path, ...parts);
  for (const folder of ['checkout/bin', 'checkout/docs', 'project/node_modules', 'elsewhere', 'path'])
    await mkdir(at(folder), { recursive: true });
  await writeFile(at('checkout/bin/kgate.js'), '');
  await symlink(at('checkout'), at('project/node_modules/kgate'));
  await symlink(at('checkout/bin/kgate.js'), at('path/kgate'));
  return {
    at,
    script: at('checkout/bin/kgate.js'),
    [Symbol.asyncDispose]: () => root[Symbol.asyncDispose](),
  };
}

test('in a checkout, and in a project that has kgate, npx finds it', async (t) => {
  await using set = await installation();
  const { at, script } = set;
  for (const folder of ['checkout/docs', 'project'])
    t.is(await ownCommand(at(folder), { script, path: at('path') }), 'npx kgate', folder);
});

test('elsewhere it is called as the PATH has it, or by its path: npx would ask a registry', async (t) => {
  await using set = await installation();
  const { at, script } = set;
  t.is(await ownCommand(at('elsewhere'), { script, path: `/nowhere:${at('path')}` }), 'kgate');
  t.is(await ownCommand(at('elsewhere'), { script, path: '/nowhere' }), `node ${script}`);
});

test('another kgate on the PATH is not this one', async (t) => {
  await using set = await installation();
  const { at, script } = set;
  await writeFile(at('elsewhere/kgate'), '');
  t.is(await ownCommand(at('elsewhere'), { script, path: at('elsewhere') }), `node ${script}`);
});
