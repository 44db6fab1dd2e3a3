import { z } from 'zod';
import { ARCH_NAMES, architectures } from '../arch/architectures.ts';
import { isRegularExpression } from '../util/is-regular-expression.ts';
import { expectedValue } from './expected-value.ts';
import { duration, kernelParameter, memorySize } from './quantity.ts';

const caseName = z
  .string()
  .regex(/^[a-z][a-z0-9_]*$/u, 'Names of cases are lower case with underscores, as in C.')
  .describe('The name of a case of the program.');
const observationName = z
  .string()
  .regex(
    /^[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)*$/u,
    'Names of observations are lower case, with dots for structure.',
  );
const TAGGING = ARCH_NAMES.filter((arch) => architectures[arch].memoryTagging);
const sentence = z.string().min(1, 'Write a few words.');
const arches = z.array(z.enum(ARCH_NAMES)).min(1, 'Name at least one architecture.');
const tags = z.array(z.string().regex(/^[\w-]+$/u, 'Tags are letters, digits, "-" and "_".'));
const requirements = z
  .array(
    z
      .string()
      .regex(
        /^(?:CONFIG_[A-Z0-9_]+|linux >= \d+\.\d+)$/u,
        'Name a config symbol, such as CONFIG_NUMA, or a version: linux >= 6.10.',
      ),
  )
  .min(1, 'Name at least one thing that is required.');

const expectations = z
  .record(observationName, expectedValue)
  .refine(
    (given) => Object.keys(given).length > 0,
    'Expect at least one observation: a case without any proves nothing.',
  )
  .describe('What each observation must be: a literal, or a matcher such as { at_most: 3 }.');

/** How a program that judges itself says what it found. */
export const PROTOCOLS = ['exit', 'ktap', 'kselftest'] as const;

const pattern = z.string().refine(isRegularExpression, 'This is not a regular expression.');

const specCase = z.strictObject({
  about: sentence.describe('What the case does, in a few words.'),
  tags: tags.optional(),
  arch: arches.optional().describe('The architectures of the spec that can run the case; all by default.'),
  why: sentence.optional().describe('Why the case leaves out an architecture of its spec.'),
  timeout: duration.optional().describe('Overrides the timeout of the spec.'),
  requires: requirements.optional().describe('What a kernel must have besides what the spec requires.'),
  expect: expectations.optional(),
  expect_splat: pattern
    .optional()
    .describe('The case has to make the kernel report this: a regular expression on the title of the splat.'),
  expect_panic: pattern
    .optional()
    .describe('The case has to make the kernel panic: a regular expression on the panic’s message.'),
  expect_reset: z
    .literal(true)
    .optional()
    .describe('The case has to reset the guest, without a word from the kernel.'),
  differs: z
    .partialRecord(z.enum(ARCH_NAMES), z.strictObject({ expect: expectations, why: sentence }))
    .optional()
    .describe('Observations whose right value is another one on this architecture, and why.'),
});

/** Schema of a spec file; docs/specs.md explains it and specs/schema.json is generated from it. */
export const specFile = z.strictObject({
  spec: z
    .string()
    .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/u, 'Names of specs are lower case words joined by "-".')
    .describe('The name of this file without ".yaml".'),
  summary: sentence.describe('What a kernel that satisfies the spec can be relied on to do.'),
  program: z
    .string()
    .regex(/^[\w-]+(?:\/[\w-]+)*\.c$/u, 'Name the C file below guests/programs, such as "area/program.c".')
    .optional()
    .describe('The guest program, below guests/programs.'),
  command: z
    .array(z.string())
    .min(1, 'Name a program, and its arguments.')
    .optional()
    .describe(
      'In place of "program": a program of this host, and its arguments. With a slash it is a file, from the folder of this one; without, a command of busybox, or bash.',
    ),
  protocol: z
    .enum(PROTOCOLS)
    .optional()
    .describe(
      'How the command says what it found: by its exit status ("exit", the default), as KTAP ("ktap"), or as the kernel’s selftests do ("kselftest").',
    ),
  with: z
    .array(z.string().min(1))
    .min(1)
    .optional()
    .describe(
      'Files and folders that the command needs, from the folder of this file; FILE:PLACE also works.',
    ),
  shell: z
    .literal(true)
    .optional()
    .describe('The command starts a shell: it gets one, with the commands of busybox.'),
  arch: arches
    .optional()
    .describe('The architectures; by default those of the kernel that the spec is run on.'),
  machine: z
    .strictObject({
      cpus: z.int().min(1).max(64).optional(),
      memory: memorySize.optional(),
      numa: z.int().min(2).max(8).optional().describe('Into how many NUMA nodes the memory is divided.'),
      mte: z
        .literal(true)
        .optional()
        .describe(`Memory tagging, which ${TAGGING.join(' and ')} alone has.`),
      parameters: z
        .array(kernelParameter)
        .min(1)
        .optional()
        .describe('Kernel parameters besides those of every guest.'),
      reseed: z
        .literal(true)
        .optional()
        .describe(
          'Each case has random numbers of its own, where otherwise all guests of a template begin alike.',
        ),
    })
    .optional()
    .describe('The guest machine; one processor and 320 MiB by default.'),
  requires: requirements
    .optional()
    .describe('What a kernel must have for the cases to say anything on it; see docs/specs.md.'),
  timeout: duration
    .optional()
    .describe('How long a case may take on a guest of reference speed; 10 s by default.'),
  tags: tags.optional(),
  cases: z
    .record(caseName, specCase)
    .refine((given) => Object.keys(given).length > 0, 'Name at least one case.')
    .optional(),
  on: z
    .strictObject({
      base: z
        .strictObject({
          every: expectations.optional().describe('Replaces the expectations of every case.'),
          cases: z.record(caseName, expectations).optional().describe('Replaces those of one case.'),
        })
        .optional()
        .describe('What kernels without the series under test must answer.'),
    })
    .optional(),
});

/** A spec file as it was written. */
export type SpecFile = z.infer<typeof specFile>;
/** A case as it was written. */
export type SpecFileCase = NonNullable<SpecFile['cases']>[string];
export type Protocol = (typeof PROTOCOLS)[number];
/** What a spec expects, by observation. */
export type Expectations = z.infer<typeof expectations>;
