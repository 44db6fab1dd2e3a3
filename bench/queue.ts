/**
 * Measures and torments the queue of docs/queue.md on a Redis of its own:
 *
 *     npm run bench:queue                          # everything
 *     npm run bench:queue -- --only kills --cases 2000 --seed 7
 *     npm run bench:queue -- --only simulated --workers 1000
 *     npm run bench:queue -- --only guests         # real guests on 1, 2 and 4 workers; kernels have to be stored
 */
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { runKills } from './queue/kills.ts';
import { measureGuests } from './queue/measure-guests.ts';
import { measureSimulated } from './queue/measure-simulated.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    cases: { type: 'string', default: '2000' },
    workers: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '7' },
  },
});
const [model = 'unknown processor'] = cpus().map((cpu) => cpu.model);
const load = loadavg().map((one) => one.toFixed(1));
console.log(`${model}, ${cpus().length} processors, load ${load.join(' ')}`);

const parts = {
  kills: () => runKills({ cases: Number(values.cases), seed: Number(values.seed) }),
  guests: () => measureGuests([1, 2, 4]),
  simulated: () => measureSimulated(Number(values.workers)),
};
for (const [name, part] of Object.entries(parts))
  if (values.only === undefined || values.only === name) console.log(`${name}: ${await part()}`);
