import { setTimeout as delay } from 'node:timers/promises';
import { findSplats } from '../../console/splats/find-splats.ts';
import { InfraError, InterruptedError } from '../../errors.ts';
import { bounded } from '../../vm/bounded.ts';
import { describeExit } from '../../vm/qemu/qemu-failure.ts';
import { examineHang } from '../../vm/hang/examine-hang.ts';
import type { Guest } from '../../vm/guest.ts';
import { decodeReply, type Reply } from './decode-reply.ts';
import type { GuestSupply } from './open-supply.ts';
import { openSharedWindow, type SharedWindow } from './shared-window.ts';
import { seriousTaint, titleOfTaint, type Trouble } from './trouble.ts';
import { SLOTS } from './window.ts';

/** What became of a request. */
export type Answered =
  | { readonly kind: 'replied'; readonly reply: Reply }
  /** The guest is of no more use. Requests behind the first that is lost have probably not run. */
  | { readonly kind: 'lost'; readonly trouble: Trouble };

/** A guest in which an executor waits for batches. */
export interface FuzzGuest extends AsyncDisposable {
  /** The executor's operations. */
  readonly numbers: ReadonlyMap<string, number>;
  /** Whether it can still be used. */
  readonly isUsable: boolean;
  /** Requests that may still be posted before one has to be awaited. */
  readonly room: number;
  /** Posts a request. Requests are carried out one after the other. Throws InfraError where the harness failed. */
  run(request: Buffer): Promise<Answered>;
}

/** An executor that has been told its case is ready within milliseconds, on the machine that timeouts are for. */
const READY_MS = 30_000;
/** A batch takes some ten milliseconds. */
const STUCK_MS = 15_000;
const ANSWER_MS = 10_000;
const LOOK_MS = 1;
/** How often the console is looked at, in looks; it is read from the first byte on. */
const CONSOLE_LOOKS = 50;
/** A report is complete when the console has been quiet for so long. */
const QUIET_MS = 300;
/** A case that never ends. */
const ENDLESS_MS = 2 ** 31 - 1;
const EXIT_MS = 10_000;

/** Clones a guest and starts the executor in it. */
export async function startFuzzGuest(supply: GuestSupply, signal: AbortSignal): Promise<FuzzGuest> {
  await using resources = new AsyncDisposableStack();
  const { guest, memoryFile } = resources.use(await supply.clone(signal));
  const window = resources.use(openSharedWindow(memoryFile, supply.windowAt));
  const over = new AbortController();
  const either = AbortSignal.any([signal, over.signal]);
  const ended = serve(guest, supply, either);
  const numbers = await awaitNames(window, ended, READY_MS * supply.slowness, either);
  const requests = new Requests(guest, supply, window, ended, either);
  resources.defer(async () => {
    over.abort();
    await ended;
  });
  const owned = resources.move();
  return {
    numbers,
    get isUsable() {
      return requests.isUsable;
    },
    get room() {
      return requests.room;
    },
    run: (request) => requests.run(request),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** How the executor's case ended, which it never does by itself. */
interface Ended {
  readonly fault: string;
}

/** Runs the executor, until the guest is gone or the signal fires. */
async function serve(guest: Guest, { slowness }: GuestSupply, signal: AbortSignal): Promise<Ended> {
  try {
    const timeoutMs = ENDLESS_MS / slowness / 2;
    const transcript = await guest.session.runCase({ program: 'executor', case: 'serve', timeoutMs, signal });
    return { fault: transcript.fault ?? transcript.stderr };
  } catch (error) {
    if (error instanceof InterruptedError) return { fault: '' };
    throw error;
  }
}

async function awaitNames(
  window: SharedWindow,
  ended: Promise<Ended>,
  readyMs: number,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, number>> {
  const began = performance.now();
  let fault: string | undefined;
  void ended.then((how) => (fault = how.fault));
  for (;;) {
    if (signal.aborted) throw new InterruptedError();
    const names = window.readNames();
    if (names !== undefined) return names;
    if (fault !== undefined || performance.now() - began > readyMs)
      throw new InfraError(
        `The executor does not come up${fault === undefined ? '' : `: ${fault.trim()}`}.`,
        {
          code: 'FUZZ_EXECUTOR_FAILED',
          hint: 'It needs /dev/mem, CONFIG_DEVMEM, in the guest.',
        },
      );
    await delay(LOOK_MS, undefined, { signal }).catch(() => {});
  }
}

/** Requests under way in one guest. */
class Requests {
  readonly #guest: Guest;
  readonly #supply: GuestSupply;
  readonly #window: SharedWindow;
  readonly #signal: AbortSignal;
  #posted = 0;
  #taken = 0;
  #consoleLength: number;
  #trouble: Promise<Trouble> | undefined;
  #hasEnded = false;
  /** Requests are looked after one at a time, in their order. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    guest: Guest,
    supply: GuestSupply,
    window: SharedWindow,
    ended: Promise<Ended>,
    signal: AbortSignal,
  ) {
    this.#guest = guest;
    this.#supply = supply;
    this.#window = window;
    this.#signal = signal;
    this.#consoleLength = guest.consoleLog.length;
    void ended.then(() => (this.#hasEnded = true));
  }

  get isUsable(): boolean {
    return this.#trouble === undefined;
  }

  get room(): number {
    return SLOTS - (this.#posted - this.#taken);
  }

  run(request: Buffer): Promise<Answered> {
    const number = this.#posted;
    this.#window.post(number, request);
    this.#posted += 1;
    const answered = this.#last.then(() => this.#await(number));
    this.#last = answered.catch(() => {});
    return answered;
  }

  async #await(number: number): Promise<Answered> {
    let waitedFrom = performance.now();
    let finished = this.#window.finished;
    for (let looks = 0; finished <= number; looks += 1) {
      if (this.#signal.aborted) throw new InterruptedError();
      if (this.#trouble === undefined && looks % CONSOLE_LOOKS === CONSOLE_LOOKS - 1) this.#lookAtConsole();
      if (this.#hasEnded) this.#trouble ??= this.#explainEnd();
      if (performance.now() - waitedFrom > STUCK_MS * this.#supply.slowness)
        this.#trouble ??= this.#explainHang();
      if (this.#trouble !== undefined) return this.#lose();
      await delay(LOOK_MS);
      const now = this.#window.finished;
      if (now !== finished) waitedFrom = performance.now();
      finished = now;
    }
    const reply = decodeReply(this.#window.readReply(number));
    this.#taken += 1;
    this.#lookAtConsole();
    const taint = reply.kind === 'done' ? seriousTaint(reply.taint) : 0n;
    if (taint !== 0n) this.#trouble ??= this.#explainTaint(taint);
    return this.#trouble === undefined ? { kind: 'replied', reply } : this.#lose();
  }

  async #lose(): Promise<Answered> {
    const trouble = await (this.#trouble ?? this.#explainHang());
    return { kind: 'lost', trouble };
  }

  /** Whether the kernel has said something that it must not. */
  #lookAtConsole(): void {
    const { consoleLog } = this.#guest;
    if (consoleLog.length === this.#consoleLength) return;
    this.#consoleLength = consoleLog.length;
    if (findSplats(consoleLog).length > 0) this.#trouble ??= this.#explainTaint(0n);
  }

  async #explainTaint(taint: bigint): Promise<Trouble> {
    await this.#untilQuiet();
    const console = this.#guest.consoleLog;
    const splats = findSplats(console);
    const [first] = splats;
    return {
      kind: first === undefined ? 'taint' : 'splat',
      title: first?.title ?? titleOfTaint(Number(taint)),
      splats,
      console,
      stacks: [],
    };
  }

  async #untilQuiet(): Promise<void> {
    let length = -1;
    while (length !== this.#guest.consoleLog.length && !this.#signal.aborted) {
      ({ length } = this.#guest.consoleLog);
      await delay(QUIET_MS, undefined, { signal: this.#signal }).catch(() => {});
    }
  }

  /** The executor's case is over: the guest is gone, or the executor is. */
  async #explainEnd(): Promise<Trouble> {
    if (this.#signal.aborted) throw new InterruptedError();
    if (!this.#guest.session.closed)
      throw new InfraError('The executor ended while it had something to do.', {
        code: 'FUZZ_EXECUTOR_FAILED',
        detail: this.#guest.consoleLog.slice(-2_000),
      });
    const exit = await bounded('waiting for the end of QEMU', this.#guest.exited, { deadlineMs: EXIT_MS });
    const console = this.#guest.consoleLog;
    const splats = findSplats(console);
    if (exit.exitCode !== 0 && splats.length === 0)
      throw new InfraError(`QEMU ended ${describeExit(exit)} while programs were running.`, {
        code: 'VM_QEMU_DIED',
        detail: this.#guest.complaints,
      });
    const [first] = splats;
    return {
      kind: first === undefined ? 'died' : 'splat',
      title: first?.title ?? 'the guest reset itself',
      splats,
      console,
      stacks: [],
    };
  }

  async #explainHang(): Promise<Trouble> {
    const pong = await this.#guest.session.ping({ deadlineMs: ANSWER_MS, signal: this.#signal });
    const { processors, consoleText } = await examineHang(this.#guest, this.#supply.kernel, {
      signal: this.#signal,
    });
    const console = this.#guest.consoleLog + consoleText;
    const splats = findSplats(console);
    const [first] = splats;
    const hung = pong.kind === 'answered' ? 'program-hung' : 'kernel-hung';
    return {
      kind: first === undefined ? hung : 'splat',
      title: first?.title ?? (hung === 'program-hung' ? 'a process does not go on' : 'the kernel hangs'),
      splats,
      console,
      stacks: processors,
    };
  }
}
