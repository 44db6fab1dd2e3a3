import type { Duplex } from 'node:stream';
import { InfraError } from '../../errors.ts';

/** A message that QEMU sends unasked. */
export interface QmpEvent {
  readonly event: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** A conversation with QEMU's monitor. Its promises are unbounded: the caller sets the deadline. */
export interface QmpClient {
  /**
   * Sends a command at once and returns its answer. Commands are executed in the order they were sent, so several
   * can be in flight. A refusal by QEMU, or the end of the connection, rejects with an InfraError.
   */
  execute(command: string, argumentsOfCommand?: Readonly<Record<string, unknown>>): Promise<unknown>;
  /** The next event that `wanted` accepts. */
  nextEvent(wanted: (event: QmpEvent) => boolean): Promise<QmpEvent>;
}

interface Pending {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

interface PendingCommand extends Pending {
  readonly command: string;
}

interface PendingEvent {
  readonly wanted: (event: QmpEvent) => boolean;
  resolve(event: QmpEvent): void;
  reject(error: Error): void;
}

/** Speaks QMP on a stream. The caller still has to send `qmp_capabilities` first. */
export function createQmpClient(stream: Duplex): QmpClient {
  const pending = new PendingReplies();
  readLines(stream, {
    onLine: (line) => pending.receive(line),
    onEnd: (reason) => pending.lose(reason),
  });
  return {
    execute(command, argumentsOfCommand) {
      return quiet(
        new Promise((resolve, reject) => {
          const id = pending.addCommand({ command, resolve, reject });
          if (id === undefined) return;
          stream.write(`${JSON.stringify({ execute: command, arguments: argumentsOfCommand, id })}\n`);
        }),
      );
    },
    nextEvent(wanted) {
      return quiet(
        new Promise((resolve, reject) => {
          pending.addEvent({ wanted, resolve, reject });
        }),
      );
    },
  };
}

/** Pending answers and events of one connection. Once that is lost, everything is refused. */
class PendingReplies {
  readonly #commands = new Map<number, PendingCommand>();
  readonly #events = new Set<PendingEvent>();
  #lastId = 0;
  #lost: InfraError | undefined;

  /** The id to send the command with; undefined once the connection is lost. */
  addCommand(command: PendingCommand): number | undefined {
    if (this.#lost !== undefined) {
      command.reject(this.#lost);
      return undefined;
    }
    this.#lastId += 1;
    this.#commands.set(this.#lastId, command);
    return this.#lastId;
  }

  addEvent(event: PendingEvent): void {
    if (this.#lost === undefined) this.#events.add(event);
    else event.reject(this.#lost);
  }

  receive(line: string): void {
    const message = parseMessage(line);
    if (message === undefined) this.lose(`it sent "${line.slice(0, 200)}", which is not a JSON object`);
    else if (typeof message['event'] === 'string')
      this.#settleEvents({ event: message['event'], data: asObject(message['data']) });
    else this.#settleCommand(message);
  }

  lose(reason: string): void {
    this.#lost ??= new InfraError(`The connection to QEMU’s monitor ended: ${reason}.`, {
      code: 'QMP_CONNECTION_LOST',
    });
    for (const pending of [...this.#commands.values(), ...this.#events]) pending.reject(this.#lost);
    this.#commands.clear();
    this.#events.clear();
  }

  #settleEvents(event: QmpEvent): void {
    for (const pending of this.#events)
      if (pending.wanted(event)) {
        this.#events.delete(pending);
        pending.resolve(event);
      }
  }

  #settleCommand(message: Readonly<Record<string, unknown>>): void {
    const { id } = message;
    // The greeting has no id, and needs no answer.
    if (typeof id !== 'number') return;
    const pending = this.#commands.get(id);
    this.#commands.delete(id);
    if (pending === undefined) return;
    if ('error' in message) pending.reject(refusal(pending.command, asObject(message['error'])));
    else pending.resolve(message['return']);
  }
}

interface LineReader {
  readonly onLine: (line: string) => void;
  readonly onEnd: (reason: string) => void;
}

function readLines(stream: Duplex, { onLine, onEnd }: LineReader): void {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line.trim() !== '') onLine(line);
  });
  stream.on('error', (error) => onEnd(error.message));
  stream.on('close', () => onEnd('QEMU closed it'));
  stream.on('end', () => onEnd('QEMU closed it'));
}

/** When an earlier command has failed, nothing awaits this answer; that must not count as an unhandled rejection. */
function quiet<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}

function refusal(command: string, error: Readonly<Record<string, unknown>>): InfraError {
  return new InfraError(`QEMU refused "${command}": ${String(error['desc'])}`, { code: 'QMP_REFUSED' });
}

function parseMessage(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function asObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
