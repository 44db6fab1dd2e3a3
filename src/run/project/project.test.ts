import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { UsageError } from '../../errors.ts';
import { createTemporaryFolder } from '../../process/temporary-folder.ts';
import { loadKernels } from './load-kernels.ts';
import { loadKnownFailures } from '../tolerated/load-known-failures.ts';
import { findProject, PACKAGE_ROOT } from './project.ts';

async function createProject(text: string, folders: readonly string[] = []) {
  const folder = await createTemporaryFolder('kgate-project');
  for (const path of folders) await mkdir(join(folder.path, path), { recursive: true });
  await writeFile(join(folder.path, 'kgate.yaml'), text);
  return folder;
}

test('a folder with a kgate.yaml is a project, with the usual places', async (t) => {
  await using folder = await createProject('{}\n', ['deep/below']);
  const project = await findProject(join(folder.path, 'deep/below'));
  t.like(project, {
    root: folder.path,
    specs: join(folder.path, 'specs'),
    programs: join(folder.path, 'guests/programs'),
    libraries: [join(folder.path, 'guests/libraries'), join(PACKAGE_ROOT, 'guests/libraries')],
    runs: join(folder.path, '.kgate/runs'),
    kernels: [join(PACKAGE_ROOT, 'kernels')],
    defaultKernels: undefined,
  });
});

test('a kgate.yaml can put everything elsewhere', async (t) => {
  await using folder = await createProject(
    'specs: tests/specs\nprograms: tests/c\nlibraries: tests/lib\nkernels: tests/kernels\nknown-failures: tests/known.yaml\ndefault-kernels: [linux-6.12, ./k.yaml]\n',
    ['tests/specs', 'tests/c', 'tests/lib', 'tests/kernels'],
  );
  await writeFile(join(folder.path, 'tests/known.yaml'), 'known: []\n');
  const at = (path: string) => join(folder.path, path);
  t.like(await findProject(folder.path), {
    specs: at('tests/specs'),
    programs: at('tests/c'),
    libraries: [at('tests/lib'), join(PACKAGE_ROOT, 'guests/libraries')],
    kernels: [at('tests/kernels'), join(PACKAGE_ROOT, 'kernels')],
    knownFailures: at('tests/known.yaml'),
    defaultKernels: ['linux-6.12', at('k.yaml')],
  });
});

test('unknown keys and paths that lead nowhere are shown with their places', async (t) => {
  await using unknown = await createProject('spec: tests\n');
  const misspelt = await t.throwsAsync(findProject(unknown.path), {
    instanceOf: UsageError,
    code: 'PROJECT_FILE_INVALID',
  });
  t.regex(misspelt.detail!, /kgate\.yaml:1:1 Unknown key "spec"\. Did you mean "specs"\?/u);
  await using astray = await createProject('specs: tests\nknown-failures: known.yaml\n');
  const missing = await t.throwsAsync(findProject(astray.path), {
    instanceOf: UsageError,
    code: 'PROJECT_FILE_INVALID',
  });
  t.regex(
    missing.detail!,
    /kgate\.yaml:1:8 There is no folder tests\.[\s\S]*kgate\.yaml:2:17 There is no file known\.yaml\./u,
  );
});

test('the default kernels are used where none is named', async (t) => {
  await using folder = await createProject('default-kernels: [linux-6.12]\n');
  const project = await findProject(folder.path);
  t.deepEqual(
    (await loadKernels(project, [])).map(({ id }) => id),
    ['linux-6.12'],
  );
  t.deepEqual(
    (await loadKernels(project, ['process-vm-mmap-6.12'])).map(({ id }) => id),
    ['process-vm-mmap-6.12'],
  );
});

test('a project without a list of known failures knows of none, and a list that was named must be there', async (t) => {
  await using folder = await createProject('{}\n');
  const project = await findProject(folder.path);
  const request = { specs: [], kernels: [] };
  t.deepEqual(await loadKnownFailures(project, request), []);
  await t.throwsAsync(loadKnownFailures(project, { ...request, file: join(folder.path, 'x.yaml') }), {
    instanceOf: UsageError,
    code: 'KNOWN_FAILURES_MISSING',
  });
});

test('a list beside specs is found, and its problems come together', async (t) => {
  await using folder = await createProject('{}\n');
  const entry = '{ spec: one, case: a, reason: r, expires: 2020-01-01 }';
  await writeFile(join(folder.path, 'known-failures.yaml'), `known:\n  - ${entry}\n`);
  const error = await t.throwsAsync(
    loadKnownFailures(await findProject(folder.path), { specs: [], kernels: [] }),
    {
      instanceOf: UsageError,
      code: 'KNOWN_FAILURES_INVALID',
    },
  );
  t.regex(error.detail!, /:2:13 There is no spec "one"\.[\s\S]*:2:47 This entry expired on 2020-01-01/u);
});
