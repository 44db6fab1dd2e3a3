import type { QmpClient } from './qmp-client.ts';
import { InfraError } from '../../errors.ts';

/** Leave out memory backed by a separate file, and report progress. The same on both sides. */
const CAPABILITIES = ['x-ignore-shared', 'events'].map((capability) => ({ capability, state: true }));

/** Opens the conversation with a monitor that is about to transfer a guest's state. */
export async function prepareMigration(qmp: QmpClient): Promise<void> {
  await Promise.all([
    qmp.execute('qmp_capabilities'),
    qmp.execute('migrate-set-capabilities', { capabilities: CAPABILITIES }),
  ]);
}

/** Waits for the end of the transfer that the next commands start. */
export async function migrationEnd(qmp: QmpClient): Promise<void> {
  const end = await qmp.nextEvent(
    ({ event, data }) =>
      event === 'MIGRATION' && (data['status'] === 'completed' || data['status'] === 'failed'),
  );
  if (end.data['status'] === 'completed') return;
  const info = (await qmp.execute('query-migrate')) as { readonly 'error-desc'?: string } | undefined;
  throw new InfraError(
    `QEMU could not transfer the guest’s state: ${info?.['error-desc'] ?? 'no reason given'}.`,
    {
      code: 'VM_MIGRATION_FAILED',
    },
  );
}
