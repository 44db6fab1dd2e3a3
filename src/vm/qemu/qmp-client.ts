import type { Duplex } from 'node:stream';
import { InfraError } from '../../errors.ts';

/** Something QEMU says by itself. */
export interface QmpEvent {
  readonly event: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** A conversation with QEMU's monitor. Whoever waits for a promise of it sets the bound. */
export interface QmpClient {
  /**
   * Sends a command at once and returns its answer. Commands are executed in the order they were sent, so that several
   * can be on their way. QEMU's refusal, or the end of the connection, rejects with an InfraError.
   */
  execute(command: string, argumentsOfCommand?: Readonly<Record<string, unknown>>): Promise<unknown>;
  /** The first event from now on that `wanted` accepts. */
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
  const commands = new Map<number, PendingCommand>();
  const events = new Set<PendingEvent>();
  let lastId = 0;
  let rest = '';
  let lost: InfraError | undefined;

  const lose = (reason: string) => {
    lost ??= new InfraError(`The connection to QEMU’s monitor ended: ${reason}.`, {
      code: 'QMP_CONNECTION_LOST',
    });
    for (const pending of [...commands.values(), ...events]) pending.reject(lost);
    commands.clear();
    events.clear();
  };

  const receive = (line: string) => {
    const message = parseMessage(line);
    if (message === undefined) return lose(`it sent "${line.slice(0, 200)}", which is no JSON object`);
    if (typeof message['event'] === 'string') {
      const event = { event: message['event'], data: asObject(message['data']) };
      for (const pending of events)
        if (pending.wanted(event)) {
          events.delete(pending);
          pending.resolve(event);
        }
      return;
    }
    const id = message['id'];
    const pending = typeof id === 'number' ? commands.get(id) : undefined;
    // The greeting has no id, and needs no answer.
    if (pending === undefined) return;
    commands.delete(id as number);
    if ('error' in message) pending.reject(refusal(pending.command, asObject(message['error'])));
    else pending.resolve(message['return']);
  };

  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line.trim() !== '') receive(line);
  });
  stream.on('error', (error) => lose(error.message));
  stream.on('close', () => lose('QEMU closed it'));
  stream.on('end', () => lose('QEMU closed it'));

  return {
    execute(command, argumentsOfCommand) {
      return quiet(
        new Promise((resolve, reject) => {
          if (lost !== undefined) return reject(lost);
          lastId += 1;
          commands.set(lastId, { command, resolve, reject });
          stream.write(
            `${JSON.stringify({ execute: command, arguments: argumentsOfCommand, id: lastId })}\n`,
          );
        }),
      );
    },
    nextEvent(wanted) {
      return quiet(
        new Promise((resolve, reject) => {
          if (lost !== undefined) return reject(lost);
          events.add({ wanted, resolve, reject });
        }),
      );
    },
  };
}

/** A command's answer may not be waited for when an earlier one has failed already; that is no unhandled rejection. */
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
