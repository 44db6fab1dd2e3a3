import { readdirSync, readFileSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';

/** A process of a test, other than this one. */
export interface FoundProcess {
  readonly pid: number;
  readonly name: string;
}

/** Processes that were started with a folder in their environment. */
export async function processesOf(folder: string): Promise<FoundProcess[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/u.test(name)).map(Number);
  return pids.flatMap((pid) => {
    try {
      if (pid === process.pid || !readFileSync(`/proc/${pid}/environ`, 'latin1').includes(folder)) return [];
      return [{ pid, name: readFileSync(`/proc/${pid}/comm`, 'utf8').trim() }];
    } catch {
      return [];
    }
  });
}

/** What a finished run must not leave in a test's folders: locks, temporary files, sockets, runs without a record. */
export async function findLeftovers(folder: string): Promise<string[]> {
  const cache = join(folder, 'cache');
  const left = readdirSync(join(folder, 'tmp')).map((name) => `tmp/${name}`);
  for (const part of await readdir(cache)) {
    // The compiler cache tidies up after itself, in its own time.
    if (part === 'ccache') continue;
    const names = await readdir(join(cache, part)).catch(() => []);
    left.push(...names.filter((name) => name.includes('.lock')).map((name) => `cache/${part}/${name}`));
    if (part === 'users') left.push(...names.map((name) => `cache/users/${name}`));
    const own = part === 'tmp' ? names : await readdir(join(cache, part, 'tmp')).catch(() => []);
    left.push(...own.map((name) => `cache/${part}/tmp/${name}`));
  }
  const runs = join(folder, 'project/.kgate/runs');
  for (const name of await readdir(runs).catch(() => [])) {
    const record = await stat(join(runs, name, 'run.json')).catch(() => undefined);
    if (record === undefined) left.push(relative(folder, join(runs, name)));
  }
  return left;
}
