import { createRealMachine } from '../../fixtures/guests/real-machine.ts';
import type { ArchName } from '../../src/arch/architectures.ts';
import { DEFAULT_ARCHES } from '../../src/arch/wanted-arches.ts';
import { openTemplate, type Template } from '../../src/vm/template/template.ts';
import { childrensProcessorMs, livingChildren, proportionalMiB } from './children.ts';
import { figureOf, ratioOf, type Measured, type Measurement } from './measurement.ts';

const CLONES = 40;
const COLD_FLOOR_MS = 40;
const WAITING_FLOOR_MS = 30;
const PROCESSOR_FLOOR_MS = 40;
const MEMORY_FLOOR_MIB = 40;
const CASE = { program: 'arguments/failed-fixed', case: 'unknown_flag', timeoutMs: 60_000 };

/** Guests of every architecture: boot, clone, one short case, memory; and the same case in a guest booted for it. */
export const clones: Measurement = {
  name: 'clones',
  about: 'boot, a pristine clone to its first answer, a short case, memory of a clone',
  async measure(rounds) {
    const measured: Measured[] = [];
    for (const arch of DEFAULT_ARCHES) measured.push(await measureArch(arch, rounds));
    return {
      figures: measured.flatMap(({ figures }) => figures),
      ratios: measured.flatMap(({ ratios }) => ratios),
    };
  },
};

const BOOT_FLOOR_MS: Readonly<Partial<Record<ArchName, number>>> = { x86_64: 900, arm64: 450 };

async function measureArch(arch: ArchName, rounds: number): Promise<Measured> {
  await using machine = await createRealMachine(arch);
  await using cold = await openTemplate({ ...machine.options, waiting: 0 });
  await using prelaunched = await openTemplate({ ...machine.options, waiting: 1 });
  const named = (name: string) => `${name}, ${arch}`;
  const boots = await repeat(rounds * 3, () => timeBoot(cold));
  const boot = figureOf(
    named('boot to the first answer'),
    'ms',
    boots.map(({ answerMs }) => answerMs),
    BOOT_FLOOR_MS[arch],
  );
  const booted = figureOf(
    named('short case in a guest that is booted for it'),
    'ms',
    boots.map(({ wholeMs }) => wholeMs),
  );
  const before = childrensProcessorMs();
  const answers = await repeat(rounds * CLONES, () => timeAnswer(cold));
  const processorMs = (childrensProcessorMs() - before) / answers.length;
  const answer = figureOf(named('clone to the first answer, cold'), 'ms', answers, COLD_FLOOR_MS);
  const waiting = figureOf(
    named('clone to the first answer, prelaunched'),
    'ms',
    await repeat(rounds * CLONES, () => timeAnswer(prelaunched, IDLE_MS)),
    WAITING_FLOOR_MS,
  );
  const inClone = figureOf(
    named('short case in a clone'),
    'ms',
    await repeat(rounds * CLONES, () => timeCase(cold)),
  );
  return {
    figures: [
      boot,
      answer,
      waiting,
      figureOf(named('processor time of a clone that only answers'), 'ms', [processorMs], PROCESSOR_FLOOR_MS),
      inClone,
      booted,
      figureOf(named('memory of a clone'), 'MiB', await weighClones(cold), MEMORY_FLOOR_MIB),
    ],
    ratios: [
      ratioOf(named('clone / boot'), answer, boot),
      ratioOf(named('prelaunched clone / cold clone'), waiting, answer),
      ratioOf(named('short case in a clone / in a guest that is booted for it'), inClone, booted),
    ],
  };
}

/** Long enough for a process to be waiting again, as while another case is judged. */
const IDLE_MS = 150;

async function timeAnswer(template: Template, idleMs = 0): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, idleMs));
  await using guest = await template.clone();
  if (guest.origin !== 'clone') throw new Error('A guest had to be booted.');
  return guest.startMs;
}

async function timeCase(template: Template): Promise<number> {
  const began = performance.now();
  {
    await using guest = await template.clone();
    const { ended } = await guest.session.runCase(CASE);
    if (!ended) throw new Error('A case did not end.');
  }
  return performance.now() - began;
}

async function timeBoot(
  template: Template,
): Promise<{ readonly answerMs: number; readonly wholeMs: number }> {
  const began = performance.now();
  let answerMs: number;
  {
    await using guest = await template.coldBoot();
    answerMs = guest.startMs;
    const { ended } = await guest.session.runCase(CASE);
    if (!ended) throw new Error('A case did not end.');
  }
  return { answerMs, wholeMs: performance.now() - began };
}

/** Memory of two clones, each of which ran a case. */
async function weighClones(template: Template): Promise<number[]> {
  const before = new Set(livingChildren());
  await using resources = new AsyncDisposableStack();
  for (const _ of [1, 2]) await resources.use(await template.clone()).session.runCase(CASE);
  return livingChildren()
    .filter((pid) => !before.has(pid))
    .map(proportionalMiB);
}

async function repeat<T>(times: number, measure: () => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (let round = 0; round < times; round += 1) results.push(await measure());
  return results;
}
