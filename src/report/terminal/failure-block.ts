import { join } from 'node:path';
import { describeFrame } from '../../run/locate/locate-splat.ts';
import type { CaseResult } from '../../run/record/record.ts';
import { displayPath } from '../../spec/diagnostic.ts';
import { clipLine } from '../../util/clip-line.ts';
import { countOf } from '../../util/count-of.ts';
import { plainLine, plainText } from '../../util/plain-text.ts';
import { paintOutcome, type Palette } from '../text/palette.ts';
import { programOutputs } from '../recorded/program-output.ts';
import { replayCommand, type ReplayContext } from '../recorded/replay-command.ts';

/** How many frames of a splat's stack to show. */
const FRAMES = 12;
/** How many stacks of a hung guest to show. */
const STACKS = 4;
/** How many lines of a splat to show; the console log has all of them. */
const SPLAT_LINES = 24;
/** How many lines of a program's output to show, and characters of each; the record has more. */
const OUTPUT_LINES = 40;
const OUTPUT_COLUMNS = 500;

export interface FailureContext {
  readonly palette: Palette;
  readonly replay: ReplayContext;
  /** The run's folder. */
  readonly folder: string;
}

/**
 * Everything about one case that did not pass, in a fixed order: outcome and case; what was wrong, or the splat; its
 * place in the spec; the program's output; the last console lines; the files; the command that executes it again.
 */
export function renderFailure(result: CaseResult, { palette, replay, folder }: FailureContext): string {
  const { spec, case: name, arch, kernel, outcome, splat } = result;
  const paint = paintOutcome(palette, outcome);
  const lines = [
    `${paint(outcome.toUpperCase())}  ${palette.strong(`${spec} › ${name}`)}  [${arch} ${kernel}]`,
    `  ${palette.quiet(plainLine(result.about))}`,
    ...result.problems.flatMap((problem) => indent(problem, '  ')),
    ...(splat === undefined
      ? []
      : splat.lines.slice(0, SPLAT_LINES).flatMap((line) => indent(line, '    | '))),
    ...located(splat, palette),
    ...titled('stacks', result.stacks && stackLines(result)),
    `  spec     ${palette.place(result.location)}`,
    ...outputLines(result),
    // A splat is already the end of the console, and so are the stacks of a hang.
    ...titled('console', splat === undefined && result.stacks === undefined ? result.tail : undefined),
    ...file('log', folder, result.console),
    ...file('screen', folder, result.screen),
    ...file('kept', folder, result.kept),
    `  again    ${replayCommand(result, replay)}`,
  ];
  return lines.join('\n');
}

/** What processors and tasks of a hung guest were doing. */
function stackLines({ stacks = [] }: CaseResult): string[] {
  return stacks
    .slice(0, STACKS)
    .flatMap(({ of, frames }) => [
      `${of}${frames.length === 0 ? '.' : ':'}`,
      ...frames
        .slice(0, FRAMES)
        .map(
          (frame) => `  at ${frame.function}${frame.inlined ? ' (inlined)' : ''}  ${describeFrame(frame)}`,
        ),
    ]);
}

/** The stack with its source lines, and what the series has to do with it. */
function located(splat: CaseResult['splat'], palette: Palette): string[] {
  const frames = (splat?.frames ?? []).filter(({ file: path }) => path !== undefined);
  return [
    ...(splat?.blame === undefined ? [] : [`  ${palette.bad(plainLine(splat.blame))}`]),
    ...frames
      .slice(0, FRAMES)
      .map(
        (frame) =>
          `    at ${plainLine(frame.function)}${frame.inlined ? ' (inlined)' : ''}  ${palette.place(plainLine(describeFrame(frame)))}`,
      ),
  ];
}

/** What the program printed: the end of each output, under its name. */
export function outputLines(result: CaseResult): string[] {
  return programOutputs(result).flatMap(({ name, text }) => titled(name, endOf(text.split('\n'))));
}

/** The last lines of an output. */
function endOf(lines: readonly string[]): readonly string[] {
  const left = lines.length - OUTPUT_LINES;
  const shown = lines.slice(-OUTPUT_LINES).map((line) => clipLine(line, OUTPUT_COLUMNS));
  return left > 0 ? [`[kgate: ${countOf(left, 'line')} before these]`, ...shown] : shown;
}

function file(title: string, folder: string, path: string | undefined): string[] {
  return path === undefined ? [] : [`  ${title.padEnd(8)} ${displayPath(join(folder, path))}`];
}

function titled(title: string, lines: readonly string[] | undefined): string[] {
  if (lines === undefined || lines.every((line) => line === '')) return [];
  return [`  ${title}`, ...lines.flatMap((line) => indent(line, '    | '))];
}

/** Much of this comes from guests, and a terminal obeys whatever it is sent. */
const indent = (text: string, margin: string): string[] =>
  plainText(text)
    .split('\n')
    .map((line) => `${margin}${line}`.trimEnd());
