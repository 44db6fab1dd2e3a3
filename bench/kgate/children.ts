import { readFileSync } from 'node:fs';

const CLOCK_TICKS_PER_S = 100;
/** Of /proc/PID/stat, counted behind the name of the program. */
const CUTIME = 13;
const CSTIME = 14;

/** Processor time of all children that ended and were waited for, in ms. Source: proc(5). */
export function childrensProcessorMs(): number {
  const fields = readFileSync('/proc/self/stat', 'utf8')
    .replace(/^.*\) /u, '')
    .split(' ');
  const ticks = Number(fields[CUTIME]) + Number(fields[CSTIME]);
  return (ticks * 1_000) / CLOCK_TICKS_PER_S;
}

/** Memory of a process, in MiB, where what it shares counts by its part. Source: /proc/PID/smaps_rollup. */
export function proportionalMiB(pid: string): number {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  return Number(/^Pss:\s+(\d+) kB/mu.exec(text)?.[1]) / 1_024;
}

/** Process ids of what this process started and did not wait for. */
export function livingChildren(): readonly string[] {
  const text = readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8').trim();
  return text === '' ? [] : text.split(' ');
}
