import { InterruptedError, KgateError } from '../../errors.ts';
import type { Palette } from '../../report/text/palette.ts';
import { isDiskFull } from '../../util/disk-full.ts';
import { plainText } from '../../util/plain-text.ts';
import { describeSystemTrouble } from './system-trouble.ts';

const EXIT_INFRA = 4;
const EXIT_BUG = 70;

/** How much of an error is shown. */
export interface ErrorStyle {
  readonly palette: Palette;
  /** Whether to show the commands that failed. */
  readonly verbose?: boolean;
}

/** An error for people, and the exit code of the process. */
export function describeError(error: unknown, style: ErrorStyle): { text: string; exitCode: number } {
  const { palette } = style;
  if (error instanceof InterruptedError)
    return { text: palette.odd('Interrupted.'), exitCode: error.exitCode };
  if (error instanceof KgateError)
    return { text: describeKgateError(error, style), exitCode: error.exitCode };
  const title = palette.bad('error:');
  if (isDiskFull(error)) {
    const text = `${title} The disk is full: ${messageOf(error)}.\n\n${palette.strong('hint:')} Make room and run the command again; nothing half-made is kept.`;
    return { text, exitCode: EXIT_INFRA };
  }
  const trouble = describeSystemTrouble(error);
  if (trouble !== undefined) return { text: describeKgateError(trouble, style), exitCode: trouble.exitCode };
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return {
    text: `${title} This is a bug in kgate; please report it with the lines below.\n\n${stack}`,
    exitCode: EXIT_BUG,
  };
}

function describeKgateError(error: KgateError, { palette, verbose = false }: ErrorStyle): string {
  const { message, code, detail, commands } = error;
  const hint =
    error.hint ??
    (commands.length > 0 && !verbose ? '"kgate run" with --verbose shows the command.' : undefined);
  return [
    `${palette.bad('error:')} ${plainText(message)} ${palette.quiet(`[${code}]`)}`,
    ...(detail === undefined || detail === '' ? [] : [plainText(detail).trimEnd()]),
    ...(verbose ? commands.map((command) => plainText(command)) : []),
    ...(hint === undefined ? [] : [`${palette.strong('hint:')} ${hint}`]),
  ].join('\n\n');
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
