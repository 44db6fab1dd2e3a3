import type { CaseResult } from '../../run/record/record.ts';

/** What a program wrote, by name of the output, leaving out empty ones. */
export function programOutputs({
  output = '',
  stderrAt = output.length,
}: CaseResult): readonly ProgramOutput[] {
  const outputs = [
    { name: 'stdout', text: output.slice(0, stderrAt).trimEnd() },
    { name: 'stderr', text: output.slice(stderrAt).trimEnd() },
  ] as const;
  return outputs.filter(({ text }) => text !== '');
}

export interface ProgramOutput {
  readonly name: 'stdout' | 'stderr';
  readonly text: string;
}
