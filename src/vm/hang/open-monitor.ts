import { bounded } from '../bounded.ts';
import type { QmpClient } from '../qemu/qmp-client.ts';
import type { GuestWait } from '../guest.ts';
import { MONITOR_MS } from './examine-hang.ts';

/** Opens the conversation with the monitor of a machine that was booted. A clone's is open: its state came that way. */
export async function openMonitor(qmp: QmpClient, { signal }: GuestWait): Promise<void> {
  await bounded('opening QEMU’s monitor', qmp.execute('qmp_capabilities'), {
    deadlineMs: MONITOR_MS,
    signal,
  });
}
