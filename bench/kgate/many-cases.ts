import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { reportFormats } from '../../src/report/formats/formats.ts';
import { createTemporaryFolder } from '../../src/process/temporary-folder.ts';
import { PACKAGE_ROOT } from '../../src/run/project/project.ts';
import { figureOf, ratioOf, type Figure, type Measured, type Measurement } from './measurement.ts';
import { weighCommand, type Weighed } from './weigh-command.ts';

const CASES_OF_A_SPEC = 100;
const PLANNED = [1_000, 10_000] as const;
const REPORTED = [10_000, 100_000] as const;
const MEMORY_FLOOR_MIB = 1_000;
const EXAMPLE = join(PACKAGE_ROOT, 'docs/examples/record');

/** Ten times the cases: how much more time and memory planning and each report take. */
export const manyCases: Measurement = {
  name: 'many-cases',
  about: 'planning 10,000 cases, and every report of a record of 100,000',
  async measure(rounds) {
    await using folder = await createTemporaryFolder('bench-cases');
    const measured = [await measurePlanning(folder.path, rounds)];
    for (const cases of REPORTED) await writeRecord(recordFolder(folder.path, cases), cases);
    for (const { name } of reportFormats) measured.push(await measureReport(name, folder.path, rounds));
    return {
      figures: measured.flatMap(({ figures }) => figures),
      ratios: measured.flatMap(({ ratios }) => ratios),
    };
  },
};

async function measurePlanning(folder: string, rounds: number): Promise<Measured> {
  const weighed: Weighed[][] = [];
  for (const cases of PLANNED) {
    const project = join(folder, `project-${cases}`);
    await writeProject(project, cases);
    weighed.push(await weigh(rounds, ['run', '--list', '--arch', 'x86_64'], project));
  }
  return compare('planning', PLANNED, weighed);
}

async function measureReport(format: string, folder: string, rounds: number): Promise<Measured> {
  const weighed: Weighed[][] = [];
  for (const cases of REPORTED) {
    const output = join(folder, 'report');
    const args = ['report', recordFolder(folder, cases), '--format', format, '--output', output];
    weighed.push(await weigh(rounds, args, folder));
  }
  return compare(`report ${format}`, REPORTED, weighed);
}

/** Figures of both sizes, and how many times longer the larger one takes. */
function compare(
  what: string,
  sizes: readonly [number, number],
  [few = [], many = []]: readonly (readonly Weighed[])[],
): Measured {
  const named = (cases: number) => `${what}, ${cases.toLocaleString('en')} cases`;
  const time = (index: 0 | 1, weighed: readonly Weighed[]): Figure =>
    figureOf(
      named(sizes[index]),
      's',
      weighed.map(({ seconds }) => seconds),
    );
  const [short, long] = [time(0, few), time(1, many)];
  const memory = figureOf(
    `${named(sizes[1])}, most memory`,
    'MiB',
    many.map(({ peakMiB }) => peakMiB),
    MEMORY_FLOOR_MIB,
  );
  return { figures: [short, long, memory], ratios: [ratioOf(`${what}, ten times the cases`, long, short)] };
}

async function weigh(rounds: number, args: readonly string[], cwd: string): Promise<Weighed[]> {
  const results: Weighed[] = [];
  for (let round = 0; round < rounds; round += 1) results.push(await weighCommand(args, cwd));
  return results;
}

/** A project of specs with a hundred cases each, all of one program. */
async function writeProject(folder: string, cases: number): Promise<void> {
  const names = Array.from({ length: CASES_OF_A_SPEC }, (_, index) => `case_${index}`);
  await mkdir(join(folder, 'specs'), { recursive: true });
  const programs = join(folder, 'guests/programs/bench');
  await mkdir(programs, { recursive: true });
  const program = names.map((name) => `CASE(${name})\n{\n\tobserve_bool("answer", true);\n}\n`).join('\n');
  await writeFile(join(programs, 'many.c'), `#include <kgate/case.h>\n\n${program}`);
  for (let spec = 0; spec < cases / CASES_OF_A_SPEC; spec += 1)
    await writeFile(join(folder, `specs/many-${spec}.yaml`), specOf(spec, names));
  await writeFile(join(folder, 'kgate.yaml'), 'default-kernels: [linux-6.12]\n');
}

function specOf(spec: number, names: readonly string[]): string {
  const cases = names.map((name) => `  ${name}:\n    about: say yes\n    expect: { answer: true }\n`);
  return `spec: many-${spec}\nsummary: One of many\nprogram: bench/many.c\ncases:\n${cases.join('')}`;
}

const recordFolder = (folder: string, cases: number) => join(folder, `record-${cases}`);

/** The record of the example gate with its cases over and over, each time as those of other specs. */
async function writeRecord(folder: string, cases: number): Promise<void> {
  await cp(EXAMPLE, folder, { recursive: true });
  for (const file of ['run.json', 'gate.json']) {
    const record = JSON.parse(await readFile(join(EXAMPLE, file), 'utf8')) as { cases: { spec: string }[] };
    const copies = Math.ceil(cases / record.cases.length);
    const all = Array.from({ length: copies }, (_, copy) =>
      record.cases.map((one) => ({ ...one, spec: `${one.spec}-${copy}` })),
    );
    record.cases = all.flat().slice(0, cases);
    await writeFile(join(folder, file), JSON.stringify(record));
  }
}
