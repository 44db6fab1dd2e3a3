import type { CaseTranscript } from '../../console/agent/transcript.ts';
import type { CommandEnd } from '../../run/command/command-end.ts';
import type { Palette } from '../../report/text/palette.ts';
import { plainText } from '../../util/plain-text.ts';

/** Lines shown of a splat, and of a console without any. */
const LINES_MAX = 60;
const TAIL_LINES = 20;

/** What the kernel did, for the person whose command made it. */
export function renderKernelTrouble(
  { problems, splats }: Extract<CommandEnd, { readonly kind: 'kernel-trouble' }>,
  { consoleText }: CaseTranscript,
  palette: Palette,
): string {
  const [first] = splats;
  const lines = first === undefined ? consoleText.trimEnd().split('\n').slice(-TAIL_LINES) : first.lines;
  const shown = lines.slice(0, LINES_MAX).filter((line) => line.trim() !== '');
  return [
    ...problems.map((problem) => palette.bad(plainText(problem))),
    ...shown.map((line) => `  | ${plainText(line)}`),
    ...(lines.length > LINES_MAX ? [`  and ${lines.length - LINES_MAX} more lines`] : []),
    '',
  ].join('\n');
}
