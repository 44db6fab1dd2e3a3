// What a host has, and how its packages are installed. Plain JavaScript, as set-up runs on any Node.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Package lists that are older than this name files that mirrors no longer have. */
const FRESH_MS = 24 * 60 * 60 * 1_000;

/** The package managers that kgate can name a line for, by the program that shows that they are there. */
export const MANAGERS = JSON.parse(
  readFileSync(new URL('../package-managers.json', import.meta.url), 'utf8'),
);

/** The package manager of this host, or undefined. */
export const findManager = (has = (name) => findProgram(name) !== undefined) =>
  MANAGERS.find(({ program }) => has(program));

/** What an entry of a list of packages is called by a package manager; undefined where it is not known to have it. */
export function packageOf(entry, manager) {
  const given = entry[manager.key];
  return given === undefined ? undefined : forThisHost(given);
}

/** The names, without repetition, and the line that installs them. */
export function installLine(manager, entries) {
  const packages = [
    ...new Set(entries.map((entry) => packageOf(entry, manager)).filter((name) => name !== undefined)),
  ];
  return { packages, line: packages.length === 0 ? undefined : `${manager.line} ${packages.join(' ')}` };
}

export function isPresent(entry) {
  if (entry.program === undefined)
    return [forThisHost(entry.file), ...(entry.elsewhere?.[process.arch] ?? [])].some((file) =>
      existsSync(file),
    );
  // The host's own compiler has such a name on Debian only.
  const programs = entry.native === process.arch ? [entry.program, 'gcc'] : [entry.program];
  return programs.some((program) => findProgram(program) !== undefined);
}

export const forThisHost = (value) => (typeof value === 'string' ? value : value[process.arch]);

export function findProgram(name) {
  // /usr/sbin and /sbin are not on every user's PATH.
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  return folders.map((folder) => join(folder, name)).find((path) => isExecutable(path));
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Whether apt's lists are there and not too old to be believed. */
export function listsAreFresh(folder = '/var/lib/apt/lists', now = Date.now()) {
  if (!existsSync(folder)) return false;
  const lists = readdirSync(folder).filter((name) => /_Packages(?:\.\w+)?$/u.test(name));
  // A file of a list has the time of the mirror; that of the folder is when apt last changed it.
  return lists.length > 0 && now - statSync(folder).mtimeMs < FRESH_MS;
}

/** Those of some packages that apt knows. An unknown name is a pattern to apt, so that it may answer with other packages. */
export function knownToApt(packages, run = runQuietly) {
  return packages.filter((name) => {
    const { status, output } = run('apt-cache', ['show', '--no-all-versions', name]);
    return status === 0 && output.split('\n').includes(`Package: ${name}`);
  });
}

/** Why apt failed, in its own words: the first of its errors, in one line. */
export function aptComplaint(output) {
  const lines = output.split('\n').map((line) => line.trim());
  return (
    lines.find((line) => line.startsWith('E: '))?.slice(3) ?? lines.findLast((line) => line !== '') ?? ''
  );
}

/** What to put before a package manager: nothing for root, sudo where it asks no password, undefined where neither works. */
export function privilege() {
  if (process.getuid?.() === 0) return [];
  return runQuietly('sudo', ['-n', 'true']).status === 0 ? ['sudo', '-n'] : undefined;
}

/** Runs a program and keeps what it says. */
export function runQuietly(program, args) {
  const result = spawnSync(program, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  return { status: result.status, output: `${result.stdout ?? ''}${result.stderr ?? ''}` };
}
