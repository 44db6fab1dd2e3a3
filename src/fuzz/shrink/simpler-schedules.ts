import type { Call } from '../language/operation.ts';
import type { Program } from '../language/program.ts';
import { livingAt, type Turn } from '../language/schedule.ts';

/** Programs with fewer processes, or fewer turns; each has a schedule of its own. */
export function withSimplerSchedules(program: Program): Program[] {
  const { schedule } = program;
  const processes = [...new Set([...schedule.roots, ...childrenOf(program)])];
  const fewer = processes.flatMap((process) => {
    const left = withoutProcess(program, process);
    return left === undefined ? [] : [left];
  });
  const joined = schedule.turns.flatMap((turn) =>
    turn.kind === 'fork' ? [tidied(asParent(program, turn.child, turn.process))].filter(isWellFormed) : [],
  );
  const tidy = tidied(program);
  return [...fewer, ...joined, ...(tidy.schedule.turns.length < schedule.turns.length ? [tidy] : [])];
}

/** Whether every turn is that of a living process. */
function isWellFormed({ schedule }: Program): boolean {
  const living = livingAt(schedule);
  return schedule.turns.every(({ process }, index) => living[index]?.includes(process) === true);
}

/** The program in which a parent does all that its child did, and there is no child. */
function asParent(program: Program, child: number, parent: number): Program {
  const { roots } = program.schedule;
  const kept = select(program, roots, (turn) => {
    return (
      !(turn.kind === 'fork' && turn.child === child) && !(turn.kind === 'exit' && turn.process === child)
    );
  });
  const turns = kept.schedule.turns.map((turn) =>
    turn.process === child ? { ...turn, process: parent } : turn,
  );
  return { ...kept, schedule: { roots, turns } };
}

function childrenOf({ schedule }: Program): number[] {
  return schedule.turns.flatMap((turn) => (turn.kind === 'fork' ? [turn.child] : []));
}

/** The program without a process and all that it forked; undefined where nothing would be left. */
function withoutProcess(program: Program, process: number): Program | undefined {
  const gone = new Set([process]);
  for (const turn of program.schedule.turns)
    if (turn.kind === 'fork' && gone.has(turn.process)) gone.add(turn.child);
  const roots = program.schedule.roots.filter((root) => !gone.has(root));
  if (roots.length === 0) return undefined;
  return select(program, roots, (turn) => {
    return !gone.has(turn.process) && !(turn.kind === 'fork' && gone.has(turn.child));
  });
}

/** Turns in which nothing happens are left out, and two of one process that follow each other are one. */
function tidied(program: Program): Program {
  const { roots } = program.schedule;
  const kept = select(program, roots, (turn, calls) => turn.kind !== 'run' || calls.length > 0);
  const turns: Turn[] = [];
  const calls: (readonly Call[])[] = [];
  for (const [index, turn] of kept.schedule.turns.entries()) {
    const last = turns.at(-1);
    const own = kept.calls[index] ?? [];
    if (turn.kind === 'run' && last?.kind === 'run' && last.process === turn.process)
      calls[calls.length - 1] = [...(calls.at(-1) ?? []), ...own];
    else {
      turns.push(turn);
      calls.push(own);
    }
  }
  return { schedule: { roots, turns }, calls };
}

function select(
  { schedule, calls }: Program,
  roots: readonly number[],
  stays: (turn: Turn, calls: readonly Call[]) => boolean,
): Program {
  const kept = schedule.turns.flatMap((turn, index) => {
    const own = calls[index] ?? [];
    return stays(turn, own) ? [{ turn, own }] : [];
  });
  return {
    schedule: { roots, turns: kept.map(({ turn }) => turn) },
    calls: kept.map(({ own }) => own),
  };
}
