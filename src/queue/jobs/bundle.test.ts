import { chmod, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { InfraError } from '../../errors.ts';
import { loadKernelDefinition } from '../../kernel/definition/definition.ts';
import { createTemporaryFolder } from '../../process/temporary-folder.ts';
import { loadSuite } from '../../run/project/load-suite.ts';
import { findProject, PACKAGE_ROOT } from '../../run/project/project.ts';
import type { Digest } from '../../store/digest.ts';
import { collectBundle, unpackBundle } from './bundle.ts';
import { relocateKernel, relocateProject, sendableKernel, sendableProject } from './relocate.ts';

const signal = new AbortController().signal;

test.serial('another machine gets the same specs, programs and kernel files from a bundle', async (t) => {
  await using cache = await createTemporaryFolder('kgate-bundles');
  process.env['KGATE_CACHE'] = cache.path;
  const project = await findProject(PACKAGE_ROOT);
  const kernel = await loadKernelDefinition('process-vm-mmap-6.12', join(PACKAGE_ROOT, 'kernels'));
  const bundle = await collectBundle(project, [kernel]);
  t.true(bundle.bytes.length < 4 * 2 ** 20);
  t.is((await collectBundle(project, [kernel])).digest, bundle.digest);

  const files = await unpackBundle(bundle.digest, async () => bundle.bytes, signal);
  const sent = JSON.parse(
    JSON.stringify({ project: sendableProject(project), kernel: sendableKernel(kernel) }),
  );
  const there = relocateProject(sent.project, files);
  const names = async (of: typeof project) => (await loadSuite(of)).specs.map(({ name }) => name);
  t.deepEqual(await names(there), await names(project));
  const moved = relocateKernel(sent.kernel, files);
  t.true(moved.series.length > 0);
  for (const path of [
    ...Object.values(moved.fragments).flat(),
    ...moved.series,
    join(there.guests, 'include'),
  ])
    await t.notThrowsAsync(stat(path));
  t.deepEqual(moved.source, kernel.source);

  const again = await unpackBundle(bundle.digest, () => Promise.reject(new Error('It is there.')), signal);
  t.is(again, files);
});

test.serial(
  'a program that can be executed still can, and secrets of a project stay where they are',
  async (t) => {
    await using cache = await createTemporaryFolder('kgate-bundles');
    process.env['KGATE_CACHE'] = cache.path;
    const root = join(cache.path, 'project');
    await mkdir(join(root, 'specs'), { recursive: true });
    await mkdir(join(root, 'guests/programs'), { recursive: true });
    await writeFile(join(root, 'specs/run.sh'), '#!/bin/sh\n');
    await chmod(join(root, 'specs/run.sh'), 0o755);
    await writeFile(join(root, 'kgate.yaml'), 'cache: { url: "https://me:secret@cache/" }\n');
    const project = await findProject(root);
    const { digest, bytes } = await collectBundle(project, []);
    const files = await unpackBundle(digest, async () => bytes, signal);
    t.is((await stat(join(files, root, 'specs/run.sh'))).mode & 0o777, 0o755);
    await t.throwsAsync(readFile(join(files, root, 'kgate.yaml')), { code: 'ENOENT' });
    t.false(JSON.stringify(sendableProject(project)).includes('secret'));
  },
);

test.serial('anything but the bundle that was asked for is refused', async (t) => {
  await using cache = await createTemporaryFolder('kgate-bundles');
  process.env['KGATE_CACHE'] = cache.path;
  const { bytes } = await collectBundle(await findProject(PACKAGE_ROOT), []);
  const other = 'a'.repeat(64) as Digest;
  for (const given of [undefined, bytes, Buffer.from('no zstd')])
    await t.throwsAsync(
      unpackBundle(other, async () => given, signal),
      {
        instanceOf: InfraError,
        code: 'QUEUE_BUNDLE_BROKEN',
      },
    );
});
