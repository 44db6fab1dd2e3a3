import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { BuildError, UsageError } from '../../errors.ts';
import { runCommand } from '../../process/run-command.ts';
import { textOfBytes } from '../../util/byte-text.ts';
import { buildEnvironment } from '../tools/build-environment.ts';
import type { Overlay } from '../source/overlay.ts';
import { parsePatch, type PatchedFile } from '../../series/patches/patch-text.ts';
import { withoutUndefined } from '../../util/without-undefined.ts';

/** A patch as it stands in a series. */
export interface Patch {
  readonly file: string;
  readonly text: string;
}

/** Reads the `*.patch` files of a folder in the order of their names; a cover letter (`0000-…`) is left out. */
export async function readSeries(folder: string): Promise<Patch[]> {
  const names = (await readdir(folder)).filter(
    (name) => name.endsWith('.patch') && !name.startsWith('0000-'),
  );
  if (names.length === 0) {
    throw new UsageError(`The series ${folder} holds no patches.`, {
      code: 'KERNEL_SERIES_EMPTY',
      hint: 'Write them with: git format-patch -o FOLDER BASE..HEAD',
    });
  }
  const files = names.toSorted().map((name) => join(folder, name));
  return Promise.all(files.map(async (file) => ({ file, text: textOfBytes(await readFile(file)) })));
}

/**
 * Applies patches in order, without fuzz, as `git am` would. Throws a BuildError that names the patch, the file and the
 * hunk where one does not apply.
 */
export async function applySeries(
  patches: readonly Patch[],
  overlay: Overlay,
  signal: AbortSignal | undefined,
): Promise<void> {
  for (const patch of patches) {
    const changed = parsePatch(patch.text);
    if (changed.length === 0) throw patchError(patch, 'it changes no file; is it a patch?');
    for (const path of changed.flatMap(({ touched }) => touched)) {
      if (path.startsWith('/') || path.split('/').includes('..'))
        throw patchError(patch, `it reaches out of the tree with ${path}.`);
      await overlay.take(path);
    }
    await applyPatch(patch, changed, overlay, signal);
  }
}

async function applyPatch(
  patch: Patch,
  changed: readonly PatchedFile[],
  overlay: Overlay,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { env, inheritEnv } = buildEnvironment();
  const options = {
    cwd: overlay.folder,
    signal,
    inheritEnv,
    // The overlay is no part of any repository that it may lie in, nor of the user's taste in whitespace.
    env: {
      ...env,
      GIT_CEILING_DIRECTORIES: dirname(overlay.folder),
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_CONFIG_NOSYSTEM: '1',
    },
  };
  const result = await runCommand('git', ['apply', '--whitespace=nowarn', '--reject', patch.file], options);
  if (result.exitCode === 0) return;
  throw patchError(
    patch,
    `it does not fit ${overlay.label}.`,
    explainRejection(result.output, patch, changed),
  );
}

/** Turns what git says into the hunks that did not fit, each with its place in the patch. */
function explainRejection(output: string, patch: Patch, changed: readonly PatchedFile[]): string {
  const found: string[] = [];
  let current: PatchedFile | undefined;
  for (const line of output.split('\n')) {
    const applying = /^Applying patch (.+) with \d+ rejects?\.\.\.$/u.exec(line);
    const rejected = /^Rejected hunk #(\d+)\.$/u.exec(line);
    if (applying !== null) current = changed.find(({ touched }) => touched.includes(applying[1] ?? ''));
    else if (rejected !== null && current !== undefined) {
      const hunk = current.hunks[Number(rejected[1]) - 1];
      if (hunk !== undefined)
        found.push(
          `${patch.file}:${hunk.line}: hunk ${rejected[1]} of ${current.hunks.length} of ${current.path}\n${hunk.text}`,
        );
    }
  }
  const missing = [...output.matchAll(/^error: (.+): No such file or directory$/gmu)].map(
    ([, path]) => `${path} is not in the tree.`,
  );
  const others = [
    ...output.matchAll(
      /^error: (?!patch failed: |while searching for:)(.+)(?<!: patch does not apply|: No such file or directory)$/gmu,
    ),
  ].map(([, message]) => message);
  const explained = [...missing, ...others, ...found];
  return explained.length === 0 ? output : explained.join('\n\n');
}

function patchError(patch: Patch, reason: string, detail?: string): BuildError {
  return new BuildError(`The patch ${patch.file} does not apply: ${reason}`, {
    code: 'KERNEL_PATCH_REJECTED',
    hint: 'Rebase the series onto the source that the kernel file names.',
    ...withoutUndefined({ detail }),
  });
}
