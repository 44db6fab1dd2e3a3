import type { EventSink } from '../events.ts';
import { connectQueue, type QueueConnection } from '../queue/redis/connection.ts';
import { parseQueueAddress } from '../queue/redis/queue-address.ts';
import { openQueue, type OpenQueue, type OpenQueueOptions } from '../queue/submit/open-queue.ts';
import type { CommandContext } from './context.ts';

/** A connection to the queue that `--queue` names, if it was given: what is wrong with it is said before anything is built. */
export async function connectTo(
  address: string | undefined,
  sink: EventSink,
  { signal }: CommandContext,
): Promise<QueueConnection | undefined> {
  if (address === undefined) return undefined;
  const onNotice = (message: string) => sink({ type: 'noticed', message });
  return connectQueue(parseQueueAddress(address), { signal, onNotice });
}

/** The queue behind a connection, for one command. */
export async function queueOn(
  connection: QueueConnection | undefined,
  { sink, ...about }: Pick<OpenQueueOptions, 'project' | 'kernels' | 'local'> & { readonly sink: EventSink },
  { signal, version }: CommandContext,
): Promise<OpenQueue | undefined> {
  if (connection === undefined) return undefined;
  const onNotice = (message: string) => sink({ type: 'noticed', message });
  return openQueue({ connection, ...about, version, signal, onNotice });
}
