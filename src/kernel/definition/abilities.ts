import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { ArchName } from '../../arch/architectures.ts';
import type { ByArch } from '../../arch/by-arch.ts';
import { unreachable } from '../../util/unreachable.ts';
import { effectiveRequests, parseFragment } from './config-file.ts';
import type { SourceReference } from './source-reference.ts';

/** The features of a kernel once it is built, as far as its definition says. */
export interface KernelAbilities {
  /** Config symbols with `CONFIG_`: those that its fragments ask for, or those that are on once it is configured. */
  readonly symbols: ByArch<ReadonlySet<string>>;
  /** Major and minor version; undefined if neither the package's name nor the tree tells. */
  readonly version: readonly [number, number] | undefined;
}

/** The parts of a kernel's definition that tell its features. */
export interface DescribedKernel {
  readonly source: SourceReference;
  readonly fragments: ByArch<readonly string[]>;
}

/** Reads the features that a kernel will have, without building it. */
export async function readAbilities({ source, fragments }: DescribedKernel): Promise<KernelAbilities> {
  const [version, ...symbols] = await Promise.all([
    readVersion(source),
    ...Object.entries(fragments).map(async ([arch, files]) => [arch, await requestedSymbols(files)] as const),
  ]);
  return { version, symbols: Object.fromEntries(symbols) };
}

/** Which of the requirements of a spec (`CONFIG_X`, `linux >= 6.10`) a kernel does not meet on an architecture. */
export function unmetRequirements(
  requires: readonly string[],
  { symbols, version }: KernelAbilities,
  arch: ArchName,
): readonly string[] {
  return requires.filter((required) => {
    const [, major, minor] = /^linux >= (\d+)\.(\d+)$/u.exec(required) ?? [];
    if (major === undefined || minor === undefined) return symbols[arch]?.has(required) !== true;
    return version === undefined || compare(version, [Number(major), Number(minor)]) < 0;
  });
}

function compare(left: readonly [number, number], right: readonly [number, number]): number {
  return left[0] - right[0] || left[1] - right[1];
}

async function requestedSymbols(fragments: readonly string[]): Promise<ReadonlySet<string>> {
  const texts = await Promise.all(
    fragments.map(async (file) => parseFragment(await readFile(file, 'utf8'), file)),
  );
  return new Set(
    effectiveRequests(texts.flat())
      .filter(({ value }) => value !== 'n')
      .map(({ symbol }) => `CONFIG_${symbol}`),
  );
}

async function readVersion(source: SourceReference): Promise<readonly [number, number] | undefined> {
  return parseVersion(await textWithVersion(source));
}

/** Major and minor version in the top Makefile of a kernel. */
export function parseVersion(makefile: string): readonly [number, number] | undefined {
  const major = /^VERSION = (\d+)$/mu.exec(makefile)?.[1];
  const minor = /^PATCHLEVEL = (\d+)$/mu.exec(makefile)?.[1];
  return major === undefined || minor === undefined ? undefined : [Number(major), Number(minor)];
}

async function textWithVersion(source: SourceReference): Promise<string> {
  switch (source.kind) {
    case 'package':
      return versionInName(source.package);
    case 'archive':
      return versionInName(basename(source.archive));
    case 'given':
      return '';
    case 'tree':
    case 'revision':
      return await readFile(join(source.folder, 'Makefile'), 'utf8').catch(() => '');
    default:
      return unreachable(source);
  }
}

const versionInName = (name: string): string =>
  name.replace(/^.*?(\d+)\.(\d+).*$/u, 'VERSION = $1\nPATCHLEVEL = $2');
