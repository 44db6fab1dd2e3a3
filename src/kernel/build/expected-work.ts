import { lstatSync, readFileSync } from 'node:fs';
import { join, normalize } from 'node:path';
import type { ConfigValues } from '../definition/config-file.ts';
import { readKbuildFile, type KbuildVariables } from './kbuild-file.ts';

/** Objects of a build by their paths, with how much work each is, in units of what a kilobyte of source takes. */
export type ExpectedWork = ReadonlyMap<string, number>;

/** Where the top makefile begins, besides the architecture's folder. */
const TOP = 'init usr kernel certs mm fs ipc security crypto block io_uring drivers sound net virt lib'.split(
  ' ',
);

/** The headers that every file includes are more work than most files themselves. */
const HEADERS = 33;
/** What is made by the assembler, or from nothing that was found. */
const ASSEMBLED = 10;
/** Folders whose files include more than others; measured on 6.12, processor time of 58 files. */
const HEAVIER: readonly (readonly [folder: string, factor: number])[] = [
  ['net/', 1.55],
  ['io_uring/', 1.3],
];

/** No makefile of a kernel is larger, and what a series put in the place of one may be. */
const LARGEST_BYTES = 2 ** 20;

/**
 * The objects that a first build of a tree will make, read from its makefiles: nearly all of them, and hardly any others.
 * Only to estimate how long a build takes.
 */
export function expectWork(root: string, sourceArch: string, config: ConfigValues): ExpectedWork {
  const reader = new KbuildReader(root, sourceArch, config);
  for (const folder of [...TOP, `arch/${sourceArch}`]) reader.enter(folder);
  reader.enterArchitecture();
  return reader.work;
}

class KbuildReader {
  readonly work = new Map<string, number>();
  readonly #root: string;
  readonly #arch: string;
  readonly #known: KbuildVariables;
  readonly #entered = new Set<string>();

  constructor(root: string, arch: string, config: ConfigValues) {
    this.#root = root;
    this.#arch = arch;
    const symbols = [...config]
      .filter(([, value]) => value !== 'n')
      .map(([symbol, value]) => [`CONFIG_${symbol}`, value] as const);
    this.#known = new Map([...symbols, ['SRCARCH', arch], ['BITS', '64']]);
  }

  /** Reads a folder's makefile, and those of the folders that it names. */
  enter(path: string): void {
    const folder = normalize(path).replace(/\/$/u, '');
    if (folder.startsWith('..') || this.#entered.has(folder)) return;
    this.#entered.add(folder);
    const text = this.#read(join(folder, 'Kbuild')) ?? this.#read(join(folder, 'Makefile'));
    if (text === undefined) return;
    const variables = readKbuildFile(text, this.#known);
    for (const word of wordsOf(variables, 'obj-y', 'lib-y')) this.#add(folder, word, variables);
  }

  /** What an architecture's own makefile adds to the top one's folders. */
  enterArchitecture(): void {
    const variables = readKbuildFile(this.#read(`arch/${this.#arch}/Makefile`) ?? '', this.#known);
    for (const word of wordsOf(variables, 'core-y', 'libs-y', 'drivers-y', 'net-y'))
      if (word.endsWith('/')) this.enter(word);
  }

  #add(folder: string, word: string, variables: KbuildVariables, depth = 0): void {
    if (word.endsWith('/')) {
      this.enter(word.startsWith('arch/') ? word : join(folder, word));
      return;
    }
    if (!word.endsWith('.o')) return;
    const stem = word.slice(0, -2);
    const parts = wordsOf(variables, `${stem}-y`, `${stem}-objs`).filter((part) => part !== word);
    if (parts.length === 0 || depth > 2) {
      const object = normalize(join(folder, word));
      if (!object.startsWith('..')) this.work.set(object, this.#weigh(object));
    } else for (const part of parts) this.#add(folder, part, variables, depth + 1);
  }

  #weigh(object: string): number {
    const bytes = this.#sizeOf(object.replace(/\.o$/u, '.c'));
    if (bytes === undefined) return ASSEMBLED;
    const [, factor] = HEAVIER.find(([folder]) => object.startsWith(folder)) ?? ['', 1];
    return (HEADERS + bytes / 1_000) * factor;
  }

  #read(path: string): string | undefined {
    const bytes = this.#sizeOf(path);
    if (bytes === undefined || bytes > LARGEST_BYTES) return undefined;
    return readFileSync(join(this.#root, path), 'utf8');
  }

  #sizeOf(path: string): number | undefined {
    try {
      const found = lstatSync(join(this.#root, path));
      return found.isFile() ? found.size : undefined;
    } catch {
      return undefined;
    }
  }
}

function wordsOf(variables: KbuildVariables, ...names: readonly string[]): string[] {
  return names
    .flatMap((name) => (variables.get(name) ?? '').split(/\s+/u))
    .filter((word) => word !== '' && !word.includes('$'));
}
