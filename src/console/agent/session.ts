import type { Clock } from '../../util/clock.ts';
import type { CommandRequest, ConsoleRequest } from './command-request.ts';
import type { Pace } from './pace.ts';
import type { CaseTranscript } from './transcript.ts';

/** A conversation with one guest's agent over its serial console. It does not own the stream. */
export interface AgentSession extends Disposable {
  /** Waits for the agent's `ready`, which it repeats each second until it is greeted. */
  waitForReady(wait: Wait): Promise<Reply<GuestFacts>>;
  /** Gives the guest its nonce and a secret; records count from 1 again. Comes before the first case. */
  greet(nonce: string, wait: Wait, chaos?: Chaos): Promise<Reply<Greeting>>;
  /**
   * Runs one case to its end, its deadline, or the end of the connection. The transcript has whatever the guest does.
   */
  runCase(request: CaseRequest): Promise<CaseTranscript>;
  /** Runs a command of the host's, like a case but for what it reads and prints. */
  runCommand(request: CommandRequest): Promise<CaseTranscript>;
  /** Gives a command the serial line as its terminal, until it ends; nothing else can be asked meanwhile. */
  openConsole(request: ConsoleRequest): Promise<CaseTranscript>;
  /**
   * The kernel log since boot as in `/dev/kmsg`, one message per line with its level; lines that programs wrote are
   * left out. `undefined` if it did not arrive complete.
   */
  readKernelLog(wait: Wait): Promise<string | undefined>;
  /** Whether the agent is alive: it answers at any time, even while a program runs. */
  ping(wait: Wait): Promise<Reply<Pong>>;
  /** Waits until everything that the agent was asked has been answered, however often it was asked: the line is quiet. */
  untilQuiet(wait: Wait): Promise<Reply<Pong>>;
  /** Everything so far that is not a record: kernel and firmware text, and damaged records as they came. */
  readonly consoleText: string;
  /** True once the stream has ended or failed. */
  readonly closed: boolean;
  readonly counts: SessionCounts;
}

export interface SessionOptions {
  /** Receives console text as it comes, decoded; must not throw. */
  readonly onConsoleText?: ((text: string) => void) | undefined;
  /** How many times slower than the reference machine the guest is (see `slownessOf`). Every wait is scaled by it here, and nowhere else. */
  readonly slowness?: number | undefined;
  /** The host's own by default. */
  readonly clock?: Clock | undefined;
  /** Waits to override those that follow from the slowness. */
  readonly pace?: Partial<Pace> | undefined;
}

/** Damage for the agent to do to its own line, to see what happens to cases; see docs/protocol.md. */
export interface Chaos {
  /** For this many lines in a thousand, and for overlooked commands. */
  readonly perMille: number;
  /** The same seed does the same damage to the same lines. */
  readonly seed: number;
}

/** A bound of one wait. An abort rejects with InterruptedError. */
export interface Wait {
  readonly deadlineMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** The result of a bounded question to the guest. */
export type Reply<T> =
  | { readonly kind: 'answered'; readonly value: T; readonly afterMs: number }
  | { readonly kind: 'silent'; readonly afterMs: number }
  | { readonly kind: 'connection-lost'; readonly afterMs: number };

/** What the agent says about its guest after boot. */
export interface GuestFacts {
  readonly release: string;
  /** GNU build id in hex; empty if the kernel has none. */
  readonly buildId: string;
  readonly cpus: number;
  /** Guest time from the kernel's start to the agent's. */
  readonly bootMs: number;
  readonly pageSize: number;
  /** Nanoseconds that the agent's fixed loop took. */
  readonly speedNs: number;
  /** Memory available to programs before the agent started any; absent if the kernel does not say. */
  readonly availableKiB?: number | undefined;
}

/** The agent's answer to a greeting. */
export interface Greeting {
  readonly release: string;
  readonly buildId: string;
}

/** The agent's answer to a ping. */
export interface Pong {
  /** Number of the last record the agent sent. */
  readonly last: number;
}

/** One case to run. */
export interface CaseRequest {
  /** Path below guests/programs without `.c`: the guest's `/programs/<program>`. */
  readonly program: string;
  readonly case: string;
  /**
   * As in the spec. Scaled by the guest's slowness, then enforced in the guest; the host waits somewhat longer before
   * it decides itself.
   */
  readonly timeoutMs: number;
  /** 32 bytes in hex that the guest's kernel mixes into its random numbers. */
  readonly seed?: string | undefined;
  /** Sees where a signal strikes the program, which can tell that it is traced: not for a case that is judged. */
  readonly follow?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** How the line behaved: for a run's diagnostics, and for tests. */
export interface SessionCounts {
  /** Records that arrived whole, were this session's, and were new. */
  readonly records: number;
  readonly duplicates: number;
  /** Stretches that began like a record but were not. */
  readonly damaged: number;
  /** Whole records that are not this session's, or of a kind unknown to the protocol. */
  readonly foreign: number;
  /** Those among them that claim to be the agent's. */
  readonly forged: number;
  /** How often records were asked for again. */
  readonly resends: number;
}
