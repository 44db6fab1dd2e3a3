import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import test from 'ava';
import { z } from 'zod';

const root = resolve(import.meta.dirname, '..');

const entry = z.object({
  bin: z.record(z.string(), z.string()).optional(),
  dependencies: z.record(z.string(), z.string()).optional(),
  optionalDependencies: z.record(z.string(), z.string()).optional(),
});
const lock = z.object({ packages: z.record(z.string(), entry) });

/** Everything that npm installs beside kgate in a project that depends on it. */
async function installedWithKgate(): Promise<ReadonlyMap<string, z.infer<typeof entry>>> {
  const { packages } = lock.parse(JSON.parse(await readFile(resolve(root, 'package-lock.json'), 'utf8')));
  const found = new Map<string, z.infer<typeof entry>>();
  const follow = (name: string): void => {
    const one = packages[name === '' ? '' : `node_modules/${name}`];
    if (one === undefined || found.has(name)) return;
    found.set(name, one);
    for (const next of Object.keys({ ...one.dependencies, ...one.optionalDependencies })) follow(next);
  };
  follow('');
  return found;
}

test('a project that depends on kgate keeps the Node, npm and npx that its scripts have', async (t) => {
  const installed = await installedWithKgate();
  t.true(installed.has('commander'));
  t.true(installed.size > 10);
  const taken = [...installed].flatMap(([name, { bin = {} }]) =>
    Object.keys(bin)
      .filter((program) => ['node', 'npm', 'npx'].includes(program))
      .map((program) => `${name} brings ${program}`),
  );
  t.deepEqual(taken, []);
});
