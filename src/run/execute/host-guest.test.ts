import test from 'ava';
import { createTranscript } from '../../../fixtures/run/transcript.ts';
import type { CaseTranscript } from '../../console/agent/transcript.ts';
import { InfraError } from '../../errors.ts';
import type { KeptMachine } from '../../vm/kept/kept-record.ts';
import type { Guest } from '../../vm/guest.ts';
import { asRunGuest } from './host-guest.ts';

const REQUEST = { spec: 'one', program: 'area/program', case: 'c', timeoutMs: 1_000 };
const LOST = createTranscript({ ended: false, breakdown: { kind: 'connection-lost' } });

interface Ending {
  readonly transcript: CaseTranscript;
  /** The reason that QEMU gives for its end. */
  readonly reason?: string;
  readonly exitCode?: number;
}

/** Runs a case in a guest that leaves this transcript, then ends this way. */
async function runCase({ transcript, reason, exitCode = 0 }: Ending): Promise<CaseTranscript> {
  const guest = {
    session: { runCase: async () => transcript },
    qmp: {
      async nextEvent() {
        if (reason === undefined) throw new InfraError('QEMU is gone.', { code: 'QMP_CONNECTION_LOST' });
        return { event: 'SHUTDOWN', data: { guest: true, reason } };
      },
    },
    exited: Promise.resolve({ exitCode, signal: undefined }),
    complaints: 'qemu: oh no',
    delayedMs: () => 0,
  };
  return asRunGuest(guest as unknown as Guest, {} as KeptMachine, async () => []).runCase(REQUEST);
}

for (const [reason, how] of [
  ['guest-reset', 'reset'],
  ['guest-shutdown', 'powered-off'],
] as const) {
  test(`a guest of which QEMU says "${reason}" ended that way`, async (t) => {
    const { breakdown } = await runCase({ transcript: LOST, reason });
    t.deepEqual(breakdown, { kind: 'connection-lost', how });
  });
}

test('a guest that ended before QEMU could say why still counts as ended', async (t) => {
  t.deepEqual((await runCase({ transcript: LOST })).breakdown, { kind: 'connection-lost' });
});

test('a QEMU that ends with an error is a harness failure', async (t) => {
  const error = await t.throwsAsync(runCase({ transcript: LOST, exitCode: 1 }), { instanceOf: InfraError });
  t.is(error.code, 'VM_QEMU_DIED');
  t.is(error.detail, 'qemu: oh no');
});

test('a guest that is silent after a second boot has rebooted, and did not hang', async (t) => {
  const transcript = createTranscript({
    ended: false,
    breakdown: { kind: 'kernel-hung', afterMs: 5 },
    consoleText: '[    7.000000] kexec_core: Starting new kernel\n[    0.000000] Linux version 6.12.0 (x)\n',
  });
  t.deepEqual((await runCase({ transcript })).breakdown, { kind: 'rebooted' });
});

test('a program that hung is shown with the tasks that the kernel showed before it was killed', async (t) => {
  const transcript = createTranscript({
    breakdown: { kind: 'program-hung', afterMs: 5 },
    kernelLog: `[    1.000000] sysrq: Show State
[    1.100000] task:program         state:S stack:0     pid:30    tgid:30    ppid:28     flags:0x00000002
[    1.200000] Call Trace:
[    1.300000]  __do_sys_pause+0x29/0x34
`,
  });
  t.deepEqual(
    (await runCase({ transcript })).stacks?.map(({ of }) => of),
    ['The task program (30) was asleep'],
  );
});
