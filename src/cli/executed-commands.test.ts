import { cp, mkdir, readdir, readFile, symlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import test from 'ava';
import { createRecordedContext } from '../../fixtures/cli/recorded-context.ts';
import { documentedCommands } from '../../scripts/docs/documented-commands.ts';
import { environmentOf } from '../../scripts/docs/places.ts';
import { placeCommands, type PlacedCommand } from '../../scripts/docs/placements.ts';
import { runAsUser } from '../../scripts/docs/run-as-user.ts';
import { createTemporaryFolder } from '../process/temporary-folder.ts';
import { createProgram } from './program.ts';

const ROOT = resolve(import.meta.dirname, '../..');
/** A busy machine takes half a minute to start kgate. */
const PATIENCE_MS = 45 * 60_000;
/** Runs of the docs' own, for reports. */
const RECORD = join(ROOT, 'docs/examples/record');

/** Those that need neither a guest nor another program's installation; `npm run test:docs` executes all. */
function isExecutedHere(one: ReturnType<typeof placeCommands>[number]): one is PlacedCommand {
  return (
    !('leftOut' in one) &&
    one.quick === true &&
    one.place === 'clone' &&
    (one.shell ?? 'bash') === 'bash' &&
    /^(?:npx )?kgate (?!merge|doctor)|^source /u.test(one.command)
  );
}

/** A checkout of which everything is this one's, but what commands write into it. */
async function checkout() {
  const folder = await createTemporaryFolder('kgate docs');
  const clone = join(folder.path, 'clone');
  await mkdir(clone);
  for (const name of await readdir(ROOT))
    if (name !== '.git' && name !== '.kgate') await symlink(join(ROOT, name), join(clone, name));
  const { id } = JSON.parse(await readFile(join(RECORD, 'gate.json'), 'utf8')) as { id: string };
  await cp(RECORD, join(clone, '.kgate/runs', id), { recursive: true });
  await cp(RECORD, join(clone, 'shards/2'), { recursive: true });
  await symlink(id, join(clone, '.kgate/runs/latest'));
  await cp(join(ROOT, 'fixtures/console/hung-task-x86_64.log'), join(clone, 'console.log'));
  for (const part of ['.local/bin', 'tmp']) await mkdir(join(folder.path, part), { recursive: true });
  await symlink(join(ROOT, 'bin/kgate.js'), join(folder.path, '.local/bin/kgate'));
  return { folder, clone, gate: id };
}

test('commands of the docs that need no guest do what their pages say', async (t) => {
  t.timeout(PATIENCE_MS);
  const { folder, clone, gate } = await checkout();
  await using home = folder;
  const program = createProgram(createRecordedContext(ROOT).context, () => {});
  const commands = placeCommands(await documentedCommands(ROOT, program)).filter(isExecutedHere);
  t.true(commands.length >= 20, `${commands.length} commands`);
  const env = await environmentOf(24, { mark: home.path, gate, home: home.path });
  const wrong: string[] = [];
  for (const [index, { command, before = ':', exit = [0] }] of commands.entries()) {
    const script = `${before}\n${command}`;
    const log = join(home.path, `${index}.log`);
    const { exitCode, output, left } = await runAsUser({ script, cwd: clone, env, log });
    if (exitCode === undefined || !exit.includes(exitCode) || left.length > 0)
      wrong.push(`${command}: exit ${exitCode ?? 'by a signal'}; left ${left.join()}\n${output}`);
  }
  t.deepEqual(wrong, []);
});
