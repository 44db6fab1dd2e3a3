import { readFile } from 'node:fs/promises';
import { KernelComparison, type ComparedArch } from '../../fuzz/compare/compare-kernels.ts';
import { openLab } from '../../fuzz/compare/open-lab.ts';
import { planRounds } from '../../fuzz/compare/rounds.ts';
import { openSupply } from '../../fuzz/guest/open-supply.ts';
import { fittingProfile, OPERATIONS, type Profile } from '../../fuzz/operations/profiles.ts';
import { parseConfig } from '../../kernel/definition/config-file.ts';
import type { KernelDefinition } from '../../kernel/definition/definition.ts';
import type { BuiltKernel } from '../../kernel/definition/kernel.ts';
import type { Project } from '../../run/project/project.ts';
import type { FuzzRequest, PairFuzzing } from '../gate-options.ts';
import type { BuiltPair } from '../kernels/build-pairs.ts';
import type { GateSubjects } from '../subjects/choose-subjects.ts';

export interface PairFuzzerOptions {
  readonly project: Project;
  readonly subjects: Pick<GateSubjects, 'base' | 'patched'>;
  /** How many compilers run at once. */
  readonly jobs: number;
  readonly sandbox?: boolean | undefined;
}

/** Failures of each kernel that are looked into; each takes some ten seconds. */
const FINDINGS_MAX = 5;

/** Fuzzes pairs of kernels in QEMU, each with the calls that it has. */
export function createPairFuzzer(options: PairFuzzerOptions): FuzzRequest['compare'] {
  return (pair, how) => fuzzPair(pair, how, options);
}

async function fuzzPair(
  pair: BuiltPair,
  { ms, seed, folder, signal, sink, onProgress }: PairFuzzing,
  { project, subjects, jobs, sandbox }: PairFuzzerOptions,
): Promise<ComparedArch> {
  const { arch } = pair;
  const open = (kernel: KernelDefinition, built: BuiltKernel) =>
    openSupply({ project, kernel, arch, jobs, sandbox, built, step: { signal, sink } });
  await using base = await open(subjects.base, pair.base);
  await using patched = await open(subjects.patched, pair.patched);
  const profiles = { base: await profileOf(pair.base), patched: await profileOf(pair.patched) };
  const lab = openLab({
    supplies: { base, patched },
    operations: OPERATIONS,
    known: { base: namesOf(profiles.base), patched: namesOf(profiles.patched) },
    seed,
    folder,
    guests: project.guests,
    signal,
  });
  return await new KernelComparison({
    arch,
    lab,
    rounds: planRounds(profiles),
    seed,
    msMax: ms,
    findingsMax: FINDINGS_MAX,
    signal,
    onProgress,
    onNotice: (message) => sink({ type: 'noticed', message }),
  }).run();
}

const profileOf = async ({ config }: BuiltKernel): Promise<Profile> =>
  fittingProfile(parseConfig(await readFile(config, 'utf8')));

const namesOf = ({ operations }: Profile): ReadonlySet<string> =>
  new Set(operations.map(({ operation }) => operation.name));
