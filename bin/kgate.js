#!/usr/bin/env node
// Finds a Node that can run kgate and hands over to it. Plain JavaScript, so that an older Node gets as far as the hand-over.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import nodeModule from 'node:module';
import { constants } from 'node:os';
import { fileURLToPath, pathToFileURL } from 'node:url';

const REQUIRED_MAJOR = 24;
const here = (path) => fileURLToPath(new URL(path, import.meta.url));

const main = existsSync(here('../src/cli/main.ts'))
  ? here('../src/cli/main.ts')
  : here('../dist/cli/main.js');
/** A checkout brings a Node of its own; a package in a project must not. */
const isCheckout = main.endsWith('.ts');
const bundledNode = here('../node_modules/.bin/node');

if (Number(process.versions.node.split('.')[0]) >= REQUIRED_MAJOR) {
  // Kept by Node in the system's temporary folder: a start without stripping types from every file again.
  nodeModule.enableCompileCache();
  await import(pathToFileURL(main).href);
} else if (existsSync(bundledNode)) {
  // In a process group of its own the child gets each signal once: from here, whether the terminal or a person sent it.
  const child = spawn(bundledNode, [main, ...process.argv.slice(2)], { stdio: 'inherit', detached: true });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (status, signal) => process.exit(status ?? 128 + constants.signals[signal]));
} else {
  const remedy = isCheckout ? 'Run "npm ci" in the checkout: it brings one.' : 'Install a newer Node.';
  process.stderr.write(
    `kgate needs Node ${REQUIRED_MAJOR} or newer, and this is ${process.version}. ${remedy}\n`,
  );
  process.exit(69);
}
