// Finds a Node that can run kgate. Plain JavaScript for whatever Node there is.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

export const REQUIRED_MAJOR = 24;

/** Whether this Node will do. */
export const isNewEnough = Number(process.versions.node.split('.')[0]) >= REQUIRED_MAJOR;

/** By the path of its package, wherever npm put it: not every npm makes a link for a program that is called "node". */
export function findBundledNode() {
  try {
    const manifest = createRequire(import.meta.url).resolve(`node-linux-${process.arch}/package.json`);
    const node = join(dirname(manifest), 'bin', 'node');
    return existsSync(node) ? node : undefined;
  } catch {
    return undefined;
  }
}
