import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { findProgram } from '../../util/find-program.ts';

const managerFile = z.array(
  z.object({
    program: z.string(),
    /** What the lists of packages call its names by. */
    key: z.enum(['package', 'dnf', 'zypper', 'pacman']),
    line: z.string(),
  }),
);

/** A package manager, and the line that installs with it. */
export type Manager = z.infer<typeof managerFile>[number];

/** The package manager of this host, of those that set-up knows, too: `scripts/package-managers.json`. */
export async function findManager(packageRoot: string): Promise<Manager | undefined> {
  const text = await readFile(join(packageRoot, 'scripts', 'package-managers.json'), 'utf8');
  for (const manager of managerFile.parse(JSON.parse(text)))
    if ((await findProgram(manager.program)) !== undefined) return manager;
  return undefined;
}
