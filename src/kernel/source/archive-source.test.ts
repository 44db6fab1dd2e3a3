import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { InfraError, UsageError } from '../../errors.ts';
import { runCommand } from '../../process/run-command.ts';
import { createTemporaryFolder, type TemporaryFolder } from '../../process/temporary-folder.ts';
import { findArchiveSource } from './archive-source.ts';

interface Place extends AsyncDisposable {
  readonly path: string;
  readonly archive: string;
  readonly sha256: string;
  /** The address of the archive on a server on this machine. */
  readonly address: string;
  /** How often it was asked for. */
  asked(): number;
}

async function place(): Promise<Place> {
  const folder: TemporaryFolder = await createTemporaryFolder('kgate-archive');
  process.env['KGATE_CACHE'] = join(folder.path, 'cache');
  await mkdir(join(folder.path, 'linux-1.0'));
  await writeFile(join(folder.path, 'linux-1.0/Makefile'), 'x\n');
  await runCommand('tar', ['-cJf', 'linux-1.0.tar.xz', 'linux-1.0'], { cwd: folder.path });
  const archive = join(folder.path, 'linux-1.0.tar.xz');
  const content = await readFile(archive);
  let asked = 0;
  const server: Server = createServer((request, response) => {
    asked += 1;
    if (request.url === '/linux-1.0.tar.xz')
      response.setHeader('content-length', content.length).end(content);
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    path: folder.path,
    archive,
    sha256: createHash('sha256').update(content).digest('hex'),
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/linux-1.0.tar.xz`,
    asked: () => asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await folder[Symbol.asyncDispose]();
    },
  };
}

test.serial('an archive at an address is fetched once, with progress, and is the tree', async (t) => {
  await using here = await place();
  const steps: string[] = [];
  let last: { readonly done: number; readonly expected: number | undefined } | undefined;
  const open = async () => {
    const source = await findArchiveSource({ kind: 'archive', archive: here.address, sha256: here.sha256 });
    return source.open(undefined, (step, loaded) => {
      if (loaded === undefined) steps.push(step);
      else last = loaded;
    });
  };
  const tree = await open();
  t.is(await readFile(join(tree.root, 'Makefile'), 'utf8'), 'x\n');
  t.deepEqual(steps, ['download', 'unpack']);
  t.is(last?.done, (await readFile(here.archive)).length);
  t.is(last?.expected, last?.done);
  t.is((await open()).root, tree.root);
  t.is(here.asked(), 1);
});

test.serial('what has another digest is refused, and nothing of it is kept', async (t) => {
  await using here = await place();
  const wrong = '0'.repeat(64);
  for (const archive of [here.address, here.archive]) {
    const opened = findArchiveSource({ kind: 'archive', archive, sha256: wrong }).then((source) =>
      source.open(undefined, () => {}),
    );
    const error = await t.throwsAsync(opened, { instanceOf: UsageError });
    t.is(error?.code, 'KERNEL_ARCHIVE_WRONG');
    t.true(error?.message.includes(here.sha256));
  }
  t.deepEqual(
    (await readdir(join(here.path, 'cache/trees'))).filter((name) => name !== 'tmp'),
    [],
  );
});

test.serial('an address that answers with an error, or not at all, is named with the reason', async (t) => {
  await using here = await place();
  const fetchOf = async (archive: string) =>
    (await findArchiveSource({ kind: 'archive', archive, sha256: here.sha256 })).open(undefined, () => {});
  await t.throwsAsync(fetchOf(here.address.replace('1.0', '2.0')), {
    instanceOf: InfraError,
    message: /could not be fetched: the server answered 404\.$/u,
  });
  await t.throwsAsync(fetchOf('http://127.0.0.1:1/linux.tar.xz'), {
    instanceOf: InfraError,
    message: /could not be fetched: .+/u,
  });
});

test.serial('an archive at a path needs no digest', async (t) => {
  await using here = await place();
  const source = await findArchiveSource({ kind: 'archive', archive: here.archive, sha256: undefined });
  t.is(String(source.identity), here.sha256);
  t.regex(source.family, /^linux-1\.0-[0-9a-f]{8}$/u);
});
