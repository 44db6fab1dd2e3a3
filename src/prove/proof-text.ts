import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { countOf } from '../util/count-of.ts';
import { plainLine, plainText } from '../util/plain-text.ts';
import type { ProofRecord, ProofSide } from './proof-record.ts';
import { repetitionOf } from './repeat.ts';

/** "fires in 10 of 10 on base, 0 of 10 patched", for one architecture. */
export function answerOf({ base, patched, chance }: ProofRecord['arches'][number]): string {
  const differs =
    base.runs > 0 && patched.runs > 0 && base.fired / base.runs !== patched.fired / patched.runs;
  const odds = differs ? ` (Fisher, one-sided: p = ${formatChance(chance)})` : '';
  return `fires in ${base.fired} of ${base.runs} on base, ${patched.fired} of ${patched.runs} patched${odds}`;
}

function formatChance(chance: number): string {
  return chance < 0.001 ? chance.toExponential(0) : chance.toFixed(3);
}

/** Lines of a splat that a mail quotes. */
const SPLAT_LINES = 30;

/** What a proof says, in the lines of a mail: what was run, on what, what came of it, and how to repeat it by hand. */
export async function proofText(record: ProofRecord, guests: string): Promise<string> {
  const { reproducer, series, base, patched, arches } = record;
  const version = series.version > 1 ? ` v${series.version}` : '';
  const lines = [
    ...arches.map((one) => `${plainLine(reproducer.name)} ${answerOf(one)}, ${one.arch}`),
    ...record.reasons.map((reason) => plainLine(reason)),
    '',
    `  reproducer  ${plainLine(reproducer.name)}, sha256 ${reproducer.sha256}`,
    `  series      ${plainLine(series.title)}${version}`,
    ...(series.messageId === undefined ? [] : [`              ${plainLine(series.messageId)}`]),
    `  base        ${plainLine(base.kernel)} (${plainLine(base.chosen)})`,
    `  patched     ${plainLine(patched.kernel)}`,
    ...arches.flatMap(describeArch),
    `  each run    in a guest of its own that was never used before, ${countOf(reproducer.cpus, 'processor')},`,
    `              ${reproducer.seconds} s at most; it fires if the kernel complains, or if it ends with`,
    `              another status than 0`,
  ];
  const init = await readFile(join(guests, 'reproducer', 'init.c'), 'utf8');
  const repeats = arches.flatMap(({ arch }) => {
    const { compile, boot } = repetitionOf(arch, record);
    return [`${arch}:`, '', ...[...compile, ...boot].map((line) => `  ${line}`), ''];
  });
  return [
    ...lines,
    ...arches.flatMap(({ arch, base: before, patched: after }) => [
      ...describeSide(`${arch}, base`, before),
      ...describeSide(`${arch}, patched`, after),
    ]),
    '',
    `To repeat it with QEMU alone: $KERNEL is the kernel, repro.c the reproducer, and init.c below.`,
    '',
    ...repeats,
    'init.c:',
    '',
    ...init
      .trimEnd()
      .split('\n')
      .map((line) => (line === '' ? '' : `  ${line}`)),
    '',
  ].join('\n');
}

function describeArch({
  arch,
  release,
  source,
  compiler,
  emulator,
  buildId,
}: ProofRecord['arches'][number]): string[] {
  return [
    `  ${arch.padEnd(11)} Linux ${plainLine(release)}${source === undefined ? '' : `, ${plainLine(source)}`}`,
    `              ${plainLine(compiler)}`,
    `              ${plainLine(emulator)}`,
    `              build ids ${buildId.base} and ${buildId.patched}`,
  ];
}

function describeSide(where: string, { seen, splat, lost, problem }: ProofSide): string[] {
  const told = seen.map(({ what, times }) => `  ${String(times).padStart(4)} x ${plainLine(what)}`);
  return [
    '',
    `${where}:`,
    ...(problem === undefined ? [] : [`  ${plainLine(problem)}`]),
    ...told,
    ...(lost === 0 ? [] : [`  ${String(lost).padStart(4)} x lost with the harness`]),
    ...(splat === undefined
      ? []
      : ['', ...splat.slice(0, SPLAT_LINES).map((line) => `  | ${plainText(line)}`.trimEnd())]),
  ];
}
