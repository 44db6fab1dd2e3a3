import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { UsageError } from '../../errors.ts';
import { createTemporaryFolder } from '../../process/temporary-folder.ts';
import { initProject, type CiSystem } from './init-project.ts';
import { planSuite } from '../plan-suite.ts';
import { findProject } from './project.ts';

const init = (folder: string, ci: CiSystem = 'none') => initProject({ folder, ci });

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .toSorted();
}

test('a new project can be planned at once, on a kernel that kgate brings', async (t) => {
  await using folder = await createTemporaryFolder('kgate-init');
  const root = join(folder.path, 'new');
  await init(root);
  const { plan, kernels } = await planSuite(await findProject(root), {});
  t.deepEqual(
    kernels.map(({ id }) => id),
    ['linux-6.12'],
  );
  t.deepEqual(
    plan.map(({ arch, spec, case: name }) => `${arch} ${spec} ${name}`),
    ['x86_64', 'arm64'].flatMap((arch) =>
      ['whole_range', 'one_page', 'range_with_hole'].map((name) => `${arch} discarded-pages ${name}`),
    ),
  );
});

test('what was written is what is said', async (t) => {
  await using folder = await createTemporaryFolder('kgate-init');
  const { files, notices } = await init(folder.path, 'github');
  t.deepEqual(files.toSorted(), await filesBelow(folder.path));
  t.true(files.includes('.github/workflows/kgate.yml'));
  t.regex(notices.join('\n'), /^The CI file installs kgate with "npm ci": name it in package\.json[^\n]+$/u);
});

test('the CI file asks for the kgate that wrote it', async (t) => {
  await using folder = await createTemporaryFolder('kgate-init');
  await init(folder.path, 'gitlab');
  const text = await readFile(join(folder.path, '.gitlab-ci.yml'), 'utf8');
  t.regex(text, /npm ci\n/u);
  t.notRegex(text, /--global/u);
  t.notRegex(text, /\{\{/u);
});

test('nothing is overwritten, and then nothing is written at all', async (t) => {
  await using folder = await createTemporaryFolder('kgate-init');
  await mkdir(join(folder.path, 'specs'));
  await writeFile(join(folder.path, 'specs/discarded-pages.yaml'), 'mine\n');
  await t.throwsAsync(init(folder.path, 'github'), {
    instanceOf: UsageError,
    code: 'INIT_EXISTS',
    message: /specs\/discarded-pages\.yaml/u,
  });
  t.deepEqual(await filesBelow(folder.path), ['specs/discarded-pages.yaml']);
});

test('a second time is refused', async (t) => {
  await using folder = await createTemporaryFolder('kgate-init');
  await init(folder.path);
  await t.throwsAsync(init(folder.path), { code: 'INIT_EXISTS' });
});

test('a folder that cannot be written leaves nothing behind', async (t) => {
  await using folder = await createTemporaryFolder('kgate-init');
  // A file stands where a folder is needed.
  await writeFile(join(folder.path, 'guests'), '');
  await t.throwsAsync(init(folder.path), { instanceOf: UsageError, code: 'INIT_UNWRITABLE' });
  t.deepEqual(await filesBelow(folder.path), ['guests']);
});

test('.gitignore keeps its lines and gets the folder of runs once', async (t) => {
  await using folder = await createTemporaryFolder('kgate-init');
  await writeFile(join(folder.path, '.gitignore'), '*.o');
  await init(folder.path);
  t.is(await readFile(join(folder.path, '.gitignore'), 'utf8'), '*.o\n.kgate/\n');
  await using ignored = await createTemporaryFolder('kgate-init');
  await writeFile(join(ignored.path, '.gitignore'), '/.kgate\n');
  t.false((await init(ignored.path)).files.includes('.gitignore'));
});

test('below the top of a repository there is no CI file, and that is said', async (t) => {
  await using folder = await createTemporaryFolder('kgate-init');
  await mkdir(join(folder.path, '.git'));
  const { files, notices } = await init(join(folder.path, 'tools/kgate'), 'github');
  t.false(files.some((file) => file.includes('github')));
  t.regex(notices.join(), /top of the repository/u);
  t.true((await init(join(folder.path), 'github')).files.includes('.github/workflows/kgate.yml'));
});
