import { z } from 'zod';
import type { Spec } from '../../src/spec/spec.ts';
import { citeCases } from './cited-cases.ts';
import { caseTable, cell, linkToCase } from './markdown.ts';

const text = z.string().trim().min(1);
const references = z.array(text).min(1);

/** The format of docs/process-vm-mmap/contract/kinds.yaml. */
export const kindsSchema = z.array(
  z.strictObject({
    heading: text,
    intro: text,
    kinds: z.array(z.strictObject({ kind: text, cases: references })).min(1),
  }),
);

/** The format of docs/process-vm-mmap/contract/errors.yaml. */
export const errorsSchema = z.array(
  z.strictObject({ step: z.int(), errno: text, when: text, cases: references }),
);

const INTRO = `# What process_vm_mmap() does, case by case

<!-- Written by "npm run contract" from contract/*.yaml and the specs; a test fails while it is stale. -->

Every row is a case that \`kgate run\` executes, on both architectures unless a column says "not there". On kernels without the series each of these calls
answers ENOSYS and changes nothing. The prose is in [process_vm_mmap.2](process_vm_mmap.2); the questions of those who
reviewed the system call in 2019 are answered in [review-2019.md](review-2019.md).
`;

/** Renders docs/process-vm-mmap/contract.md. */
export function contractPage(
  kinds: z.infer<typeof kindsSchema>,
  errors: z.infer<typeof errorsSchema>,
  specs: readonly Spec[],
): string {
  const sections = kinds.map(({ heading, intro, kinds: rows }) => {
    const tables = rows.map(({ kind, cases }) => `### ${kind}\n\n${caseTable(citeCases(cases, specs))}\n`);
    return [`## ${heading}\n\n${intro}\n`, ...tables].join('\n');
  });
  const steps = errors.map(({ step, errno, when, cases }) => {
    const links = citeCases(cases, specs).map(linkToCase).join(', ');
    return `| ${step} | ${errno} | ${cell(when)} | ${links} |`;
  });
  const order = `## Errors, in the order in which they are looked for

The first one that applies decides. Up to step 8 nothing has changed in either process, and what PVMMAP_FIXED was to
replace still stands: the cases of [failed-fixed](../../specs/arguments/failed-fixed.yaml) provoke each step over a
mapping of the caller. Memory that runs out later is ENOMEM, and a fatal signal while a lock is waited for is EINTR.

| step | errno | when | cases |
| --- | --- | --- | --- |
${steps.join('\n')}
`;
  return [INTRO, ...sections, order].join('\n');
}
