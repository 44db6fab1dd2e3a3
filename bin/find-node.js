// Finds a Node that can run kgate. Plain JavaScript for whatever Node there is.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

export const REQUIRED_MAJOR = 24;
const PACKAGE = `node-linux-${process.arch}`;

/** Whether this Node will do. */
export const isNewEnough = Number(process.versions.node.split('.')[0]) >= REQUIRED_MAJOR;

/** The Node that npm brought, or brings now; undefined where it cannot. */
export function findNewerNode() {
  return findNode(import.meta.url) ?? findNode(cachedNodeFolder()) ?? fetchNode();
}

/** By the path of its package, wherever npm put it: not every npm makes a link for a program that is called "node". */
export function findNode(from) {
  try {
    const manifest = createRequire(from).resolve(`${PACKAGE}/package.json`);
    const node = join(dirname(manifest), 'bin', 'node');
    return existsSync(node) ? node : undefined;
  } catch {
    return undefined;
  }
}

/** Where an installed package keeps its Node: beside a project's own packages it would be the Node of the project's scripts. */
function cachedNodeFolder() {
  const cache =
    process.env.KGATE_CACHE || join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'kgate');
  return join(cache, 'node', 'index.js');
}

/** Has npm install the package of a newer Node into the cache; undefined where it cannot. */
function fetchNode() {
  const folder = dirname(cachedNodeFolder());
  process.stderr.write(`kgate needs Node ${REQUIRED_MAJOR}: npm installs one for it in ${folder}.\n`);
  try {
    mkdirSync(folder, { recursive: true });
  } catch {
    return undefined;
  }
  const options = ['--no-save', '--no-audit', '--no-fund', '--loglevel=error'];
  spawnSync('npm', ['install', '--prefix', folder, ...options, `${PACKAGE}@^${REQUIRED_MAJOR}`], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return findNode(cachedNodeFolder());
}
