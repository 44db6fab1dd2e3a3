import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { runCommand } from '../../src/process/run-command.ts';
import type { Random } from '../kills/random.ts';
import { HARMLESS_CHANGES } from './changes.ts';

/** A series of one patch that changes nothing of what a kernel does. */
export interface HarmlessSeries {
  readonly kind: string;
  readonly path: string;
  /** The patch as a mail. */
  readonly mail: string;
}

/** Makes the series of a number: kinds take turns, file and place are random. */
export async function makeSeries(
  tree: string,
  files: readonly string[],
  number: number,
  random: Random,
): Promise<HarmlessSeries> {
  for (;;) {
    const change = HARMLESS_CHANGES[number % HARMLESS_CHANGES.length];
    const path = files[random.below(files.length)];
    if (change === undefined || path === undefined) throw new Error('There is nothing to change.');
    const before = await readFile(join(tree, path), 'utf8');
    const after = change.apply(before.split('\n'), random)?.join('\n');
    if (after === undefined || after === before) continue;
    return { kind: change.kind, path, mail: asMail(change.kind, path, await diff(path, before, after)) };
  }
}

async function diff(path: string, before: string, after: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'kgate-harmless-'));
  try {
    for (const [side, text] of [
      ['a', before],
      ['b', after],
    ] as const) {
      await mkdir(dirname(join(folder, side, path)), { recursive: true });
      await writeFile(join(folder, side, path), text);
    }
    const { stdout } = await runCommand(
      'git',
      ['diff', '--no-index', '--no-prefix', '--', `a/${path}`, `b/${path}`],
      {
        cwd: folder,
      },
    );
    return stdout;
  } finally {
    await rm(folder, { recursive: true });
  }
}

function asMail(kind: string, path: string, patch: string): string {
  return `From 0000000000000000000000000000000000000000 Mon Sep 17 00:00:00 2001
From: A Tester <tester@example.org>
Date: Thu, 1 Jan 2026 00:00:00 +0000
Subject: [PATCH] ${path}: ${kind}

No functional change.

Signed-off-by: A Tester <tester@example.org>
---
${patch.replace(/\n?$/u, '\n')}-- 
2.39.5

`;
}
