#!/usr/bin/env node
// Runs a script by the Node that kgate needs: this one, or the one that npm brought with kgate.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { findNewerNode, isNewEnough, REQUIRED_MAJOR } from './find-node.js';

const node = isNewEnough ? process.execPath : findNewerNode();
if (node === undefined) {
  process.stderr.write(`There is no Node ${REQUIRED_MAJOR} here, and npm brought none.\n`);
  process.exit(69);
}
const child = spawn(node, process.argv.slice(2), { stdio: 'inherit' });
// The terminal sends them to both; this process is to end with what the child says.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('exit', (status, signal) => process.exit(status ?? 128 + constants.signals[signal]));
