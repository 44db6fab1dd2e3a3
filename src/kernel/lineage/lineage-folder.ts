import { lstatSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { dirname } from 'node:path';
import { HostError } from '../../errors.ts';
import { cacheFolder } from '../../store/cache-folder.ts';
import { digestOf } from '../../store/digest.ts';
import { makeFolder } from '../../util/make-folder.ts';

/** What no makefile of the kernel can build below. */
const UNBUILDABLE = /[\s:]/u;

/**
 * Where a lineage is: in the cache, or where the cache's own path has spaces or colons, which Kbuild refuses, in a folder
 * of this user's below /var/tmp.
 */
export async function lineageFolder(name: string): Promise<string> {
  const inCache = cacheFolder('lineages', name);
  if (!UNBUILDABLE.test(inCache)) return inCache;
  const uid = process.getuid?.() ?? 0;
  const own = `/var/tmp/kgate-${uid}-${digestOf(cacheFolder()).slice(0, 8)}`;
  await makeFolder(own);
  const found = lstatSync(own);
  // Anybody may have made it: only a folder of this user's own is built in.
  if (!found.isDirectory() || found.uid !== uid)
    throw new HostError(`Kernels cannot be built in ${own}: it belongs to somebody else.`, {
      code: 'KERNEL_FOLDER_FOREIGN',
      hint: `Kbuild takes no path with a space or a colon, so ${dirname(inCache)} will not do. Set KGATE_CACHE to another folder.`,
    });
  await chmod(own, 0o700);
  return `${own}/${name}`;
}
