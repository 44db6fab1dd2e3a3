import { hasErrorCode } from '../util/has-error-code.ts';

/** How long a process group may take to end after SIGTERM before it gets SIGKILL. */
const TERM_GRACE_MS = 2_000;

/**
 * Options of execa for every child that kgate starts: it leads its own process group. That shields it from the
 * terminal's Ctrl-C, so that kgate decides in which order things stop, and lets it be killed with all it started.
 */
export const GROUP_LEADER = { detached: true, cleanup: false } as const;

/** The parts of a child needed to track it; execa's subprocesses fit. */
export interface Child extends PromiseLike<unknown> {
  readonly pid?: number | undefined;
}

const living = new Set<Child>();

/** Keeps track of a child, started with GROUP_LEADER, until it ends. */
export function trackChild<T extends Child>(child: T): T {
  living.add(child);
  const forget = () => void living.delete(child);
  child.then(forget, forget);
  return child;
}

/** Ends a child and everything in its process group: SIGTERM first, SIGKILL for what is left. */
export async function killTree(child: Child, graceMs = TERM_GRACE_MS): Promise<void> {
  if (!living.has(child)) return;
  const ended = child.then(
    () => true,
    () => true,
  );
  signalGroup(child, 'SIGTERM');
  const timer = setTimeout(() => signalGroup(child, 'SIGKILL'), graceMs);
  await ended;
  clearTimeout(timer);
}

/** Kills every child at once, without waiting: for the moment before this process ends. */
export function killAllChildren(): void {
  for (const child of living) signalGroup(child, 'SIGKILL');
}

/** How many children are running; a test asserts that none is left. */
export function countChildren(): number {
  return living.size;
}

function signalGroup(child: Child, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    // The group is already gone, as intended.
    if (!hasErrorCode(error, 'ESRCH')) throw error;
  }
}

process.on('exit', killAllChildren);
