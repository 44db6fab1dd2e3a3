import { readFile } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import { renderStyledScreen, type StyledLine } from '../../console/screen/styled-screen.ts';
import type { CaseClass } from '../../gate/gate-record.ts';
import { describeFrame, type LocatedFrame } from '../../run/locate/locate-splat.ts';
import type { Asked, CaseResult } from '../../run/record/record.ts';
import { describeExpected, describeValue, expectedValue, isAsExpected } from '../../spec/expected-value.ts';
import { hasErrorCode } from '../../util/has-error-code.ts';
import { plainLine, plainText } from '../../util/plain-text.ts';
import { programOutputs } from '../recorded/program-output.ts';
import type { RecordedRun } from '../recorded/recorded-run.ts';
import { replayCommand } from '../recorded/replay-command.ts';
import { replayGate } from '../recorded/replay-gate.ts';
import type {
  ArchDetails,
  CaseDetails,
  ConsoleDetails,
  FrameDetails,
  ObservationDetails,
  OutputDetails,
  RepeatDetails,
  SideDetails,
  SplatDetails,
} from './case-details.ts';
import type { MatrixCell, MatrixRow } from './matrix.ts';
import { describeStanding } from './standing.ts';
import { withoutUndefined } from '../../util/without-undefined.ts';

/** How many lines of a console the report carries; a guest can print megabytes. */
const CONSOLE_LINES = 1_000;

/** Collects what the page of a case shows. */
export async function collectDetails(
  row: MatrixRow,
  { folder, gate, run }: Pick<RecordedRun, 'folder' | 'gate' | 'run'>,
): Promise<CaseDetails> {
  const cells = row.cells.filter((cell) => cell !== undefined);
  const [result] = cells[0]?.results ?? [];
  const byArch = Map.groupBy(cells, ({ column }) => column.arch);
  return {
    spec: plainLine(row.spec),
    case: plainLine(row.case),
    about: plainLine(row.about),
    program: plainLine(result?.program ?? ''),
    location: plainLine(result?.location ?? ''),
    arches: await Promise.all(
      [...byArch].map(async ([arch, own]): Promise<ArchDetails> => {
        const gated = row.gated.find((one) => one.arch === arch);
        return {
          arch,
          ...(gated === undefined ? {} : { class: classOf(gated.class) }),
          ...(gated?.note === undefined ? {} : { note: plainText(gated.note) }),
          ...(gate === undefined || gated === undefined ? {} : { again: plainLine(replayGate(gate, gated)) }),
          sides: await Promise.all(
            own.map((cell) => collectSide(cell, { folder, alone: gated === undefined, asked: run.asked })),
          ),
        };
      }),
    ),
  };
}

function classOf(standing: CaseClass): { readonly title: string; readonly tone: string } {
  const { name, tone } = describeStanding(standing);
  return { title: name, tone };
}

interface Setting {
  readonly folder: string;
  /** Whether it was not compared with another kernel. */
  readonly alone: boolean;
  readonly asked: Asked | undefined;
}

async function collectSide({ column, results }: MatrixCell, setting: Setting): Promise<SideDetails> {
  return {
    kernel: plainLine(column.kernel),
    role: column.role,
    repeats: await Promise.all(results.map((result) => collectRepeat(result, setting))),
  };
}

async function collectRepeat(result: CaseResult, { folder, alone, asked }: Setting): Promise<RepeatDetails> {
  const {
    repeat,
    outcome,
    ms,
    attempts,
    accel,
    problems,
    splat,
    stacks,
    known,
    allowed = [],
    skipReason,
  } = result;
  const outputs = await collectOutputs(result);
  const shown = await collectConsole(result, folder);
  return {
    repeat,
    outcome,
    ms,
    attempts,
    ...withoutUndefined({ accelerator: accel }),
    observations: compareObservations(result),
    problems: problems.map(plainText),
    ...(splat === undefined ? {} : { splat: detailSplat(splat) }),
    ...(stacks === undefined
      ? {}
      : { stacks: stacks.map(({ of, frames }) => ({ of: plainLine(of), frames: frames.map(detailFrame) })) }),
    ...(known === undefined ? {} : { known: plainText(describeKnown(known)) }),
    allowed: allowed.map(({ title, reason }) => plainLine(`${title}: ${reason}`)),
    ...(skipReason === undefined ? {} : { skipReason: plainText(skipReason) }),
    ...(outputs.length === 0 ? {} : { outputs }),
    ...withoutUndefined({ console: shown }),
    ...(alone ? { again: plainLine(replayCommand(result, { asked })) } : {}),
  };
}

async function collectOutputs(result: CaseResult): Promise<OutputDetails[]> {
  return Promise.all(
    programOutputs(result).map(async ({ name, text }) => ({ name, lines: await renderStyledScreen(text) })),
  );
}

function detailSplat({ title, lines, blame, frames = [] }: NonNullable<CaseResult['splat']>): SplatDetails {
  return {
    title: plainLine(title),
    lines: lines.map(plainText),
    ...(blame === undefined ? {} : { blame: plainLine(blame) }),
    frames: frames.filter(({ file }) => file !== undefined).map(detailFrame),
  };
}

const detailFrame = (frame: LocatedFrame): FrameDetails => ({
  function: plainLine(`${frame.function}${frame.inlined === true ? ' (inlined)' : ''}`),
  place: plainLine(describeFrame(frame)),
});

function describeKnown({ reason, expires, link }: NonNullable<CaseResult['known']>): string {
  return `Known until ${expires}: ${reason}${link === undefined ? '' : ` (${link})`}`;
}

async function collectConsole(
  { console: path, tail }: CaseResult,
  folder: string,
): Promise<ConsoleDetails | undefined> {
  if (path === undefined) return undefined;
  // A record moved without its consoles still has the last lines of those that matter.
  const text = (await readWithin(folder, path)) ?? tail?.join('\n') ?? '';
  const lines: readonly StyledLine[] = await renderStyledScreen(text);
  if (lines.length === 0) return undefined;
  const left = Math.max(0, lines.length - CONSOLE_LINES);
  return { lines: lines.slice(left), left, path: plainLine(path) };
}

/** A record from elsewhere must not make this report show files of this machine. */
async function readWithin(folder: string, path: string): Promise<string | undefined> {
  const file = resolve(folder, path);
  if (relative(folder, file).startsWith('..')) return undefined;
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

function compareObservations({ expected, observations }: CaseResult): ObservationDetails[] {
  const names = [...new Set([...Object.keys(expected), ...Object.keys(observations)])];
  return names.map((name) => {
    const seen = observations[name];
    // The record's schema leaves expectations open; those of a later version are shown as written.
    const wanted = expectedValue.safeParse(expected[name]);
    const written = wanted.success ? describeExpected(wanted.data) : JSON.stringify(expected[name]);
    return {
      name: plainLine(name),
      ...(Object.hasOwn(expected, name) ? { expected: plainText(written) } : {}),
      ...(seen === undefined ? {} : { seen: plainText(describeValue(seen)) }),
      right:
        !Object.hasOwn(expected, name) ||
        (wanted.success && seen !== undefined && isAsExpected(wanted.data, seen)),
    };
  });
}
