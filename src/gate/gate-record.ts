import { z } from 'zod';
import { ARCH_NAMES } from '../arch/architectures.ts';
import { comparisonSchema } from '../fuzz/compare/comparison-record.ts';
import { lineMutantsSchema } from '../mutants/lines/line-mutants-record.ts';
import { OUTCOMES } from '../run/record/record.ts';

/** Raised whenever a field changes its meaning or goes away. */
export const GATE_RECORD_VERSION = 1;

/** What a series did to one case. */
export const CASE_CLASSES = [
  /** Right on the base, wrong with the series. */
  'regression',
  /** The kernel complained with the series; the base was silent. */
  'new-splat',
  /** Wrong on the base, right with the series. */
  'fix',
  /** The spec expects different answers from the two kernels, and each gave its own. */
  'new-behaviour',
  /** As expected on both kernels, by the same expectation. */
  'unchanged',
  /** Wrong on both. */
  'pre-existing-failure',
  /** Repeats on the same kernel disagree. */
  'flaky',
  /** One side was not executed, or was skipped. */
  'not-comparable',
] as const;

/**
 * `good` and `bad` are verdicts on the series; `untested` means that nothing it changes was executed, or
 * that part of it was not found in the patched tree, `infra-error` and `interrupted` that there is no verdict.
 */
export const GATE_VERDICTS = ['good', 'bad', 'untested', 'infra-error', 'interrupted'] as const;

const side = z.strictObject({
  outcome: z.enum(OUTCOMES),
  /** Outcomes of all repeats, in order. */
  outcomes: z.array(z.enum(OUTCOMES)).min(1),
  observations: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  problems: z.array(z.string()),
  /** Title of the first splat. */
  splat: z.string().optional(),
  /** An earlier gate executed it, with the same kernel, image, emulator and accelerator; it is not in `run.json`. */
  reused: z.literal(true).optional(),
});

const gatedCase = z.strictObject({
  spec: z.string(),
  case: z.string(),
  arch: z.enum(ARCH_NAMES),
  class: z.enum(CASE_CLASSES),
  /** Absent where that kernel never executed the case. */
  base: side.optional(),
  patched: side.optional(),
  /** One sentence where the class alone does not say enough: how often repeats disagreed, and how probable that is. */
  note: z.string().optional(),
});

/** Schema of `gate.json`, which stands beside `run.json`; the run record holds in full whatever was executed. */
export const gateRecordSchema = z.strictObject({
  version: z.literal(GATE_RECORD_VERSION),
  id: z.string(),
  kgate: z.string(),
  started: z.iso.datetime(),
  ms: z.number(),
  series: z.strictObject({
    title: z.string(),
    version: z.int().min(1),
    origin: z.string(),
    /** The id that b4 gives to all versions of one change. */
    changeId: z.string().optional(),
    /** What a reply needs: the headers of the cover letter, or of the first patch. */
    mail: z
      .strictObject({
        messageId: z.string().optional(),
        subject: z.string(),
        from: z.string(),
        to: z.array(z.string()),
        cc: z.array(z.string()),
        date: z.string().optional(),
      })
      .optional(),
    patches: z.array(z.strictObject({ name: z.string(), subject: z.string() })).min(1),
    notices: z.array(z.string()),
  }),
  /** The words of the command apart from the series: specs, and options with their values. */
  command: z.array(z.string()).optional(),
  base: z.strictObject({
    kernel: z.string(),
    /** How it was found: `--base`, a `base-commit:` trailer, the kernel file that names this series. */
    chosen: z.string(),
    /** The commit that it is, in full, where it is one of a git tree. */
    commit: z.string().optional(),
  }),
  /** Results on the base taken from earlier gates, and the runs they come from. */
  reused: z.strictObject({ cases: z.int(), runs: z.array(z.string()) }).optional(),
  patched: z.strictObject({
    kernel: z.string(),
    /** The same with line counters, which ran the suite in its place. */
    counted: z.string().optional(),
    /** The hash of its patches by KCIDB's rule. Absent where the base has patches of its own. */
    patchset: z.string().optional(),
    /** The role in which the specs see it. */
    role: z.enum(['base', 'patched']).optional(),
    /** Why that one, in one sentence. */
    expected: z.string().optional(),
  }),
  /** The kernels that were built. Equal build ids mean equal kernels: nothing was executed there. */
  builds: z
    .array(
      z.strictObject({
        arch: z.enum(ARCH_NAMES),
        release: z.string(),
        /** The source of the base as its distributor names it, with its version. */
        source: z.string().optional(),
        buildId: z.strictObject({ base: z.string(), patched: z.string() }),
      }),
    )
    .optional(),
  /**
   * Lines of code that the series adds or removes, and how many of them ran; `coverage.json` names them. Absent if
   * nothing was counted, or if some of them were not found in the patched tree.
   */
  changed: z.strictObject({ lines: z.int().min(0), ran: z.int().min(0) }).optional(),
  /** Config symbols in which the two kernels differ because the series defines or selects them, as `NAME=value`. */
  config: z.partialRecord(
    z.enum(ARCH_NAMES),
    z.strictObject({
      onlyBase: z.array(z.string()),
      onlyPatched: z.array(z.string()),
      /** Set on both, to different values. */
      changed: z.array(z.string()).optional(),
    }),
  ),
  cases: z.array(gatedCase),
  classes: z.record(z.enum(CASE_CLASSES), z.int()),
  /** The kernels apart from the cases. */
  health: z.array(
    z.strictObject({
      arch: z.enum(ARCH_NAMES),
      /** Milliseconds of guest boot until the agent was ready. */
      bootMs: z.strictObject({ base: z.number(), patched: z.number() }).optional(),
      /** `MemAvailable` after boot. */
      availableKiB: z.strictObject({ base: z.number(), patched: z.number() }).optional(),
      /** `size vmlinux`, in bytes. */
      size: z
        .strictObject({
          base: z.strictObject({ text: z.int(), data: z.int(), bss: z.int() }),
          patched: z.strictObject({ text: z.int(), data: z.int(), bss: z.int() }),
        })
        .optional(),
      /** Messages at warning level or worse that most boots of the patched kernel logged, and no boot of the base. */
      newBootWarnings: z.array(z.string()),
      /** Those that only one of three boots of the patched kernel logged: they do not count. */
      warnedOnce: z.array(z.string()).optional(),
      /** Compiler warnings (W=1) in the files that the series touches, absent from the base's build. */
      newBuildWarnings: z.array(z.string()),
    }),
  ),
  /** The findings of style checkers, if installed. */
  checks: z.array(
    z.strictObject({ tool: z.string(), patch: z.string().optional(), messages: z.array(z.string()) }),
  ),
  /** With `--per-commit`: the outcome of each patch, in the order of the series, by architecture. */
  perCommit: z
    .array(
      z.strictObject({
        /** Counted from 1. */
        position: z.int().min(1),
        subject: z.string(),
        arch: z.enum(ARCH_NAMES),
        outcome: z.enum(['boots', 'not-built', 'not-booted', 'infra-error']),
        problem: z.string().optional(),
      }),
    )
    .optional(),
  /** With `--also-build`: kernels that were built in other ways, and never booted. */
  otherBuilds: z
    .array(
      z.strictObject({
        arch: z.enum(ARCH_NAMES),
        /** As `--also-build` spells it. */
        name: z.string(),
        /** `broken`: the base builds; `broken-before`: it does not either; `left-out`: this host lacks a compiler. */
        outcome: z.enum(['builds', 'broken', 'broken-before', 'left-out']),
        /** What the compiler or the linker said, or what is lacking. */
        problem: z.string().optional(),
      }),
    )
    .optional(),
  /** What became of cases since an earlier version of the same change, of which a record is kept. */
  since: z
    .strictObject({
      version: z.int().min(1),
      /** The id of its run. */
      run: z.string(),
      verdict: z.enum(GATE_VERDICTS),
      base: z.string(),
      /** Cases that counted against that version and no longer do, and those that now do, as `spec › case [arch]`. */
      better: z.array(z.string()),
      worse: z.array(z.string()),
      changed: z.strictObject({ lines: z.int().min(0), ran: z.int().min(0) }).optional(),
    })
    .optional(),
  /** With `--fuzz`: what generated programs showed on both kernels. */
  fuzz: comparisonSchema.optional(),
  /** With `--mutants`: small bugs in added lines that ran, and which of them the cases noticed. */
  mutants: lineMutantsSchema.optional(),
  verdict: z.enum(GATE_VERDICTS),
  /** Why the verdict is what it is, one sentence each. */
  reasons: z.array(z.string()),
  /** What to do to get the series tested, one sentence each. */
  next: z.array(z.string()).optional(),
});

export type CaseClass = (typeof CASE_CLASSES)[number];
export type GateVerdict = (typeof GATE_VERDICTS)[number];
/** What a series did to one case on one architecture. */
export type GatedCase = z.infer<typeof gatedCase>;
/** Everything a gate found. */
export type GateRecord = z.infer<typeof gateRecordSchema>;

/** Ids of the kernels with the series: first the one that is reported, then the one with line counters. */
export function patchedKernels({ patched }: GateRecord): readonly string[] {
  return [patched.kernel, ...(patched.counted === undefined ? [] : [patched.counted])];
}
