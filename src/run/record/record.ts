import { z } from 'zod';
import { ARCH_NAMES } from '../../arch/architectures.ts';

/** Raised whenever a field changes its meaning or disappears. */
export const RUN_RECORD_VERSION = 1;

/** How a case ended. `crashed` is the default until something better is proved. */
export const OUTCOMES = ['passed', 'failed', 'crashed', 'hung', 'skipped', 'infra-error'] as const;

/** A run's verdict. `passed` needs every planned case executed, and at least one. */
export const VERDICTS = ['passed', 'failed', 'infra-error', 'interrupted'] as const;

const observation = z.union([z.string(), z.number(), z.boolean()]);

/** Records come from other machines, too: none may name a file outside its run. */
const fileOfRun = z
  .string()
  .refine(
    (path) => !path.startsWith('/') && !path.split('/').includes('..'),
    'The path leads out of the run.',
  );

/** A stack with its source lines, innermost first. */
const frames = z.array(
  z.strictObject({
    function: z.string(),
    file: z.string().optional(),
    line: z.int().optional(),
    inlined: z.literal(true).optional(),
    patch: z.string().optional(),
    /** The function is the guest program's, not the kernel's, and its file is of the project. */
    program: z.literal(true).optional(),
  }),
);

const caseResult = z.strictObject({
  spec: z.string(),
  case: z.string(),
  /**
   * Present on a test that a program reported by itself: the case of that program as a whole, which was planned. It has
   * the program's guest and console.
   */
  of: z.string().optional(),
  /** What the case does, in the spec's words. */
  about: z.string(),
  /** The guest program, below guests/programs; or the command line of a program that judges itself. */
  program: z.string(),
  kernel: z.string(),
  arch: z.enum(ARCH_NAMES),
  /** 1 unless `--repeat` asked for more. */
  repeat: z.int().min(1),
  /** Absent when no guest ever ran. */
  accel: z.enum(['kvm', 'tcg']).optional(),
  outcome: z.enum(OUTCOMES),
  /** Wall time from asking for a guest to the verdict. */
  ms: z.number(),
  /** When the guest was asked for, from the beginning of the run. Absent when none was. */
  startedMs: z.number().optional(),
  /** The guest's slot among the concurrent ones, counted from 0. */
  slot: z.int().min(0).optional(),
  /** Attempts used; above 1 only after an infra error. */
  attempts: z.int().min(1),
  /** What the guest's random numbers were seeded with, where the spec has `reseed`. */
  seed: z.string().optional(),
  observations: z.record(z.string(), observation),
  /** Expectations as the spec states them for this kernel's role. */
  expected: z.record(z.string(), z.unknown()),
  /** One sentence per deviation. */
  problems: z.array(z.string()),
  /** The first splat; it outranks everything that follows from it. */
  splat: z
    .strictObject({
      kind: z.string(),
      title: z.string(),
      function: z.string().optional(),
      lines: z.array(z.string()),
      severity: z.enum(['critical', 'high', 'medium', 'low']).optional(),
      /** Whether the report is complete, with nothing else in it. */
      complete: z.boolean().optional(),
      /** How the series under test is involved: the innermost line of the stack that one of its patches added. */
      blame: z.string().optional(),
      frames: frames.optional(),
    })
    .optional(),
  /**
   * What processors and tasks were doing when the case hung, the most telling first; or where a signal killed the
   * program.
   */
  stacks: z.array(z.strictObject({ of: z.string(), frames })).optional(),
  /** Splats that decided nothing because the project's allow-list has an entry for them. */
  allowed: z.array(z.strictObject({ title: z.string(), reason: z.string() })).optional(),
  /** Present when the project's list of known failures said that the case would not pass, and it did not. */
  known: z
    .strictObject({ reason: z.string(), expires: z.iso.date(), link: z.string().optional() })
    .optional(),
  skipReason: z.string().optional(),
  /** The program's stdout followed by its stderr, if it wrote anything. */
  output: z.string().optional(),
  /** The index of the character where stderr begins, if it wrote any. */
  stderrAt: z.int().min(0).optional(),
  /** The last lines of the console, unless the case passed or was skipped. */
  tail: z.array(z.string()).optional(),
  /** The place in the spec, as `file:line`. */
  location: z.string(),
  /** Paths relative to the run's folder. */
  console: fileOfRun.optional(),
  screen: fileOfRun.optional(),
  /** A folder with its guest, which `kgate shell --kept` resumes. */
  kept: fileOfRun.optional(),
});

/** A kernel or guest programs that were built, or a template that was booted. */
const preparation = z.strictObject({
  kind: z.enum(['kernel', 'programs', 'boot']),
  kernel: z.string(),
  arch: z.enum(ARCH_NAMES),
  /** Whether all of it came from the cache. */
  cached: z.boolean(),
  /** When it began, from the beginning of the run: negative for what a gate builds before its cases. */
  startedMs: z.number(),
  ms: z.number(),
});

/** Schema of `run.json`, documented in docs/run-record.md. */
export const runRecordSchema = z.strictObject({
  version: z.literal(RUN_RECORD_VERSION),
  id: z.string(),
  kgate: z.string(),
  started: z.iso.datetime(),
  ms: z.number(),
  host: z.strictObject({
    cpus: z.int(),
    memoryMiB: z.int(),
    qemu: z.record(z.string(), z.string()),
  }),
  accelerators: z.partialRecord(
    z.enum(ARCH_NAMES),
    z.strictObject({ accelerator: z.enum(['kvm', 'tcg']), reason: z.string() }),
  ),
  kernels: z.array(
    z.strictObject({
      id: z.string(),
      arch: z.enum(ARCH_NAMES),
      role: z.enum(['base', 'patched']),
      variant: z.string(),
      release: z.string(),
      buildId: z.string(),
      digest: z.string(),
      compiler: z.string(),
    }),
  ),
  /** What was built and booted, in the order in which it began. What the cache had at once is left out. */
  preparations: z.array(preparation).optional(),
  cases: z.array(caseResult),
  totals: z.record(z.enum(OUTCOMES), z.int()),
  planned: z.int(),
  /** Cases left out of the plan, since the kernel lacks what they require. Absent when there were none. */
  inapplicable: z
    .array(
      z.strictObject({
        spec: z.string(),
        case: z.string(),
        kernel: z.string(),
        arch: z.enum(ARCH_NAMES),
        lacks: z.array(z.string()),
      }),
    )
    .optional(),
  /** Present when the run was one of several that share a plan; see docs/ci.md. */
  shard: z
    .strictObject({
      index: z.int().min(1),
      of: z.int().min(1),
      /** Cases of the whole plan, and a digest of their identities and expectations. */
      planned: z.int(),
      plan: z.string(),
    })
    .optional(),
  /** What of the command decided which kernels ran and what was expected of them. Absent where nothing did. */
  asked: z
    .strictObject({
      /** Kernels that no id finds, with their files. */
      kernelFiles: z.record(z.string(), z.string()).optional(),
      /** Options of `kgate run`, such as `--tree` and its folder. */
      options: z.array(z.string()),
    })
    .optional(),
  /** Things worth knowing that decide nothing, one sentence each. */
  notices: z.array(z.string()).optional(),
  verdict: z.enum(VERDICTS),
  /** Why the verdict is what it is, one sentence each. */
  reasons: z.array(z.string()),
});

/** What of a command has to be said again to run a case of it. */
export type Asked = NonNullable<z.infer<typeof runRecordSchema>['asked']>;
/** How one case on one kernel ended. */
export type CaseResult = z.infer<typeof caseResult>;
/** What a case has to wait for. */
export type Preparation = z.infer<typeof preparation>;
/** Everything a run found. */
export type RunRecord = z.infer<typeof runRecordSchema>;
export type Outcome = (typeof OUTCOMES)[number];
export type Verdict = (typeof VERDICTS)[number];
