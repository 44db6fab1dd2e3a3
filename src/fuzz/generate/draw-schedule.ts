import { closeSchedule, livingAt, type Schedule, type Turn } from '../language/schedule.ts';
import type { Random } from '../language/random.ts';
import { PROCESSES_MAX } from '../model/world.ts';

const TURNS_MIN = 4;
const TURNS_MAX = 9;

/** Draws whose turn it is, who forks and who exits: two processes at least, four at most. */
export function drawSchedule(random: Random): Schedule {
  const roots = random.chance(0.5) ? [0] : [0, 1];
  const turns: Turn[] = [{ kind: 'run', process: 0 }];
  let next = roots.length;
  const length = random.between(TURNS_MIN, TURNS_MAX);
  while (turns.length < length) {
    const living = livingAt({ roots, turns }).at(-1) ?? roots;
    const process = random.pick(living);
    const isAlone = living.length === 1;
    if (next < PROCESSES_MAX && random.chance(isAlone ? 0.6 : 0.2)) {
      turns.push({ kind: 'fork', process, child: next });
      next += 1;
    } else if (!isAlone && random.chance(0.08)) turns.push({ kind: 'exit', process });
    else turns.push({ kind: 'run', process });
  }
  return closeSchedule({ roots, turns });
}
