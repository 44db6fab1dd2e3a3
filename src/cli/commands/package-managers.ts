import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { findProgram } from '../../util/find-program.ts';

const managerFile = z.array(
  z.object({
    program: z.string(),
    /** The key of its names in the lists of packages. */
    key: z.enum(['package', 'dnf', 'zypper', 'pacman']),
    line: z.string(),
  }),
);

/** A package manager, and the line that installs with it. */
export type Manager = z.infer<typeof managerFile>[number];

/** The package manager of this host, if set-up knows it: `scripts/package-managers.json`. */
export async function findManager(packageRoot: string): Promise<Manager | undefined> {
  const text = await readFile(join(packageRoot, 'scripts', 'package-managers.json'), 'utf8');
  for (const manager of managerFile.parse(JSON.parse(text)))
    if ((await findProgram(manager.program)) !== undefined) return manager;
  return undefined;
}
