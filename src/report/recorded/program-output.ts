import type { CaseResult } from '../../run/record/record.ts';
import { plainText } from '../../util/plain-text.ts';

/** What a program wrote, by name of the output, leaving out empty ones. */
export function programOutputs({
  output = '',
  stderrAt = output.length,
}: Pick<CaseResult, 'output' | 'stderrAt'>): readonly ProgramOutput[] {
  const outputs = [
    { name: 'stdout', text: output.slice(0, stderrAt).trimEnd() },
    { name: 'stderr', text: output.slice(stderrAt).trimEnd() },
  ] as const;
  return outputs.filter(({ text }) => text !== '');
}

/** The same, safe to show; see plainText. */
export function plainOutputs(result: Pick<CaseResult, 'output' | 'stderrAt'>): readonly ProgramOutput[] {
  return programOutputs(result).map(({ name, text }) => ({ name, text: plainText(text) }));
}

export interface ProgramOutput {
  readonly name: 'stdout' | 'stderr';
  readonly text: string;
}
