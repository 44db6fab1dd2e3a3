import { createBoundedText } from '../../console/agent/bounded-text.ts';
import type { CaseTranscript } from '../../console/agent/transcript.ts';
import { clipLine } from '../../util/clip-line.ts';
import type { CaseResult } from '../record/record.ts';

/** Console lines shown without opening the log. */
const TAIL_LINES = 20;
/** Characters recorded of a line, and of a program's whole output; files beside the record have the rest. */
const LINE_MAX = 1_000;
const OUTPUT_MAX = 64 * 1024;
/** Lines of the kernel log to look for inside console lines. */
const GLUED_MAX = 100;

/** The console itself, and the kernel's own log where it has lines that the console lost. */
export function consoleOf({ consoleText, kernelLog }: CaseTranscript): string {
  return hasLost(consoleText, kernelLog)
    ? `${consoleText}\n--- /dev/kmsg since the case began ---\n${kernelLog}`
    : consoleText;
}

/** Everything the program printed, stdout first. */
export function outputOf({ stdout, stderr }: CaseTranscript): string {
  return joinOutputs(stdout, stderr);
}

const joinOutputs = (stdout: string, stderr: string): string =>
  [stdout, stderr].filter((text) => text !== '').join('\n');

/** As much of both outputs as a record holds, and where stderr begins in it; the file at `path` has everything. */
export function outputForRecord(
  { stdout, stderr }: Pick<CaseTranscript, 'stdout' | 'stderr'>,
  path: string,
): Pick<CaseResult, 'output' | 'stderrAt'> {
  const clipped = clipOutput(stderr, path);
  const output = joinOutputs(clipOutput(stdout, path), clipped);
  if (output === '') return {};
  return clipped === '' ? { output } : { output, stderrAt: output.length - clipped.length };
}

function clipOutput(output: string, path: string): string {
  if (output.length <= OUTPUT_MAX) return output;
  const text = createBoundedText(OUTPUT_MAX);
  text.append(output);
  return `${text.toString()}\n[kgate: all of it is in ${path}]\n`.toWellFormed();
}

/** Whether an output has a separate file. */
export function isLongOutput({ stdout, stderr }: Pick<CaseTranscript, 'stdout' | 'stderr'>): boolean {
  return Math.max(stdout.length, stderr.length) > OUTPUT_MAX;
}

/** The last lines of a console, each cut to what a record may hold. */
export function tailOf(text: string): string[] {
  return clipLines(text.trimEnd().split('\n').slice(-TAIL_LINES));
}

/** Lines cut to what a record may hold: a guest can print megabytes without a newline. */
export function clipLines(lines: readonly string[]): string[] {
  return lines.map((line) => clipLine(line, LINE_MAX));
}

/** A line may have ended up inside another, but searching megabytes for thousands of them would take minutes. */
function hasLost(consoleText: string, kernelLog: string): boolean {
  const shown = new Set(consoleText.split('\n').map((line) => line.trimEnd()));
  const absent = kernelLog
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '' && !shown.has(line));
  return absent.length > GLUED_MAX || absent.some((line) => !consoleText.includes(line));
}
