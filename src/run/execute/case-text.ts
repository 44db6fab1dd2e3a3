import { createBoundedText } from '../../console/agent/bounded-text.ts';
import type { CaseTranscript } from '../../console/agent/transcript.ts';
import { clipLine } from '../../util/clip-line.ts';
import type { CaseResult } from '../record/record.ts';

/** Console lines that a person gets to see without opening the log. */
const TAIL_LINES = 20;
/** Characters of a line, and of a program's whole output, that go into the record; files beside it have the rest. */
const LINE_MAX = 1_000;
const OUTPUT_MAX = 64 * 1024;
/** Lines of the kernel log that are looked for inside of console lines. */
const GLUED_MAX = 100;

/** The console itself, and the kernel's own log where it has lines that the console lost. */
export function consoleOf({ consoleText, kernelLog }: CaseTranscript): string {
  return hasLost(consoleText, kernelLog)
    ? `${consoleText}\n--- /dev/kmsg since the case began ---\n${kernelLog}`
    : consoleText;
}

/** What the program printed, on either of its outputs, stdout first. */
export function outputOf({ stdout, stderr }: CaseTranscript): string {
  return joinOutputs(stdout, stderr);
}

const joinOutputs = (stdout: string, stderr: string): string =>
  [stdout, stderr].filter((text) => text !== '').join('\n');

/** As much of both outputs as a record holds, and where that of stderr begins; `path` is where all of it is. */
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

/** Whether an output has a file of its own. */
export function isLongOutput({ stdout, stderr }: Pick<CaseTranscript, 'stdout' | 'stderr'>): boolean {
  return Math.max(stdout.length, stderr.length) > OUTPUT_MAX;
}

/** The last lines of a console, each as long as a record may hold. */
export function tailOf(text: string): string[] {
  return clipLines(text.trimEnd().split('\n').slice(-TAIL_LINES));
}

/** Lines as long as a record may hold: a guest can print megabytes without a line's end. */
export function clipLines(lines: readonly string[]): string[] {
  return lines.map((line) => clipLine(line, LINE_MAX));
}

/** A line may have got into another one, but to look for thousands of them in megabytes would take minutes. */
function hasLost(consoleText: string, kernelLog: string): boolean {
  const shown = new Set(consoleText.split('\n').map((line) => line.trimEnd()));
  const absent = kernelLog
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '' && !shown.has(line));
  return absent.length > GLUED_MAX || absent.some((line) => !consoleText.includes(line));
}
