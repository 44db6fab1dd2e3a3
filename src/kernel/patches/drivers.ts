import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { BuildError, UsageError } from '../../errors.ts';
import type { Overlay } from '../source/overlay.ts';
import { kindOfPath } from '../../util/kind-of-path.ts';

/** Where drivers go in a kernel tree. */
const HOME = 'drivers/kgate';

/** Adds drivers to a tree, each a folder with Kconfig and Makefile, and hooks them into the tree's own. */
export async function addDrivers(folders: readonly string[], overlay: Overlay): Promise<void> {
  if (folders.length === 0) return;
  const home = join(overlay.folder, HOME);
  await mkdir(home, { recursive: true });
  for (const folder of folders) {
    await requireDriver(folder);
    await cp(folder, join(home, basename(folder)), { recursive: true });
  }
  const names = folders.map((folder) => basename(folder));
  await writeFile(join(home, 'Kconfig'), names.map((name) => `source "${HOME}/${name}/Kconfig"\n`).join(''));
  await writeFile(join(home, 'Makefile'), names.map((name) => `obj-y += ${name}/\n`).join(''));
  // Inside the drivers' menu, so that it counts as one of them.
  await edit(overlay, 'drivers/Kconfig', (text) =>
    text.replace(/^endmenu\s*$(?![\s\S]*^endmenu)/mu, `source "${HOME}/Kconfig"\n\nendmenu\n`),
  );
  await edit(overlay, 'drivers/Makefile', (text) => `${text.trimEnd()}\nobj-y += kgate/\n`);
}

async function requireDriver(folder: string): Promise<void> {
  for (const part of ['Kconfig', 'Makefile']) {
    if ((await kindOfPath(join(folder, part))) === 'file') continue;
    throw new UsageError(`The driver ${folder} has no ${part}.`, {
      code: 'KERNEL_DRIVER_INVALID',
      hint: 'A driver is a folder with a Kconfig, a Makefile and sources, as below drivers/ in a kernel tree.',
    });
  }
}

async function edit(overlay: Overlay, path: string, change: (text: string) => string): Promise<void> {
  await overlay.take(path);
  const file = join(overlay.folder, path);
  const before = await readFile(file, 'utf8');
  const after = change(before);
  if (after === before) {
    throw new BuildError(`No place for drivers was found in ${path} of ${overlay.label}.`, {
      code: 'KERNEL_DRIVER_UNHOOKED',
      hint: 'kgate adds drivers before the last "endmenu" of drivers/Kconfig; check whether this tree has one.',
    });
  }
  await writeFile(file, after);
}
