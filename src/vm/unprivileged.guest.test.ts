import { chmod, chown, copyFile, mkdir, readdir, stat } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import test from 'ava';
import { createRealMachine } from '../../fixtures/guests/real-machine.ts';
import { TESTED_ARCHES } from '../../fixtures/run/tested-arches.ts';
import { runCommand } from '../process/run-command.ts';
import { createTemporaryFolder } from '../process/temporary-folder.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const NOBODY = 65_534;
/** Far longer than the path of a Unix socket may be. */
const LONG = join(...Array.from({ length: 4 }, (_, index) => `${index}-${'long'.repeat(14)}`));

for (const arch of TESTED_ARCHES) {
  const asRoot = process.getuid?.() === 0 ? test.serial : test.serial.skip;
  // Only root can become another user.
  asRoot(
    `an unprivileged user gets guests of ${arch}, in folders with names too long for a socket`,
    async (t) => {
      await using machine = await createRealMachine(arch);
      await using folder = await createTemporaryFolder('kgate-nobody');
      const { kernel, image, shape, accelerator } = machine.options;
      const shared = join(folder.path, 'shared');
      await mkdir(shared);
      const share = async (file: string, name: string) => {
        await copyFile(file, join(shared, name));
        return join(shared, name);
      };
      const own = join(folder.path, 'own');
      const [cache, temporary, project] = ['cache', 'tmp', 'project'].map((name) => join(own, LONG, name));
      for (const path of [cache, temporary, project]) await mkdir(path!, { recursive: true });
      for (const path of await foldersOf(own)) await chown(path, NOBODY, NOBODY);
      await chmod(folder.path, 0o755);
      const options = {
        shape,
        accelerator,
        kernel: {
          ...kernel,
          bootImage: await share(kernel.bootImage, 'kernel'),
          config: await share(kernel.config, 'config'),
        },
        image: { ...image, initramfs: await share(image.initramfs, 'initramfs') },
      };
      // Only its owner may be able to reach the checkout, so the command sees it mounted elsewhere.
      const checkout = join(shared, 'checkout');
      await mkdir(checkout);
      const seen = (path: string) =>
        path.startsWith(`${ROOT}/`) ? join(checkout, relative(ROOT, path)) : path;
      const mounted = ['--mount', 'sh', '-c', `mount --bind "$0" "$1" && shift && exec "$@"`, ROOT, checkout];
      const user = ['setpriv', '--reuid', String(NOBODY), '--regid', String(NOBODY), '--clear-groups', '--'];
      const program = [process.execPath, join(ROOT, 'fixtures/guests/clone-once.ts')].map(seen);
      const command = [...mounted, ...user, ...program, JSON.stringify(options)];
      const { stdout, output } = await runCommand('unshare', command, {
        cwd: project!,
        inheritEnv: false,
        env: { PATH: process.env['PATH'] ?? '', HOME: own, KGATE_CACHE: cache!, TMPDIR: temporary! },
      });
      t.is(stdout, `${NOBODY} clone answered`, output);
      t.deepEqual(await readdir(temporary!), []);
      for (const path of await foldersOf(join(cache!, 'templates'))) {
        const { mode } = await stat(path);
        t.is(mode & 0o022, 0, `${path} is writable by others`);
      }
    },
  );
}

async function foldersOf(root: string): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return [
    root,
    ...entries.filter((entry) => entry.isDirectory()).map((entry) => join(entry.parentPath, entry.name)),
  ];
}
