import type { Call, Operation } from '../language/operation.ts';
import type { Random } from '../language/random.ts';
import type { Program } from '../language/program.ts';
import type { Schedule } from '../language/schedule.ts';
import { World, type KernelFacts } from '../model/world.ts';
import type { Profile } from '../operations/profiles.ts';

const CALLS_PER_TURN_MAX = 4;
/** How often an operation that makes no sense now is drawn again. */
const TRIES = 8;

/** Draws what the processes of a schedule do. The model follows, so that most operations are about something. */
export function drawProgram(
  random: Random,
  schedule: Schedule,
  profile: Profile,
  kernel: KernelFacts,
): Program {
  const world = new World(kernel, schedule.roots);
  const draw = createPicker(random, profile);
  const calls = schedule.turns.map((turn) => {
    const drawn: Call[] = [];
    if (turn.kind === 'fork' || turn.kind === 'exit') {
      world.step += 1;
      if (turn.kind === 'fork') world.fork(turn.process, turn.child);
      else world.living(turn.process).isAlive = false;
      return drawn;
    }
    const actor = { world, process: world.living(turn.process), number: turn.process };
    for (let left = random.between(1, CALLS_PER_TURN_MAX); left > 0; left -= 1) {
      world.step += 1;
      for (let tries = 0; tries < TRIES; tries += 1) {
        const operation = draw();
        const args = operation.generate(random, actor);
        if (args === undefined) continue;
        const [likely] = operation.outcomes(args, actor);
        likely?.apply?.(likely.expected ?? 0);
        drawn.push({ name: operation.name, args });
        break;
      }
    }
    return drawn;
  });
  return { schedule, calls };
}

function createPicker(random: Random, { operations }: Profile): () => Operation {
  const lots = operations.flatMap(({ operation, weight }) => Array.from({ length: weight }, () => operation));
  return () => random.pick(lots);
}
