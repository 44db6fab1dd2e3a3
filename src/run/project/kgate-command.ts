import { join } from 'node:path';
import { findUp } from '../../util/find-up.ts';
import { kindOfPath } from '../../util/kind-of-path.ts';
import { shellWord } from '../../util/shell-word.ts';
import { PACKAGE_ROOT } from './project.ts';

/**
 * How this kgate is called in a folder: by npx where that finds it, and by its path elsewhere, where npx would fetch
 * whatever has its name.
 */
export async function kgateCommand(folder: string): Promise<string> {
  const found = await findUp(
    folder,
    async (above) =>
      above === PACKAGE_ROOT ||
      (await kindOfPath(join(above, 'node_modules', '.bin', 'kgate'))) !== undefined,
  );
  return found === undefined ? `node ${shellWord(join(PACKAGE_ROOT, 'bin', 'kgate.js'))}` : 'npx kgate';
}
