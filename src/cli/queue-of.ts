import type { EventSink } from '../events.ts';
import { openQueue, type OpenQueue, type OpenQueueOptions } from '../queue/submit/open-queue.ts';
import type { CommandContext } from './context.ts';

/** The queue that `--queue` names, if it was given. */
export async function queueOf(
  address: string | undefined,
  about: Pick<OpenQueueOptions, 'project' | 'kernels' | 'local'>,
  { signal, version }: CommandContext,
  sink: EventSink,
): Promise<OpenQueue | undefined> {
  if (address === undefined) return undefined;
  const onNotice = (message: string) => sink({ type: 'noticed', message });
  return openQueue({ address, ...about, version, signal, onNotice });
}
