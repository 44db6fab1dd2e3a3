import { randomBytes } from 'node:crypto';
import { InfraError } from '../../errors.ts';
import type { Guest, GuestWait } from '../guest.ts';
import { describeExit, qemuEvidence, exitSoon } from '../qemu/qemu-failure.ts';
import type { StartedGuest } from './start-guest.ts';

/** An answer takes milliseconds, or a few hundred of them on an overloaded host. */
const GREET_MS = 10_000;
/** Gives a guest its nonce. A guest that does not answer is an InfraError. */
export async function greetGuest(
  started: StartedGuest,
  origin: Guest['origin'],
  askedAt: number,
  { signal }: GuestWait,
): Promise<Guest> {
  const { qemu, session } = started;
  const answer = await session.greet(randomBytes(8).toString('hex'), { deadlineMs: GREET_MS, signal });
  if (answer.kind !== 'answered') {
    const exit = answer.kind === 'silent' ? qemu.exit : await exitSoon(qemu);
    const why =
      answer.kind === 'silent'
        ? `The guest did not answer in ${Math.round(answer.afterMs)} ms`
        : `The guest’s console closed${exit === undefined ? '' : `: QEMU ended ${describeExit(exit)}`}`;
    throw new InfraError(`${why} (${origin}).`, {
      code: 'VM_GUEST_SILENT',
      detail: `${qemuEvidence(qemu)}\n${session.consoleText.slice(-2_000)}`.trim(),
    });
  }
  return {
    session,
    qmp: qemu.qmp,
    sendSysRq: (key) => started.sendSysRq(key),
    origin,
    get consoleLog() {
      return session.consoleText;
    },
    exited: qemu.exited,
    get complaints() {
      return qemu.complaints;
    },
    delayedMs: () => qemu.delayedMs(),
    startMs: performance.now() - askedAt,
    [Symbol.asyncDispose]: () => started[Symbol.asyncDispose](),
  };
}
