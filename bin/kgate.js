#!/usr/bin/env node
// Finds a Node that can run kgate and hands over to it. Plain JavaScript, so that an older Node gets as far as the hand-over.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import nodeModule from 'node:module';
import { constants, homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const REQUIRED_MAJOR = 24;
const PACKAGE = `node-linux-${process.arch}`;
const here = (path) => fileURLToPath(new URL(path, import.meta.url));

const main = existsSync(here('../src/cli/main.ts'))
  ? here('../src/cli/main.ts')
  : here('../dist/cli/main.js');

if (Number(process.versions.node.split('.')[0]) >= REQUIRED_MAJOR) {
  // Kept by Node in the system's temporary folder: a start without stripping types from every file again.
  nodeModule.enableCompileCache();
  await import(pathToFileURL(main).href);
} else {
  const node = findNode(import.meta.url) ?? findNode(cachedNodeFolder()) ?? fetchNode();
  if (node === undefined) {
    process.stderr.write(
      `kgate needs Node ${REQUIRED_MAJOR} or newer, and this is ${process.version}. Install a newer Node.\n`,
    );
    process.exit(69);
  }
  // In a process group of its own the child gets each signal once: from here, whether the terminal or a person sent it.
  const child = spawn(node, [main, ...process.argv.slice(2)], { stdio: 'inherit', detached: true });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (status, signal) => process.exit(status ?? 128 + constants.signals[signal]));
}

/** By the path of its package, wherever npm put it: not every npm makes a link for a program that is called "node". */
function findNode(from) {
  try {
    const manifest = nodeModule.createRequire(from).resolve(`${PACKAGE}/package.json`);
    const node = join(dirname(manifest), 'bin', 'node');
    return existsSync(node) ? node : undefined;
  } catch {
    return undefined;
  }
}

/** Where an installed package keeps its Node: beside a project's own packages it would be the Node of the project's scripts. */
function cachedNodeFolder() {
  const cache =
    process.env.KGATE_CACHE ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'kgate');
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
