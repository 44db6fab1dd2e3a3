import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type TestFn } from 'ava';
import { createFakeBackend, type FakeScript } from '../fixtures/run/fake-backend.ts';
import { createTranscript } from '../fixtures/run/transcript.ts';
import { testSpecs } from './ava.ts';
import { BuildError } from './errors.ts';
import type { Preflight } from './run/plan/preflight.ts';
import { createTemporaryFolder } from './process/temporary-folder.ts';

const SPEC = `spec: one
summary: s
program: area/one.c
cases:
  alpha: { about: first, expect: { call.errno: EFAULT } }
  beta: { about: second, requires: [CONFIG_BETA], expect: { call.errno: EFAULT } }
`;
const KERNEL = `kernel: k
summary: s
source: { package: linux-source-6.12 }
config: { common: [k.config] }
arch: [x86_64]
role: patched
variant: plain
`;

/** Registers the tests of a small project with a stand-in for ava, runs them, and returns what each came to. */
async function runTests(
  script: FakeScript,
  settle?: Preflight['settle'],
): Promise<{ results: Record<string, string>; logs: Record<string, string>; openGuests: number }> {
  await using project = await createTemporaryFolder('kgate-ava');
  const write = async (path: string, text: string) => {
    await mkdir(join(project.path, path, '..'), { recursive: true });
    await writeFile(join(project.path, path), text);
  };
  await write('specs/one.yaml', SPEC);
  await write('kernels/k.yaml', KERNEL);
  await write('kernels/k.config', 'CONFIG_BETA=y\n');
  await write('guests/programs/area/one.c', 'CASE(alpha)\nCASE(beta)\n');

  const tests = new Map<string, Body>();
  const hooks: Body[] = [];
  const register = (title: string, body: Body) => void tests.set(title, body);
  const always = (_title: string, body: Body) => void hooks.push(body);
  const standIn: unknown = Object.assign(register, { after: { always } });
  const { backend, traces } = createFakeBackend(script);
  await testSpecs(standIn as TestFn, {
    root: project.path,
    backend: () => backend,
    ...(settle === undefined ? {} : { preflight: () => ({ settle, check: async () => {} }) }),
  });

  const results: Record<string, string> = {};
  const logs: Record<string, string> = {};
  const runTest = async ([title, body]: readonly [string, Body]) =>
    body({
      timeout: () => {},
      log: (line) => void (logs[title] = line),
      pass: () => void (results[title] = 'passed'),
      fail: (message) => void (results[title] = message),
    });
  await Promise.all([...tests].map(runTest));
  await Promise.all(hooks.map((body) => runTest(['', body])));
  return { results, logs, openGuests: traces.guests + traces.templates };
}

interface Assertions {
  timeout(): void;
  log(line: string): void;
  pass(): void;
  fail(message: string): void;
}

type Body = (t: Assertions) => Promise<void>;

test('each planned case is a test with its kernel and architecture in the title', async (t) => {
  const { results, openGuests } = await runTests({});
  t.deepEqual(results, { 'one › alpha [x86_64 k]': 'passed', 'one › beta [x86_64 k]': 'passed' });
  t.is(openGuests, 0);
});

test('a case that fails fails its test with the block that the command line prints', async (t) => {
  const wrong = createTranscript({ observations: new Map() });
  const { results } = await runTests({
    run: ({ case: name }) => (name === 'beta' ? wrong : createTranscript()),
  });
  t.is(results['one › alpha [x86_64 k]'], 'passed');
  t.regex(
    results['one › beta [x86_64 k]']!,
    /^FAILED {2}one › beta.*was not observed.*npx kgate run one --case beta/su,
  );
});

test('a build that fails fails every test with its words', async (t) => {
  const { results } = await runTests({
    build: () => {
      throw new BuildError('It does not compile.', { code: 'TEST', detail: 'mm/x.c:3: error' });
    },
  });
  t.deepEqual(Object.values(results), Array(2).fill('It does not compile.\n\nmm/x.c:3: error'));
});

test('a case whose kernel turns out to lack what it requires is not applicable, and the others run', async (t) => {
  const executed: string[] = [];
  const run = ({ case: name }: { readonly case: string }) => {
    executed.push(name);
    return createTranscript();
  };
  const { results, logs } = await runTests({ run }, async (kernels) =>
    kernels.map((kernel) => ({
      ...kernel,
      abilities: { ...kernel.abilities, symbols: { x86_64: new Set<string>() } },
    })),
  );
  t.deepEqual(results, { 'one › alpha [x86_64 k]': 'passed', 'one › beta [x86_64 k]': 'passed' });
  t.deepEqual(logs, { 'one › beta [x86_64 k]': 'Not applicable: the kernel lacks CONFIG_BETA.' });
  t.deepEqual(executed, ['alpha']);
});
