import { PROCESSES_MAX } from '../model/world.ts';

/** Whose turn it is, and what happens then. */
export type Turn =
  | { readonly kind: 'run'; readonly process: number }
  /** The process forks; from then on the child has turns, too. */
  | { readonly kind: 'fork'; readonly process: number; readonly child: number }
  /** The process shows its memory and exits. */
  | { readonly kind: 'exit'; readonly process: number };

/** The order of turns. Programs that share one run side by side in the same processes. */
export interface Schedule {
  /** Processes that are there at the beginning, and have no relation to each other. */
  readonly roots: readonly number[];
  /** All that are left at the end exit in the last turns. */
  readonly turns: readonly Turn[];
}

/** What a process is called in programs and in findings. */
export const PROCESS_NAMES = 'ABCD'.slice(0, PROCESSES_MAX).split('');

export const processName = (number: number): string => PROCESS_NAMES[number] ?? String(number);

/** The processes that are alive before each turn, and after the last. */
export function livingAt({ roots, turns }: Schedule): readonly (readonly number[])[] {
  const living = [roots];
  for (const turn of turns) {
    const before = living.at(-1) ?? [];
    if (turn.kind === 'fork') living.push([...before, turn.child]);
    else if (turn.kind === 'exit') living.push(before.filter((one) => one !== turn.process));
    else living.push(before);
  }
  return living;
}

/** A schedule whose last turns end all that is left. */
export function closeSchedule(schedule: Schedule): Schedule {
  const left = livingAt(schedule).at(-1) ?? [];
  const exits = left.map((process): Turn => ({ kind: 'exit', process }));
  return { ...schedule, turns: [...schedule.turns, ...exits] };
}
