import { addAbortListener } from 'node:events';
import type { Duplex } from 'node:stream';
import { type Clock, hostClock } from '../../util/clock.ts';
import { unreachable } from '../../util/unreachable.ts';
import type { AgentCommand } from './command.ts';
import { type AgentRecord, type NumberedRecord, parseAgentRecord } from './records/record.ts';
import type { ConsoleLog } from './console-log.ts';
import { type Decoded, RecordDecoder } from './records/decoder.ts';
import { encodeRecord, isRecordSealed } from './records/frame.ts';
import type { SealKey } from './records/seal.ts';
import { createRecordSequence, type RecordSequence } from './records/sequence.ts';
import type { SessionCounts } from './session.ts';

/** The nonce of a guest that has not been greeted yet. */
const BOOT_NONCE = 'boot';

type RecordOf<Type extends AgentRecord['t']> = Extract<AgentRecord, { readonly t: Type }>;
type Counts = { -readonly [Name in keyof SessionCounts]: number };

/**
 * The host's end of the line: bytes in, records and console text out; commands in, bytes out. It knows nothing about
 * cases. Listens until it is disposed of; the stream stays the caller's.
 */
export class AgentLink implements Disposable {
  readonly counts: Counts = { records: 0, duplicates: 0, damaged: 0, foreign: 0, forged: 0, resends: 0 };
  readonly clock: Clock;
  readonly #stream: Duplex;
  readonly #log: ConsoleLog;
  readonly #decoder = new RecordDecoder();
  readonly #refusals = new Map<number, string>();
  readonly #waiting = new Set<() => void>();
  #nonce = BOOT_NONCE;
  #key: SealKey | undefined;
  #forged = 0;
  #nextId = 1;
  #sequence = createRecordSequence();
  #ready: RecordOf<'ready'> | undefined;
  #pong: RecordOf<'pong'> | undefined;
  #took: RecordOf<'took'> | undefined;
  #heardAt = -Infinity;
  #damagedAt = -Infinity;
  #unacknowledgedBytes = 0;
  #closed: boolean;

  constructor(stream: Duplex, log: ConsoleLog, clock: Clock = hostClock) {
    this.clock = clock;
    this.#stream = stream;
    this.#log = log;
    this.#closed = stream.destroyed || stream.readableEnded;
    stream.on('data', this.#onData);
    stream.on('end', this.#onClose);
    stream.on('close', this.#onClose);
    // Stays when the other listeners are removed: an unhandled error event would end the whole process.
    stream.on('error', this.#onClose);
  }

  /** The session's records in order. */
  get sequence(): RecordSequence {
    return this.#sequence;
  }

  get ready(): RecordOf<'ready'> | undefined {
    return this.#ready;
  }

  /** The last answer to a ping. */
  get pong(): RecordOf<'pong'> | undefined {
    return this.#pong;
  }

  /** What the agent last said of a command's input, since forgetTook(). */
  get took(): RecordOf<'took'> | undefined {
    return this.#took;
  }

  /** From here on another command's input is meant. */
  forgetTook(): void {
    this.#took = undefined;
  }

  /** Sends bytes as they are, to the current reader of the line. */
  sendRaw(bytes: Uint8Array): void {
    if (!this.#closed && this.#stream.writable) this.#stream.write(bytes);
  }

  /** When a record of this session last arrived, by the link's clock. */
  get heardAt(): number {
    return this.#heardAt;
  }

  /** When something last began like a record but was not one. */
  get damagedAt(): number {
    return this.#damagedAt;
  }

  /** Bytes of new records since the last acknowledgement. */
  get unacknowledgedBytes(): number {
    return this.#unacknowledgedBytes;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Why the agent refused a command. */
  refusal(id: number): string | undefined {
    return this.#refusals.get(id);
  }

  /** Sends a command, with the id of an earlier one when it is repeated; returns its id. */
  send(command: AgentCommand, repeated?: number): number {
    const id = repeated ?? this.#nextId++;
    if (command.t === 'resend') this.counts.resends += 1;
    if (!this.#closed && this.#stream.writable)
      this.#stream.write(encodeRecord({ ...command, k: this.#nonce, id }));
    return id;
  }

  /** Lets the agent forget what has arrived. */
  acknowledge(): void {
    this.#unacknowledgedBytes = 0;
    this.send({ t: 'ack', upto: this.#sequence.completeUpTo });
  }

  /** From here on records carry this nonce, are sealed with this key, and count from 1. */
  startSession(nonce: string, key: SealKey): void {
    this.#nonce = nonce;
    this.#key = key;
    this.#forged = 0;
    this.#sequence = createRecordSequence();
    this.#pong = undefined;
    this.#refusals.clear();
    this.#unacknowledgedBytes = 0;
  }

  /** How many forged records arrived since this was last called or the session began. */
  takeForged(): number {
    const forged = this.#forged;
    this.#forged = 0;
    return forged;
  }

  /** Settles when a record arrives, the stream ends or the signal fires, or after this many milliseconds. */
  async changed(ms: number, signal: AbortSignal | undefined): Promise<void> {
    if (this.#closed || signal?.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    using _abort = signal === undefined ? undefined : addAbortListener(signal, () => resolve());
    const cancel = this.clock.after(Math.max(0, ms), resolve);
    this.#waiting.add(resolve);
    await promise;
    this.#waiting.delete(resolve);
    cancel();
  }

  /** Wakes up those that wait for a change. */
  wake(): void {
    for (const resolve of this.#waiting) resolve();
  }

  [Symbol.dispose](): void {
    this.#stream.off('data', this.#onData);
    this.#onClose();
  }

  readonly #onData = (chunk: Uint8Array): void => {
    let news = false;
    for (const decoded of this.#decoder.push(chunk)) {
      this.#take(decoded);
      news ||= decoded.kind === 'record';
    }
    if (news) this.wake();
  };

  readonly #onClose = (): void => {
    for (const decoded of this.#decoder.flush()) this.#take(decoded);
    this.#closed = true;
    this.wake();
  };

  #take(decoded: Decoded): void {
    switch (decoded.kind) {
      case 'text':
        this.#log.add(decoded.bytes);
        break;
      case 'damaged':
        this.counts.damaged += 1;
        this.#damagedAt = this.clock.now();
        this.#log.addDamaged(decoded.bytes);
        break;
      case 'record':
        if (this.#takeRecord(decoded.record, decoded.bytes)) break;
        // From no agent: text, like anything else a guest may print.
        this.counts.foreign += 1;
        this.#log.add(decoded.bytes);
        break;
      default:
        unreachable(decoded);
    }
  }

  /** Returns false if the record is not this session's. */
  #takeRecord(value: object, frame: Buffer): boolean {
    const record = parseAgentRecord(value);
    if (record?.t === 'ready' && record.k === BOOT_NONCE) {
      this.#ready ??= record;
      return true;
    }
    // Such as the host's own command, echoed by the tty.
    if (record === undefined) return false;
    if (record.k !== this.#nonce || this.#key === undefined || !isRecordSealed(frame, this.#key)) {
      this.#forged += 1;
      this.counts.forged += 1;
      return false;
    }
    this.#heardAt = this.clock.now();
    if (record.t === 'pong') {
      this.#pong = record;
      this.#sequence.expectUpTo(record.last);
    } else if (record.t === 'took') {
      this.#took = record;
    } else if (record.t === 'nak') {
      this.#refusals.set(record.id, record.reason);
    } else {
      this.#takeNumbered(record, frame.length);
    }
    return true;
  }

  #takeNumbered(record: NumberedRecord, bytes: number): void {
    if (!this.#sequence.add(record)) {
      this.counts.duplicates += 1;
      return;
    }
    this.counts.records += 1;
    this.#unacknowledgedBytes += bytes;
  }
}
