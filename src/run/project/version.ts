import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { PACKAGE_ROOT } from './project.ts';

const packageFile = z.object({ version: z.string() });

/** kgate's own version. */
export async function kgateVersion(): Promise<string> {
  const text = await readFile(join(PACKAGE_ROOT, 'package.json'), 'utf8');
  return packageFile.parse(JSON.parse(text)).version;
}
