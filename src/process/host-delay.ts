import { readdirSync, readFileSync } from 'node:fs';

const NS_PER_MS = 1e6;

/**
 * How long a process has waited for a processor while it could have run, in ms: the longest of its threads. 0 where the
 * host's kernel does not say, or the process is gone. Source: /proc/PID/task/TID/schedstat, second field, in ns.
 */
export function hostDelayMs(pid: number): number {
  try {
    const threads = readdirSync(`/proc/${pid}/task`);
    return Math.max(0, ...threads.map((thread) => delayOf(`/proc/${pid}/task/${thread}/schedstat`)));
  } catch {
    return 0;
  }
}

function delayOf(file: string): number {
  const delay = Number(readFileSync(file, 'utf8').split(' ')[1]);
  return Number.isFinite(delay) ? delay / NS_PER_MS : 0;
}
