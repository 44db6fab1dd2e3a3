import { realpath } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { findUp } from '../util/find-up.ts';
import { shellWord } from '../util/shell-word.ts';

/** This program's script, as an installation has it. */
const SCRIPT = join(import.meta.dirname, '../../bin/kgate.js');

/**
 * How this very kgate is called from a folder: `npx kgate` where the folder is in kgate's own checkout, or in a project
 * that has it installed; `kgate` if that is this one on the PATH; else its path. In other folders, npx would ask a
 * registry.
 */
export async function ownCommand(
  cwd: string,
  {
    script = SCRIPT,
    path = process.env['PATH'] ?? '',
  }: { readonly script?: string; readonly path?: string } = {},
): Promise<string> {
  const own = await real(script);
  const places = ['node_modules/kgate/bin/kgate.js', 'bin/kgate.js'];
  const isHere = async (folder: string): Promise<boolean> => {
    const found = await Promise.all(places.map((place) => real(join(folder, place))));
    return found.some((one) => one !== undefined && one === own);
  };
  if ((await findUp(cwd, isHere)) !== undefined) return 'npx kgate';
  for (const folder of path.split(delimiter).filter((one) => one !== ''))
    if (own !== undefined && (await real(join(folder, 'kgate'))) === own) return 'kgate';
  return `node ${shellWord(script)}`;
}

const real = (path: string): Promise<string | undefined> => realpath(path).catch(() => undefined);
