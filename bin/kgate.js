#!/usr/bin/env node
// Finds a Node that can run kgate and hands over to it. Plain JavaScript, so that an older Node gets as far as the hand-over.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import nodeModule from 'node:module';
import { constants } from 'node:os';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { findNewerNode, isNewEnough, REQUIRED_MAJOR } from './find-node.js';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

const main = existsSync(here('../src/cli/main.ts'))
  ? here('../src/cli/main.ts')
  : here('../dist/cli/main.js');

if (isNewEnough) {
  // Kept by Node in the system's temporary folder: a start without stripping types from every file again.
  nodeModule.enableCompileCache();
  await import(pathToFileURL(main).href);
} else {
  const node = findNewerNode();
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
