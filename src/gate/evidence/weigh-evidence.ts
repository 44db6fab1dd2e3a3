import { readFile } from 'node:fs/promises';
import { changedLines, type CoverageSubject } from '../../coverage/coverage-record.ts';
import { parseConfig } from '../../kernel/definition/config-file.ts';
import { findAddedLines } from '../../series/patches/added-lines.ts';
import { parsePatch } from '../../series/patches/patch-text.ts';
import { collectionsFor, MAINTAINERS } from '../../tests/maintained/collections-for.ts';
import type { GateOptions } from '../gate-options.ts';
import type { BuiltPair } from '../kernels/build-pairs.ts';
import { kconfigSymbolsOf } from '../subjects/kconfig-symbols.ts';
import { judgeEvidence, listCases, type JudgedEvidence } from './judge-evidence.ts';
import { makefilesAbove } from './left-out.ts';
import { nextSteps, type NextStepsInput } from './next-steps.ts';
import type { Witness } from './witnesses.ts';

/** What counting lines came to. */
export interface CountedEvidence {
  readonly coverage: CoverageSubject | undefined;
  /** Cases in which changed lines ran, where none did in a case that passed. */
  readonly unproven: readonly Witness[] | undefined;
  /** Why lines were not counted although they should have been. */
  readonly problem: string | undefined;
}

/** What a gate can say about whether the series was executed, and what to do if it was not. */
export async function weighEvidence(
  options: GateOptions,
  pairs: readonly BuiltPair[],
  { coverage, unproven = [], problem }: CountedEvidence,
): Promise<JudgedEvidence & { readonly next: readonly string[] }> {
  const judged = judgeEvidence({
    identical: archesOf(pairs.filter(({ identical }) => identical)),
    compared: archesOf(pairs.filter(({ identical }) => !identical)),
    coverage,
    unproven,
    uncounted:
      problem ??
      (options.counter !== undefined
        ? 'The kernel with line counters booted nowhere: nothing says which of the changed lines ran.'
        : 'Nothing says which of the changed lines ran: --no-coverage keeps them from being counted.'),
  });
  if (judged.untested.length === 0 || options.step.signal.aborted) return { ...judged, next: [] };
  const first = [
    ...(options.counter !== undefined ? [] : ['Gate it without --no-coverage.']),
    ...(unproven.length === 0 ? [] : [`Find out why ${listCases(unproven)} did not pass.`]),
    ...(judged.lost.length === 0
      ? []
      : ['Rebase the series onto the base: then its changes are where it says.']),
  ];
  // More cases are of no use where some of the series ran, and the rest was not found.
  const unreached = coverage !== undefined && changedLines(coverage).ran === 0 ? coverage : undefined;
  const context = await readContext(options, pairs);
  const next = nextSteps({ ...context, coverage: unreached, filtered: options.filtered });
  return { ...judged, next: [...first, ...next] };
}

const archesOf = (pairs: readonly BuiltPair[]) => pairs.map(({ arch }) => arch);

/**
 * The patched tree as far as advice needs it. A file that cannot be read costs a piece of advice, never the verdict.
 */
async function readContext(
  { series, inspector, step }: GateOptions,
  pairs: readonly BuiltPair[],
): Promise<Pick<NextStepsInput, 'paths' | 'files' | 'symbols' | 'configs' | 'collections'>> {
  const patches = series.patches;
  const added = findAddedLines(patches);
  const changed = patches.flatMap(({ text }) =>
    parsePatch(text).map(({ path, touched }) => touched.at(-1) ?? path),
  );
  const wanted = [...new Set(changed.flatMap((path) => [path, ...makefilesAbove(path)]))];
  const arch = pairs[0]?.arch;
  const texts =
    arch === undefined ? undefined : await inspector?.readFiles(arch, [...wanted, MAINTAINERS], step);
  const configs = pairs.map(
    async (pair) => [pair.arch, parseConfig(await readFile(pair.patched.config, 'utf8'))] as const,
  );
  return {
    paths: [...new Set(changed)],
    collections: collectionsFor(changed, texts?.get(MAINTAINERS)?.join('\n') ?? ''),
    files: new Map(
      wanted
        .filter((path) => changed.includes(path) || texts?.has(path) === true)
        .map((path) => [path, { text: texts?.get(path) ?? [], added: [...(added.get(path)?.keys() ?? [])] }]),
    ),
    symbols: kconfigSymbolsOf(patches.map(({ text }) => text)),
    configs: new Map(await Promise.all(configs)),
  };
}
