import type { NumberedRecord } from './records/record.ts';
import { withoutUndefined } from '../../util/without-undefined.ts';

/** What the agent saw of one task of a case: of a program that a signal struck, or of one that did not end in time. */
export interface CapturedTask {
  readonly pid: number;
  readonly tid: number;
  readonly name: string;
  /** Its state as in /proc/PID/stat. */
  readonly state?: string;
  /** The kernel function that it sleeps in. */
  readonly waitsIn?: string;
  /** Numbers of the signal that struck it, and of its cause; the address where an access failed. */
  readonly signal?: { readonly number: number; readonly code: number; readonly address?: string };
  /** As /proc/PID/stack shows it; empty where the kernel does not say. */
  readonly kernelStack: string;
  /** The registers as ptrace(2) gives them; empty of a task that could not be stopped. */
  readonly registers: Buffer;
  /** Its own stack from the stack pointer upwards, and where that begins. */
  readonly stack: { readonly address: bigint; readonly bytes: Buffer };
}

type TaskRecord = Extract<NumberedRecord, { readonly t: 'task' }>;
type PartRecord = Extract<NumberedRecord, { readonly t: 'part' }>;

/** The agent tells of six. */
const TASKS_MAX = 16;
const PART_BYTES_MAX = 64 * 1024;

/** Puts tasks together from their records. */
export class CapturedTasks {
  readonly #tasks: { readonly record: TaskRecord; readonly parts: Record<PartRecord['of'], Buffer> }[] = [];

  begin(record: TaskRecord): void {
    if (this.#tasks.length === TASKS_MAX) return;
    const [kernel, registers, stack] = [Buffer.alloc(0), Buffer.alloc(0), Buffer.alloc(0)];
    this.#tasks.push({ record, parts: { kernel, registers, stack } });
  }

  add({ of, data }: PartRecord): void {
    const parts = this.#tasks.at(-1)?.parts;
    if (parts === undefined || parts[of].length > PART_BYTES_MAX) return;
    parts[of] = Buffer.concat([parts[of], Buffer.from(data, 'base64')]);
  }

  toTasks(): CapturedTask[] {
    return this.#tasks.map(({ record, parts }) => {
      const { pid, tid, name, state, wchan, signal, code = 0, address, stack_at: begin } = record;
      return {
        pid,
        tid,
        name,
        ...withoutUndefined({ state, waitsIn: wchan === '0' || wchan === '' ? undefined : wchan }),
        ...(signal === undefined
          ? {}
          : { signal: { number: signal, code, ...withoutUndefined({ address }) } }),
        kernelStack: parts.kernel.toString(),
        registers: parts.registers,
        stack: { address: BigInt(begin ?? 0), bytes: parts.stack },
      };
    });
  }
}
