import { dirname, resolve } from 'node:path';
import type { MachineShape } from '../arch/architecture.ts';
import type { ArchName } from '../arch/architectures.ts';
import type { KernelRole } from '../kernel/definition/kernel.ts';
import { PROGRAM_CASE, type SpecCommand } from './command.ts';
import { displayPath } from './diagnostic.ts';
import { durationMs, sizeMiB } from './quantity.ts';
import type { Expectations, SpecFile, SpecFileCase } from './spec-file.ts';
import type { YamlSource } from './yaml-source.ts';
import { shellCommand } from '../util/shell-word.ts';
import { withoutUndefined } from '../util/without-undefined.ts';

/**
 * The machine of a spec that asks for nothing. The loaded initramfs has to fit, and once more,
 * unpacked, into half of the remaining memory.
 */
export const DEFAULT_SHAPE: MachineShape = { cpus: 1, memoryMiB: 320 };
const DEFAULT_TIMEOUT = '10 s';

/** The crash that is the right answer of a case. Patterns are regular expressions on titles. */
export type ExpectedCrash =
  | { readonly kind: 'splat'; readonly matches: string }
  | { readonly kind: 'panic'; readonly matches: string }
  | { readonly kind: 'reset' };

/** A spec with its defaults filled in. */
export interface Spec {
  readonly name: string;
  readonly summary: string;
  /** The guest program, below guests/programs; or a command line, for people. */
  readonly program: string;
  /** Present where the spec is about a program that judges itself. */
  readonly command?: SpecCommand;
  /** Undefined: those of the kernel it runs on. */
  readonly arches: readonly ArchName[] | undefined;
  readonly shape: MachineShape;
  /** Whether each case gets random numbers of its own. */
  readonly reseed: boolean;
  readonly tags: readonly string[];
  readonly cases: readonly SpecCase[];
  /** The file, which knows where everything in it is. */
  readonly source: YamlSource;
}

/** A case of a spec with its defaults filled in. */
export interface SpecCase {
  readonly name: string;
  readonly about: string;
  /** Its own tags and those of its spec. */
  readonly tags: readonly string[];
  /** Undefined: those of the kernel it runs on. */
  readonly arches: readonly ArchName[] | undefined;
  /** What a kernel must have, by its own requirements and those of its spec: `CONFIG_X`, `linux >= 6.10`. */
  readonly requires: readonly string[];
  /** At reference speed; scaled by how fast the guest is. */
  readonly timeoutMs: number;
  /** `file:line` of its name. */
  readonly location: string;
  /**
   * Of a program that judges itself: names, or globs of names, of the tests that are wanted of those it reports; all when
   * left out.
   */
  readonly only?: readonly string[];
  /** Whether it is about a series: the spec says what kernels without it must answer. */
  readonly aboutSeries: boolean;
  /** How it must crash on a kernel of this role, if it must. */
  crash(role: KernelRole): ExpectedCrash | undefined;
  /** What it must observe on a kernel of this role and architecture. */
  expectations(role: KernelRole, arch: ArchName): Expectations;
}

/** Fills in a validated spec file's defaults. */
export function createSpec(file: SpecFile, source: YamlSource): Spec {
  if (file.command !== undefined) return specOfCommand(file, file.command, source);
  const arches = file.arch;
  const tags = file.tags ?? [];
  return {
    name: file.spec,
    summary: file.summary,
    program: file.program ?? '',
    arches,
    shape: shapeOf(file.machine),
    reseed: file.machine?.reseed ?? false,
    tags,
    cases: Object.entries(file.cases ?? {}).map(([name, given]) => ({
      name,
      about: given.about,
      tags: [...new Set([...tags, ...(given.tags ?? [])])],
      arches: given.arch ?? arches,
      requires: [...new Set([...(file.requires ?? []), ...(given.requires ?? [])])],
      timeoutMs: durationMs(given.timeout ?? file.timeout ?? DEFAULT_TIMEOUT),
      location: `${displayPath(source.file)}:${source.diagnoseKey(['cases', name], '').range.line}`,
      aboutSeries: onBase(file, name) !== undefined,
      crash: (role) => (role === 'base' && onBase(file, name) !== undefined ? undefined : crashOf(given)),
      expectations: (role, arch) => (role === 'base' ? onBase(file, name) : undefined) ?? onArch(given, arch),
    })),
    source,
  };
}

function specOfCommand(file: SpecFile, words: readonly string[], source: YamlSource): Spec {
  const { arch: arches, tags = [], summary } = file;
  const folder = dirname(resolve(source.file));
  return {
    name: file.spec,
    summary,
    program: shellCommand(words),
    command: {
      words,
      folder,
      protocol: file.protocol ?? 'exit',
      files: {
        kind: 'host',
        word: words[0] ?? '',
        folder,
        given: file.with ?? [],
        shell: file.shell ?? false,
      },
    },
    arches,
    shape: shapeOf(file.machine),
    reseed: false,
    tags,
    cases: [
      createProgramCase({
        about: summary,
        tags,
        arches,
        requires: file.requires ?? [],
        timeoutMs: durationMs(file.timeout ?? DEFAULT_TIMEOUT),
        location: `${displayPath(source.file)}:${source.diagnoseKey(['command'], '').range.line}`,
      }),
    ],
    source,
  };
}

/** The one case of a command that is known before it runs. */
export function createProgramCase(
  given: Pick<SpecCase, 'about' | 'tags' | 'arches' | 'requires' | 'timeoutMs' | 'location'>,
): SpecCase {
  return {
    ...given,
    name: PROGRAM_CASE,
    aboutSeries: false,
    crash: () => undefined,
    expectations: () => ({}),
  };
}

function shapeOf({
  cpus,
  memory,
  numa,
  mte,
  parameters,
}: NonNullable<SpecFile['machine']> = {}): MachineShape {
  return {
    cpus: cpus ?? DEFAULT_SHAPE.cpus,
    memoryMiB: memory === undefined ? DEFAULT_SHAPE.memoryMiB : sizeMiB(memory),
    ...withoutUndefined({ numaNodes: numa, mte, parameters }),
  };
}

function onBase(file: SpecFile, name: string): Expectations | undefined {
  return file.on?.base?.cases?.[name] ?? file.on?.base?.every;
}

function crashOf({ expect_splat, expect_panic, expect_reset }: SpecFileCase): ExpectedCrash | undefined {
  if (expect_splat !== undefined) return { kind: 'splat', matches: expect_splat };
  if (expect_panic !== undefined) return { kind: 'panic', matches: expect_panic };
  return expect_reset === undefined ? undefined : { kind: 'reset' };
}

function onArch(given: SpecFileCase, arch: ArchName): Expectations {
  return { ...given.expect, ...given.differs?.[arch]?.expect };
}
