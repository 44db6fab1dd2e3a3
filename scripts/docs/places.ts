import { dirname, join } from 'node:path';
import { homedir } from 'node:os';
import { execa } from 'execa';
import { cacheFolder } from '../../src/store/cache-folder.ts';
import { findProgram } from '../../src/util/find-program.ts';
import type { NodeRelease, Place } from './placement.ts';

/** The user whose commands these are. The space is on purpose. */
export const HOME = '/var/tmp/kgate docs/home';

/** Who has this in the environment was started for a command of the docs. */
export const MARK = 'KGATE_DOCS_COMMAND';

export const CLONE = join(HOME, 'kgate');
export const TREE = join(HOME, 'linux');
export const projectFor = (node: NodeRelease): string => join(HOME, `project of Node ${node}`);
export const FAILED_PROJECT = join(HOME, 'failed project');

/** Where a command of a place is executed. `gate` is the id of the run that was prepared. */
export function folderOf(place: Place, node: NodeRelease, gate: string): string {
  switch (place) {
    case 'clone':
      return CLONE;
    case 'project':
      return projectFor(node);
    case 'failed project':
      return FAILED_PROJECT;
    case 'tree':
      return TREE;
    case 'home':
      return HOME;
    case 'run':
      return join(CLONE, '.kgate/runs', gate);
    default:
      throw new Error(`There is no place "${String(place)}".`);
  }
}

/** The folder of a Node of this release: that of this process, or the system's. Throws an Error if there is none. */
export async function nodeFolder(release: NodeRelease): Promise<string> {
  if (process.versions.node.startsWith(`${release}.`)) return dirname(process.execPath);
  const path = (process.env['PATH'] ?? '').split(':').filter((folder) => !folder.includes('node_modules'));
  for (const folder of path) {
    const program = await findProgram('node', [folder]);
    if (program === undefined) continue;
    const { stdout } = await execa(program, ['--version']);
    if (stdout.startsWith(`v${release}.`)) return folder;
  }
  throw new Error(`There is no Node ${release} on the PATH: ${path.join(':')}`);
}

export interface UserSettings {
  /** Found in the environment of whatever is started. */
  readonly mark: string;
  /** The id of the run that reports are made of. */
  readonly gate: string;
  readonly home?: string;
  readonly ownCache?: boolean;
}

/** A user's environment: the shared kernels and npm's own cache, and nothing else of who runs the script. */
export async function environmentOf(
  node: NodeRelease,
  { mark, gate, home = HOME, ownCache = false }: UserSettings,
): Promise<Record<string, string>> {
  const system = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];
  return {
    HOME: home,
    PATH: [join(home, '.local/bin'), await nodeFolder(node), ...system].join(':'),
    TMPDIR: join(home, 'tmp'),
    TERM: 'xterm',
    LANG: 'C.UTF-8',
    NO_COLOR: '1',
    KGATE_CACHE: ownCache ? join(home, 'cache of its own') : cacheFolder(),
    npm_config_cache: process.env['npm_config_cache'] ?? join(homedir(), '.npm'),
    npm_config_prefer_offline: 'true',
    npm_config_update_notifier: 'false',
    GATE: gate,
    [MARK]: mark,
  };
}

/** Whether the host has a program. */
export const isHere = async (program: string): Promise<boolean> => (await findProgram(program)) !== undefined;
