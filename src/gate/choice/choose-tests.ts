import { readFile } from 'node:fs/promises';
import type { ArchName } from '../../arch/architectures.ts';
import { gatherInput } from '../../kernel/build/build-input.ts';
import type { EventSink } from '../../events.ts';
import { openPatchedTree } from '../../kernel/build/patched-tree.ts';
import { createStepTeller } from '../../kernel/build/tell-steps.ts';
import type { KernelDefinition } from '../../kernel/definition/definition.ts';
import { parsePatch } from '../../series/patches/patch-text.ts';
import type { SeriesPatch } from '../../series/patches/series.ts';
import type { Spec } from '../../spec/spec.ts';
import { findTestsFor } from '../../tests/maintained/tests-for.ts';
import { textOfBytes } from '../../util/byte-text.ts';
import { findChangedFunctions } from './changed-functions.ts';
import { chooseSpecs } from './choose-specs.ts';

/** The tests that a gate takes for a series when none are named. */
export interface ChosenTests {
  /** Patterns of specs: of the project, then of the kernel's own tree. */
  readonly specs: readonly string[];
  /** Those of the tree, which may match nothing on a kernel with this configuration. */
  readonly ofTree: readonly string[];
  /** Why, one line for each. */
  readonly reasons: readonly string[];
}

export interface ChooseTestsOptions {
  readonly patched: KernelDefinition;
  readonly arch: ArchName;
  readonly patches: readonly SeriesPatch[];
  /** Those of the project, and its root. */
  readonly specs: readonly Spec[];
  readonly root: string;
  readonly signal: AbortSignal | undefined;
  readonly onEvent: EventSink;
}

/**
 * Chooses tests for a series by what its tree says: selftests and KUnit suites for the files that it changes, and the
 * project's specs that executed the functions that it changes when another gate counted lines.
 */
export async function chooseTests({
  patched,
  arch,
  patches,
  specs,
  root,
  signal,
  onEvent,
}: ChooseTestsOptions): Promise<ChosenTests> {
  const input = await gatherInput(patched, arch, { signal });
  await using tree = await openPatchedTree(
    input,
    signal,
    createStepTeller({ kernel: patched.id, arch }, onEvent),
  );
  const changed = new Set(
    patches.flatMap(({ text }) => parsePatch(text).map(({ path, touched }) => touched.at(-1) ?? path)),
  );
  const read = async (path: string) => {
    const file = tree.files.get(path);
    return file === undefined ? undefined : textOfBytes(await readFile(file.from));
  };
  const ofTree = await findTestsFor([...changed], { paths: tree.files.keys(), read });
  const functions = await findChangedFunctions(patches, (path) => tree.files.get(path)?.from ?? '');
  const own = await chooseSpecs(functions, specs, root, ofTree.length > 0);
  const patterns = ofTree.map(({ pattern }) => pattern);
  return {
    specs: [...own.specs, ...patterns],
    ofTree: patterns,
    reasons: [own.reason, ...ofTree.map(({ pattern, because }) => `${pattern}: ${because}`)],
  };
}
