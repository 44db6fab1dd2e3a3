import { InterruptedError } from '../../errors.ts';
import { CaseEvidence } from './case-evidence.ts';
import { CommandInput } from './command-input.ts';
import type { AgentCommand } from './command.ts';
import type { CommandRequest, CommandWords, ConsoleRequest } from './command-request.ts';
import type { ConsoleLog } from './console-log.ts';
import { type Begun, type FinishedCase, followToEnd } from './follow-case.ts';
import type { AgentLink } from './link.ts';
import type { Pace } from './pace.ts';
import type { NumberedRecord } from './records/record.ts';

/** Runs a command of the host's to its end, with what it reads and prints passed on. `timeoutMs` is what the guest enforces. */
export async function followCommand(
  link: AgentLink,
  request: CommandRequest,
  timeoutMs: number,
  pace: Pace,
): Promise<FinishedCase> {
  const { stdin, signal, onOutput, settled, whole } = request;
  const words = encodeWords(request);
  const command: AgentCommand = {
    t: 'exec',
    words: words.length,
    timeout_ms: timeoutMs === Infinity ? 0 : Math.ceil(timeoutMs),
    ...(whole === true ? { whole } : {}),
  };
  const id = link.send(command);
  using input = new CommandInput(link, pace, id, () => link.wake());
  input.add(words);
  if (stdin === undefined) input.end();
  else input.readFrom(stdin);
  return await followToEnd(
    link,
    { id, command, evidence: new CaseEvidence(id) },
    {
      // If a person set it, nothing behind it matters: the guest's word that it ended the command is enough.
      timeoutMs: request.timeout?.isScaled === true ? timeoutMs : Infinity,
      signal,
      input,
      onRecord: (record) => {
        if (record.t === 'out') onOutput?.(record.fd, Buffer.from(record.data, 'base64'));
      },
      ...(settled === undefined ? {} : { settled }),
    },
    pace,
  );
}

/** How long the guest may take to say what is left to be said of a command that has ended. */
const TELLING_MS = 30_000;

/**
 * Gives the line to a command, as its terminal, and returns when the command has ended:
 *
 *     exec, its words ──start, words taken──► ack ──console──► a person's ──a record──► told like a case's end
 *
 * Between the acknowledgement and the next record the agent does not listen, and nothing is sent in its direction.
 */
export async function followConsole(
  link: AgentLink,
  log: ConsoleLog,
  request: ConsoleRequest,
  pace: Pace,
): Promise<FinishedCase> {
  const { signal } = request;
  const words = encodeWords(request);
  const command: AgentCommand = {
    t: 'exec',
    words: words.length,
    timeout_ms: 0,
    console: true,
    rows: request.rows,
    columns: request.columns,
  };
  const id = link.send(command);
  const begun: Begun = { id, command, evidence: new CaseEvidence(id) };
  using input = new CommandInput(link, pace, id);
  input.add(words);
  await handOver(link, begun, input, { signal, pace });
  log.passOn(request.onBytes);
  try {
    await untilBack(link, begun, request);
  } finally {
    log.passOn(undefined);
    request.onClosed();
  }
  return await followToEnd(link, begun, { timeoutMs: TELLING_MS, signal }, pace);
}

/** Until the agent has everything that the command needs, and knows that the host knows. */
async function handOver(
  link: AgentLink,
  { id, command, evidence }: Begun,
  input: CommandInput,
  { signal, pace }: { readonly signal: AbortSignal | undefined; readonly pace: Pace },
): Promise<void> {
  let againAt = link.clock.now() + pace.answerMs;
  while (!link.closed && link.refusal(id) === undefined) {
    if (signal?.aborted) throw new InterruptedError();
    for (const record of link.sequence.takeInOrder()) evidence.take(record);
    const now = link.clock.now();
    const next = evidence.started ? input.step(now) : againAt;
    if (evidence.started && input.arrived) {
      link.acknowledge();
      return;
    }
    if (!evidence.started && now >= againAt) {
      link.send(command, id);
      againAt = now + pace.answerMs;
    }
    await link.changed(next - now, signal);
  }
}

/** Without the record that says so, the line belongs to any writer. */
const SPEAKS_MS = 3_000;

/** Until a record says that the line is the agent's again. */
async function untilBack(link: AgentLink, { id, evidence }: Begun, request: ConsoleRequest): Promise<void> {
  const { signal } = request;
  const lentAt = link.clock.now();
  let isOpen = false;
  const open = () => {
    if (isOpen) return;
    isOpen = true;
    request.onOpen((bytes) => link.sendRaw(bytes));
  };
  while (!link.closed && link.refusal(id) === undefined) {
    if (signal?.aborted) throw new InterruptedError();
    const records: NumberedRecord[] = link.sequence.takeInOrder();
    for (const record of records) evidence.take(record);
    if (records.some(isConsole)) open();
    const beyond = link.sequence.missing().length > 0;
    if (records.some((record) => !isConsole(record) && record.t !== 'start') || (beyond && isOpen)) return;
    if (link.clock.now() - lentAt >= SPEAKS_MS) open();
    await link.changed(isOpen ? NEVER_MS : SPEAKS_MS, signal);
  }
}

const isConsole = ({ t }: NumberedRecord): boolean => t === 'console';

/** As long as a timer may be. */
const NEVER_MS = 2 ** 31 - 1;

/** The words as the agent reads them: folder, environment, an empty word, arguments. */
export function encodeWords({ folder, environment, words }: CommandWords): Buffer {
  const variables = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  return Buffer.from([folder, ...variables, '', ...words].map((word) => `${word}\0`).join(''));
}
