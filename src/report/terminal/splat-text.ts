import type { Splat, SplatSeverity } from '../../console/splats/splat.ts';
import { countOf } from '../../util/count-of.ts';
import { plainLine, plainText } from '../../util/plain-text.ts';
import type { Palette } from '../text/palette.ts';

/** How many frames and consequences to show; the JSON has all of them. */
const FRAMES_MAX = 10;
const CONSEQUENCES_MAX = 5;

/**
 * A splat for people: where and what, how bad, the lines that say so, the stack, and what followed. A console log is
 * untrusted text: nothing in it reaches the terminal as a control sequence.
 */
export function renderSplat(splat: Splat, file: string, palette: Palette): string {
  const { title, severity, arch, complete, line, stack, consequences } = splat;
  const facts = [paintSeverity(palette, severity)(severity), ...(arch === undefined ? [] : [arch])];
  const lines = [
    `${palette.place(`${file}:${line + 1}`)}  ${palette.strong(plainText(title))}`,
    `  ${[...facts, ...(complete ? [] : [palette.odd('incomplete or garbled: do not rely on it')])].join(', ')}`,
    ...openingLines(splat).map((text) => `  | ${plainText(text)}`),
    ...stack
      .slice(0, FRAMES_MAX)
      .map(
        ({ symbol, module }) =>
          `      ${plainLine(symbol)}${module === undefined ? '' : ` [${plainLine(module)}]`}`,
      ),
    ...more(stack.length - FRAMES_MAX, 'frame'),
    ...consequences
      .slice(0, CONSEQUENCES_MAX)
      .map((one) => palette.quiet(`    then ${file}:${one.line + 1}  ${plainText(one.title)}`)),
    ...more(consequences.length - CONSEQUENCES_MAX, 'report'),
  ];
  return `${lines.join('\n')}\n`;
}

/** The lines before the registers and the stack say what happened. */
function openingLines({ lines }: Splat): readonly string[] {
  const end = lines.findIndex((line) =>
    /^(?:CPU: |Modules linked|Call [Tt]race|Hardware name|\s*<)/u.test(line),
  );
  return lines.slice(0, Math.min(end === -1 ? lines.length : end, 6)).filter((line) => line.trim() !== '');
}

function more(count: number, what: string): string[] {
  return count > 0 ? [`      and ${countOf(count, `more ${what}`)}`] : [];
}

function paintSeverity(palette: Palette, severity: SplatSeverity): (text: string) => string {
  return severity === 'critical' || severity === 'high' ? palette.bad : palette.odd;
}
