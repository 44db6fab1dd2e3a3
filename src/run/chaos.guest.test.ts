import { resolve } from 'node:path';
import test from 'ava';
import { createRealMachine } from '../../fixtures/guests/real-machine.ts';
import { TESTED_ARCHES } from '../../fixtures/run/tested-arches.ts';
import type { CaseTranscript } from '../console/agent/transcript.ts';
import { openTemplate } from '../vm/template/template.ts';

const PROGRAMS = resolve(import.meta.dirname, '../../fixtures/channel/guests/programs');
const RATES = [10, 30, 50];
const ROUNDS = 2;
const REQUEST = { program: 'channel/plenty', case: 'plenty', timeoutMs: 60_000 };

const lines = (count: number, step: number, of: string): string =>
  Array.from({ length: count / step }, (_, index) => `line ${index * step} of the ${of}\n`).join('');

const OBSERVED = Object.fromEntries([
  ...Array.from({ length: 40 }, (_, index) => [`value.number_${index}`, index * 1_001]),
  ['value.last', 40],
]) as Readonly<Record<string, number>>;

/** Everything as it was sent, or only the reason for its absence. */
function isIntact({ observations, stdout, stderr, exit, ended, fault, forged }: CaseTranscript): boolean {
  return (
    ended &&
    fault === undefined &&
    forged === 0 &&
    exit?.kind === 'exited' &&
    exit.status === 0 &&
    stdout === lines(200, 1, 'output') &&
    stderr === lines(200, 4, 'errors') &&
    JSON.stringify(Object.fromEntries(observations)) === JSON.stringify(OBSERVED)
  );
}

for (const arch of TESTED_ARCHES) {
  test.serial(
    `a line of ${arch} that loses up to 5 % of its records costs time, but no evidence`,
    async (t) => {
      t.timeout(10 * 60 * 1_000);
      await using machine = await createRealMachine(arch, 'linux-6.12', [PROGRAMS]);
      await using template = await openTemplate(machine.options);
      for (const perMille of RATES) {
        // A new seed for each run of the test; it is printed and appears on the guest's console.
        const seed = Number(process.env['KGATE_CHAOS_SEED'] ?? Date.now() % 2 ** 31);
        await using guest = await template.clone();
        const { session } = guest;
        const answer = await session.greet(`chaos-${perMille}`, { deadlineMs: 20_000 }, { perMille, seed });
        t.is(answer.kind, 'answered', `seed ${seed}`);
        for (let round = 0; round < ROUNDS; round += 1) {
          const began = performance.now();
          const transcript = await session.runCase(REQUEST);
          const ms = performance.now() - began;
          const damaged = transcript.breakdown?.kind === 'channel-damaged' && !transcript.ended;
          t.true(isIntact(transcript) || damaged, `${perMille} ‰, seed ${seed}`);
          t.true(ms < REQUEST.timeoutMs, `${perMille} ‰, seed ${seed}`);
        }
        const { records, damaged, duplicates, resends } = session.counts;
        t.log(
          `${perMille / 10} %, seed ${seed}: ${records} records, ${damaged} damaged, ${duplicates} twice, ${resends} asked for again`,
        );
        if (perMille === 50) t.true(damaged + duplicates + resends > 0, `seed ${seed}`);
      }
    },
  );
}
