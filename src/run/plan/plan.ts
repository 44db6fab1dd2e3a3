import type { MachineNeeds, MachineShape } from '../../arch/architecture.ts';
import { architectures, type ArchName } from '../../arch/architectures.ts';
import { isFor } from '../../arch/is-for.ts';
import { wantedArches } from '../../arch/wanted-arches.ts';
import { UsageError } from '../../errors.ts';
import { abiOf } from '../../image/abi-of.ts';
import { unmetRequirements, type KernelAbilities } from '../../kernel/definition/abilities.ts';
import type { KernelRole } from '../../kernel/definition/kernel.ts';
import type { SpecCommand } from '../../spec/command.ts';
import type { Expectations } from '../../spec/spec-file.ts';
import type { ExpectedCrash, Spec, SpecCase } from '../../spec/spec.ts';
import { countOf } from '../../util/count-of.ts';
import { withoutUndefined } from '../../util/without-undefined.ts';
import { fitShape } from './fit-shape.ts';

/** What planning needs to know about a kernel; a kernel definition fits. */
export interface PlannableKernel {
  readonly id: string;
  readonly role: KernelRole;
  readonly arch: readonly ArchName[];
  /** Its features; a case that requires others is not planned. When left out, it has everything. */
  readonly abilities?: KernelAbilities;
  readonly machine?: MachineNeeds;
  /** Present when nothing is compared with it; see KernelDefinition. */
  readonly standalone?: true;
}

/** One case on one kernel and architecture, to be executed once. */
export interface PlannedCase {
  readonly spec: string;
  readonly case: string;
  readonly about: string;
  readonly program: string;
  /** Present where the program judges itself: then this is the case of the program as a whole. */
  readonly command?: PlannedCommand;
  readonly kernel: string;
  readonly arch: ArchName;
  /** Counted from 1. */
  readonly repeat: number;
  readonly shape: MachineShape;
  /** Present where the guest gets random numbers of its own. */
  readonly reseed?: true;
  /** At reference speed. */
  readonly timeoutMs: number;
  readonly expected: Expectations;
  /** How it must crash, if it must. */
  readonly crash?: ExpectedCrash;
  /** `file:line` in the spec. */
  readonly location: string;
}

/** A command on one kernel. */
export interface PlannedCommand extends Omit<SpecCommand, 'lackedBy' | 'testsOn'> {
  /** Which of the tests that it reports are wanted; all when left out. */
  readonly only?: readonly string[];
  /** Those that it has to report, where that is known beforehand. */
  readonly tests?: readonly string[];
}

/** A case that does not apply to a kernel and architecture, and what is lacking there. */
export interface InapplicableCase {
  readonly spec: string;
  readonly case: string;
  readonly kernel: string;
  readonly arch: ArchName;
  readonly lacks: readonly string[];
}

/** A spec and the cases of it that a run is about. */
export interface SelectedSpec {
  readonly spec: Spec;
  readonly cases: readonly SpecCase[];
}

export interface PlanOptions {
  readonly selected: readonly SelectedSpec[];
  readonly kernels: readonly PlannableKernel[];
  /** Undefined where none were asked for; see wantedArches(). */
  readonly arches: readonly ArchName[] | undefined;
  readonly repeat: number;
}

/**
 * What a run will execute: every selected case on every kernel and architecture that both support and that have what it
 * requires, ordered by kernel, architecture, spec and case. Throws UsageError when that is empty.
 */
export function planRun({ selected, kernels, arches, repeat }: PlanOptions): readonly PlannedCase[] {
  const planned = kernels.flatMap((kernel) =>
    wantedArches(kernel.arch, arches).flatMap((arch) =>
      selected.flatMap((one) => planSpec(one, kernel, arch, repeat)),
    ),
  );
  if (planned.length === 0) throw nothingToRun(selected, kernels, arches);
  return planned;
}

/** A planned case's identity, for people. */
export function caseTitle(
  planned: Pick<PlannedCase, 'spec' | 'case' | 'kernel' | 'arch' | 'repeat'>,
): string {
  const repeat = planned.repeat > 1 ? ` #${planned.repeat}` : '';
  return `${planned.spec} › ${planned.case} [${planned.arch} ${planned.kernel}]${repeat}`;
}

/** The selected cases that a run leaves out, since a kernel lacks what they require; in plan order. */
export function inapplicableCases({
  selected,
  kernels,
  arches,
}: Omit<PlanOptions, 'repeat'>): readonly InapplicableCase[] {
  return kernels.flatMap((kernel) =>
    wantedArches(kernel.arch, arches).flatMap((arch) =>
      selected.flatMap(({ spec, cases }) =>
        cases
          .filter((one) => isFor(one, arch))
          .map((one) => ({ name: one.name, lacks: lackedBy(kernel, arch, spec, one) }))
          .filter(({ lacks }) => lacks.length > 0)
          .map(({ name, lacks }) => ({ spec: spec.name, case: name, kernel: kernel.id, arch, lacks })),
      ),
    ),
  );
}

function lackedBy(
  { id: kernel, abilities, standalone, role }: PlannableKernel,
  arch: ArchName,
  { program, command }: Spec,
  { requires, aboutSeries }: SpecCase,
): readonly string[] {
  const series = standalone === true && role === 'base' && aboutSeries ? [SERIES] : [];
  const unmet = abilities === undefined ? [] : unmetRequirements(requires, abilities, arch);
  const compiled = abiOf(program) === 'native' || architectures[arch].compat !== undefined;
  const absent = command?.lackedBy?.(kernel, arch);
  return [
    ...series,
    ...unmet,
    ...(compiled ? [] : ['32-bit programs']),
    ...(absent === undefined ? [] : [absent]),
  ];
}

/** Lacking on a tree for which a case could only observe the absence of the series. */
const SERIES = 'the series that the spec is about';

function planSpec(
  { spec, cases }: SelectedSpec,
  kernel: PlannableKernel,
  arch: ArchName,
  repeat: number,
): PlannedCase[] {
  return cases
    .filter((one) => isFor(one, arch) && lackedBy(kernel, arch, spec, one).length === 0)
    .flatMap((one) =>
      Array.from({ length: repeat }, (_, index) => ({
        ...crashOf(one, kernel),
        ...commandOf(spec, one, kernel, arch),
        spec: spec.name,
        case: one.name,
        about: one.about,
        program: spec.program,
        kernel: kernel.id,
        arch,
        repeat: index + 1,
        shape: fitShape(spec.shape, kernel.machine),
        ...(spec.reseed ? { reseed: true as const } : {}),
        timeoutMs: one.timeoutMs,
        expected: one.expectations(kernel.role, arch),
        location: one.location,
      })),
    );
}

function crashOf(one: SpecCase, { role }: PlannableKernel): Pick<PlannedCase, 'crash'> {
  const crash = one.crash(role);
  return crash === undefined ? {} : { crash };
}

function commandOf(
  { command }: Spec,
  { only }: SpecCase,
  { id: kernel }: PlannableKernel,
  arch: ArchName,
): Pick<PlannedCase, 'command'> {
  if (command === undefined) return {};
  const { words, folder, protocol, files } = command;
  const tests = command.testsOn?.(kernel, arch);
  return { command: { words, folder, protocol, files, ...withoutUndefined({ only, tests }) } };
}

function nothingToRun(
  selected: readonly SelectedSpec[],
  kernels: readonly PlannableKernel[],
  asked: readonly ArchName[] | undefined,
): UsageError {
  const cases = selected.flatMap((one) => one.cases);
  const offered = [...new Set(kernels.flatMap((kernel) => kernel.arch))];
  const arches = asked ?? wantedArches(offered, asked);
  const needed = [...new Set(cases.flatMap((one) => one.arches ?? offered))];
  const lacks = [
    ...new Set(inapplicableCases({ selected, kernels, arches: asked }).flatMap((one) => one.lacks)),
  ];
  const lacked = lacks.length === 0 ? '' : ` with what they require: ${lacks.join(', ')}`;
  return new UsageError(
    `Nothing to run: ${countOf(cases.length, 'case')} of ${countOf(selected.length, 'spec')}, but none on ${arches.join(' or ')}${lacked}.`,
    {
      code: 'RUN_EMPTY',
      hint: `The cases are for ${needed.join(', ') || 'no architecture'}, the kernels for ${offered.join(', ') || 'no architecture'}. "kgate list" shows both.`,
    },
  );
}
