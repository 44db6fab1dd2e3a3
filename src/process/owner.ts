import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';

/**
 * What became of the process that something belongs to. One of another machine or container cannot be seen from here,
 * and is `elsewhere`, whatever it does.
 */
export type OwnerState = 'alive' | 'gone' | 'elsewhere';

/**
 * How an owner is written in the names of files: machine, boot, process id and the time of the process's start, the last
 * two to the base of 36. Short, because the path of a socket may have only 107 characters.
 */
const OWNER = /(?<![0-9a-z])([0-9a-f]{4})\.([0-9a-f]{4})\.([0-9a-z]{1,6})\.([0-9a-z]+)(?![0-9a-z])/u;

/** This process's name as an owner; no other process has it, now or later. */
export function ownName(): string {
  const { pid } = process;
  own ??= [thisMachine(), thisBoot(), pid.toString(36), processState(pid)?.start ?? '0'].join('.');
  return own;
}

/** What became of the owner that a text names; `undefined` when it names none. */
export function ownerState(text: string): OwnerState | undefined {
  const [, machine, boot, pid, start] = OWNER.exec(text) ?? [];
  if (pid === undefined) return undefined;
  if (machine !== thisMachine()) return 'elsewhere';
  if (boot !== thisBoot()) return 'gone';
  const found = processState(Number.parseInt(pid, 36));
  return found?.start === start && found?.runs === true ? 'alive' : 'gone';
}

/** The id of the process that a text names as an owner; `undefined` when it is another machine's or container's. */
export function ownerPid(text: string): number | undefined {
  const [, machine, , pid] = OWNER.exec(text) ?? [];
  return pid === undefined || machine !== thisMachine() ? undefined : Number.parseInt(pid, 36);
}

let own: string | undefined;
let machine: string | undefined;
let boot: string | undefined;

/** Process ids mean something within one namespace of one machine only. */
function thisMachine(): string {
  machine ??= shortDigest([read('/etc/machine-id'), linkOf('/proc/self/ns/pid')].join(' '));
  return machine;
}

function thisBoot(): string {
  boot ??= shortDigest(read('/proc/sys/kernel/random/boot_id'));
  return boot;
}

/** When a process started, in ticks since the boot, which setting the clock does not change; and whether it still runs. */
function processState(pid: number): { readonly start: string; readonly runs: boolean } | undefined {
  const text = read(`/proc/${pid}/stat`);
  // The name before the last parenthesis may hold anything.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state, start] = [fields[0], fields[19]];
  if (state === undefined || start === undefined) return undefined;
  return { start: Number(start).toString(36), runs: state !== 'Z' && state !== 'X' };
}

const shortDigest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 4);

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
