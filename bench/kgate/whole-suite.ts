import { execa } from 'execa';
import { z } from 'zod';
import { PACKAGE_ROOT } from '../../src/run/project/project.ts';
import { median } from '../../src/util/median.ts';
import { figureOf, type Measurement } from './measurement.ts';

const CASES_A_SECOND_FLOOR = 14;
const record = z.object({
  ms: z.number(),
  verdict: z.literal('passed'),
  cases: z.array(z.object({ ms: z.number() })),
});

/** Every spec on every kernel that it is for, on both architectures. */
export const wholeSuite: Measurement = {
  name: 'whole-suite',
  about: 'all specs on the patched kernels of both architectures: cases a second',
  long: true,
  async measure(rounds) {
    const perSecond: number[] = [];
    const medians: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const { stdout } = await execa('node', ['bin/kgate.js', 'run', '--json'], {
        cwd: PACKAGE_ROOT,
        stderr: 'ignore',
      });
      const { ms, cases } = record.parse(JSON.parse(stdout));
      perSecond.push(cases.length / (ms / 1_000));
      medians.push(median(cases.map((one) => one.ms)));
    }
    return {
      figures: [
        figureOf('whole suite', 'cases/s', perSecond, CASES_A_SECOND_FLOOR),
        figureOf('a case of the whole suite, in the median', 'ms', medians),
      ],
      ratios: [],
    };
  },
};
