import { z } from 'zod';
import type { Spec } from '../../src/spec/spec.ts';
import { citeCases } from './cited-cases.ts';
import { linkToCase, linkToSpec } from './markdown.ts';

const text = z.string().trim().min(1);

/** The format of docs/process-vm-mmap/contract/questions.yaml: a question has cases, or says why there is none. */
export const questionsSchema = z.array(
  z.strictObject({
    heading: text,
    questions: z
      .array(
        z.union([
          z.strictObject({ who: text, asked: text, answer: text, cases: z.array(text).min(1) }),
          z.strictObject({ who: text, asked: text, answer: text, open: text }),
        ]),
      )
      .min(1),
  }),
);

const INTRO = `# The review of 2019, and what answers it

<!-- Written by "npm run contract" from contract/questions.yaml and the specs; a test fails while it is stale. -->

process_vm_mmap() was proposed to the kernel's lists by Kirill Tkhai, as an RFC on 15 May 2019 and as v2 on 20 May. It
was never merged: the review ended with questions. Here they are, in our words, each with the cases that answer it for the
implementation that kgate carries. What every case expects is in [contract.md](contract.md) and in the specs.
`;

/** Renders docs/process-vm-mmap/review-2019.md. */
export function reviewPage(questions: z.infer<typeof questionsSchema>, specs: readonly Spec[]): string {
  const sections = questions.map(({ heading, questions: asked }) =>
    [
      `## ${heading}\n`,
      ...asked.map((question) => {
        const proof =
          'cases' in question
            ? `Cases: ${[...new Set(question.cases.flatMap((reference) => links(reference, specs)))].join(', ')}.`
            : `No case: ${question.open}.`;
        return `**${question.who}:** ${question.asked}\n\n${question.answer}\n\n${proof}\n`;
      }),
    ].join('\n'),
  );
  return [INTRO, ...sections].join('\n');
}

/** A whole spec is cited as one. */
function links(reference: string, specs: readonly Spec[]): string[] {
  const cited = citeCases([reference], specs);
  const [first] = cited;
  return reference.endsWith('/*') && first !== undefined
    ? [`${linkToSpec(first.spec)} (${cited.length} cases)`]
    : cited.map(linkToCase);
}
