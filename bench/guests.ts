/**
 * Measures guests: how long a clone takes to answer, and a whole case from asking for a guest to its end, on every
 * architecture, with and without QEMU processes that wait beforehand. Prints one line a measurement.
 *
 *     node bench/guests.ts [program case]
 */
import { loadavg } from 'node:os';
import { createRealMachine } from '../fixtures/guests/real-machine.ts';
import { DEFAULT_ARCHES } from '../src/arch/wanted-arches.ts';
import { openTemplate, type Template } from '../src/vm/template/template.ts';

const CASES = 40;
const [program = 'arguments/failed-fixed', name = 'unknown_flag'] = process.argv.slice(2);

for (const arch of DEFAULT_ARCHES) {
  await using machine = await createRealMachine(arch);
  for (const waiting of [0, 2]) {
    await using template = await openTemplate({ ...machine.options, waiting });
    console.log(`${arch}: boot ${template.bootMs} ms, slowness ${template.slowness.toFixed(1)}`);
    for (const jobs of [1, 2]) {
      const began = performance.now();
      const measured = await runCases(template, jobs);
      const perSecond = (CASES / ((performance.now() - began) / 1000)).toFixed(1);
      const clone = median(measured.map(({ cloneMs }) => cloneMs));
      const whole = median(measured.map(({ wholeMs }) => wholeMs));
      console.log(
        `${arch}: ${jobs} at once, ${waiting} waiting: clone ${clone} ms, case ${whole} ms, ${perSecond} cases/s (load ${loadavg()[0]?.toFixed(1)})`,
      );
    }
  }
}

interface Measured {
  readonly cloneMs: number;
  readonly wholeMs: number;
}

async function runCases(template: Template, jobs: number): Promise<Measured[]> {
  const measured: Measured[] = [];
  const work = async () => {
    for (let index = 0; index < CASES / jobs; index += 1) measured.push(await runOne(template));
  };
  await Promise.all(Array.from({ length: jobs }, work));
  return measured;
}

async function runOne(template: Template): Promise<Measured> {
  const began = performance.now();
  let cloneMs: number;
  {
    await using guest = await template.clone();
    cloneMs = guest.startMs;
    const transcript = await guest.session.runCase({ program, case: name, timeoutMs: 60_000 });
    if (!transcript.ended) throw new Error(`The case did not end: ${JSON.stringify(transcript.breakdown)}`);
  }
  return { cloneMs, wholeMs: performance.now() - began };
}

function median(values: readonly number[]): string {
  const sorted = values.toSorted((a, b) => a - b);
  return (sorted[Math.floor(sorted.length / 2)] ?? Number.NaN).toFixed(0);
}
