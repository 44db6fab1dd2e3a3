import { join } from 'node:path';
import type { GuestFile } from '../../image/command/guest-file.ts';
import { kindOfPath } from '../../util/kind-of-path.ts';

/** Where terminfo(5) keeps what programs have to know of terminals. */
const FOLDERS = ['/etc/terminfo', '/lib/terminfo', '/usr/lib/terminfo', '/usr/share/terminfo'];

/** The description of a terminal, for programs that draw; none where this host has none. */
export async function terminalDescription(name: string | undefined): Promise<readonly GuestFile[]> {
  const [first] = name ?? '';
  if (name === undefined || first === undefined || !/^[\w+.-]+$/u.test(name)) return [];
  for (const folder of FOLDERS) {
    const source = join(folder, first, name);
    if ((await kindOfPath(source)) === 'file')
      return [{ kind: 'file', path: join('/lib/terminfo', first, name), source, isExecutable: false }];
  }
  return [];
}
