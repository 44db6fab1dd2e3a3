/**
 * Measures kgate itself: guests, planning, reports, gates. Prints tables and writes them as JSON. Wants an idle machine.
 *
 *     npm run bench -- [--only clones] [--all] [--rounds 3] [--json FILE] [--add] [--check] [--list]
 *
 * What takes minutes is measured with --all, or by name. --add keeps of an earlier file what is not measured again.
 * --check compares ratios with bench/recorded.json, and ends with 1 if one is more than a quarter worse.
 */
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { execa } from 'execa';
import { thisMachine } from '../scripts/long-runs/this-machine.ts';
import { kindOfPath } from '../src/util/kind-of-path.ts';
import { PACKAGE_ROOT } from '../src/run/project/project.ts';
import { checkRatios, TOLERANCE } from './kgate/check-ratios.ts';
import type { Measured, Measurement } from './kgate/measurement.ts';
import { measurements } from './kgate/measurements.ts';
import { addTo, loadRecord, saveRecord, type FigureRecord } from './kgate/record.ts';
import { renderFigures } from './kgate/render-figures.ts';

const RECORDED = join(PACKAGE_ROOT, 'bench/recorded.json');
/** Above this, figures say more of the machine's other work. */
const BUSY_LOAD = 1;

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true, default: [] },
    all: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '3' },
    json: { type: 'string', default: join(PACKAGE_ROOT, '.kgate/bench.json') },
    add: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
  },
});
const say = (line: string) => void process.stderr.write(`${line}\n`);

if (values.list) {
  for (const { name, about, long } of measurements)
    process.stdout.write(`${name}: ${about}${long === true ? ' (minutes)' : ''}\n`);
} else {
  const now = await measureAll(chosen());
  const all = values.add && (await kindOfPath(values.json)) !== undefined;
  await saveRecord(values.json, all ? addTo(await loadRecord(values.json), now) : now);
  process.stdout.write(renderFigures(now));
  if (values.check) process.exitCode = (await check(now)) ? 0 : 1;
}

function chosen(): readonly Measurement[] {
  const names = measurements.map(({ name }) => name);
  const wrong = values.only.filter((name) => !names.includes(name));
  if (wrong.length > 0)
    throw new Error(`There is no measurement ${wrong.join(', ')}; there are ${names.join(', ')}.`);
  if (values.only.length > 0) return measurements.filter(({ name }) => values.only.includes(name));
  return measurements.filter(({ long }) => values.all || long !== true);
}

async function measureAll(wanted: readonly Measurement[]): Promise<FigureRecord> {
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1)
    throw new Error(`--rounds takes a whole number, not "${values.rounds}".`);
  const [load = 0] = loadavg();
  if (load > BUSY_LOAD)
    say(`The machine is busy (load ${load.toFixed(1)}): figures will be worse than they should be.`);
  const measured: (Measured & { readonly of: string })[] = [];
  for (const measurement of wanted) {
    const { name, about } = measurement;
    say(`${name}: ${about}`);
    measured.push({ ...(await measurement.measure(rounds)), of: name });
  }
  return {
    version: 1,
    date: new Date().toISOString().slice(0, 10),
    machine: thisMachine(),
    qemu: await firstLine('qemu-system-x86_64', '--version'),
    commit: await firstLine('git', '-C', PACKAGE_ROOT, 'rev-parse', '--short', 'HEAD'),
    rounds,
    figures: measured.flatMap(({ of, figures }) =>
      figures.map((one) => ({ measurement: of, ...one, samples: [...one.samples] })),
    ),
    ratios: measured.flatMap(({ of, ratios }) => ratios.map((one) => ({ measurement: of, ...one }))),
  };
}

async function firstLine(file: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await execa(file, args);
  return stdout.split('\n')[0] ?? '';
}

/** Says what became worse. False if anything did, or if nothing could be compared. */
async function check(now: FigureRecord): Promise<boolean> {
  const { worse, compared, unknown } = checkRatios(now.ratios, (await loadRecord(RECORDED)).ratios);
  for (const name of unknown) say(`not recorded: ${name}`);
  for (const { name, recorded, now: value } of worse) say(`worse: ${name} is ${value}, was ${recorded}`);
  say(`${compared} ratios compared, ${worse.length} worse by more than ${TOLERANCE * 100} %`);
  return worse.length === 0 && compared > 0;
}
