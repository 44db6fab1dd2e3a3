import { constants } from 'node:os';
import { StringDecoder } from 'node:string_decoder';
import type { NumberedRecord } from './records/record.ts';
import { createBoundedText } from './bounded-text.ts';
import { CapturedTasks } from './captured-task.ts';
import { parseObservation } from './parse-observation.ts';
import type { CaseTranscript, ObservationValue, ProgramExit } from './transcript.ts';

/** How many characters of each of a program's outputs to keep. */
const OUTPUT_MAX = 4 * 1024 * 1024;

/** Far more than any case needs. */
const OBSERVATIONS_MAX = 4_096;

/** The part of a transcript that comes from records. */
export type RecordedEvidence = Omit<CaseTranscript, 'breakdown' | 'forged' | 'consoleText' | 'splats'> & {
  /** The agent killed the program because its time was up. */
  readonly timedOut: boolean;
};

/** Gathers what the records of one case say, in the order they were sent. */
export class CaseEvidence {
  readonly #runId: number;
  readonly #observations = new Map<string, ObservationValue>();
  readonly #stdout = createUtf8Text();
  readonly #stderr = createUtf8Text();
  readonly #kernelLog = createUtf8Text();
  readonly #tasks = new CapturedTasks();
  #first: number | undefined;
  #skipReason: string | undefined;
  #fault: string | undefined;
  #exit: ProgramExit | undefined;
  #timedOut = false;
  #over = false;
  #complete = true;
  #countHolds = false;
  #taintBefore = 0;
  #taintAfter: number | undefined;

  constructor(runId: number) {
    this.#runId = runId;
  }

  get started(): boolean {
    return this.#first !== undefined;
  }

  /** The end record has arrived; whether to believe it is another question. */
  get over(): boolean {
    return this.#over;
  }

  get ended(): boolean {
    return this.#over && this.#complete && this.#countHolds;
  }

  /** From here on, records are missing: whatever else arrives, the case has not ended. */
  markIncomplete(): void {
    this.#complete = false;
  }

  /** Only the first fault is kept: what follows is its consequence. */
  addFault(reason: string): void {
    this.#fault ??= reason;
  }

  take(record: NumberedRecord): void {
    // Leftovers of an earlier case do not belong to this one.
    if (!this.started && record.t !== 'start') return;
    switch (record.t) {
      case 'start':
        if (record.id !== this.#runId) break;
        this.#first = record.n;
        this.#taintBefore = Math.max(0, record.taint);
        break;
      case 'out':
        (record.fd === 1 ? this.#stdout : this.#stderr).append(record.data);
        break;
      case 'cut':
        (record.fd === 1 ? this.#stdout : this.#stderr).note(`[kgate: ${record.bytes} bytes left out]`);
        break;
      case 'obs':
        this.#takeObservation(Buffer.from(record.data, 'base64'));
        break;
      case 'fault':
        this.addFault(record.reason);
        break;
      case 'exit':
        this.#exit = exitOf(record);
        this.#timedOut = record.timed_out;
        break;
      case 'task':
        this.#tasks.begin(record);
        break;
      case 'part':
        this.#tasks.add(record);
        break;
      case 'kmsg':
        this.#kernelLog.append(record.data);
        break;
      case 'end':
        this.#takeEnd(record);
        break;
      case 'hello':
      case 'ready':
      case 'console':
        break;
    }
  }

  toRecorded(): RecordedEvidence {
    return {
      observations: this.#observations,
      skipReason: this.#skipReason,
      fault: this.#fault,
      exit: this.#exit,
      timedOut: this.#timedOut,
      ended: this.ended,
      stdout: this.#stdout.toString(),
      stderr: this.#stderr.toString(),
      kernelLog: this.#kernelLog.toString(),
      taint: { before: this.#taintBefore, after: this.#taintAfter },
      tasks: this.#tasks.toTasks(),
    };
  }

  #takeObservation(bytes: Buffer): void {
    const message = parseObservation(bytes);
    switch (message.kind) {
      case 'skip':
        this.#skipReason ??= message.reason;
        break;
      case 'fault':
        this.addFault(message.reason);
        break;
      case 'observation':
        if (this.#observations.has(message.name)) this.addFault(`"${message.name}" was observed twice`);
        else if (this.#observations.size === OBSERVATIONS_MAX)
          this.addFault(`the program made more than ${OBSERVATIONS_MAX} observations`);
        else this.#observations.set(message.name, message.value);
        break;
    }
  }

  #takeEnd(record: Extract<NumberedRecord, { readonly t: 'end' }>): void {
    if (record.id !== this.#runId || this.#first === undefined) return;
    this.#over = true;
    this.#countHolds = record.n - this.#first + 1 === record.records;
    this.#taintAfter = record.taint < 0 ? undefined : record.taint;
  }
}

function createUtf8Text() {
  const text = createBoundedText(OUTPUT_MAX);
  const characters = new StringDecoder('utf8');
  return {
    append: (base64: string) => text.append(characters.write(Buffer.from(base64, 'base64'))),
    /** Adds a remark on its own line. */
    note: (line: string) => text.append(`${characters.end()}\n${line}\n`),
    toString: () => text.toString() + characters.end(),
  };
}

function exitOf({
  status,
  signal,
}: Extract<NumberedRecord, { readonly t: 'exit' }>): ProgramExit | undefined {
  if (status !== undefined) return { kind: 'exited', status };
  return signal === undefined ? undefined : { kind: 'killed', signal: signalName(signal) };
}

/** Signals have the same numbers on every architecture that kgate boots. */
function signalName(number: number): string {
  const found = Object.entries(constants.signals).find(([, value]) => value === number);
  return found?.[0] ?? `signal ${number}`;
}
