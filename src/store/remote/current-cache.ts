import { countOf } from '../../util/count-of.ts';
import type { CacheServer } from './cache-server.ts';
import type { BlobServer } from './http-store.ts';
import { RemoteCache } from './remote-cache.ts';

let current: RemoteCache | undefined;

/** The shared cache of this process, if it has one. */
export function sharedCache(): RemoteCache | undefined {
  return current;
}

/** Makes a server the shared cache of this process, or ends its use. `blobs` stands in for one that speaks HTTP. */
export function useSharedCache(server: CacheServer | undefined, blobs?: BlobServer): void {
  current = server === undefined ? undefined : new RemoteCache(server, {}, blobs);
}

/** How long the end of a command waits for what is still to be stored. */
const MOST_MS = 120_000;
/** A wait shorter than this is not mentioned. */
const SHORT_MS = 1_000;

/**
 * Waits, within bounds, until everything that this process made is stored in the shared cache, and says what the cache
 * did. Ctrl-C ends the wait.
 */
export async function closeSharedCache(say: (message: string) => void, signal?: AbortSignal): Promise<void> {
  const cache = current;
  current = undefined;
  if (cache === undefined) return;
  const timer = setTimeout(() => {
    say(`Storing ${countOf(cache.waiting, 'entry', 'entries')} in the shared cache ${cache.address}.`);
  }, SHORT_MS);
  const ends = [AbortSignal.timeout(MOST_MS), ...(signal === undefined ? [] : [signal])];
  await cache.settle(AbortSignal.any(ends));
  clearTimeout(timer);
  for (const message of cache.takeNotices()) say(message);
  const { taken, takenBytes, stored, storedBytes } = cache.traffic;
  if (taken + stored === 0) return;
  const moved = [
    ...(taken === 0 ? [] : [`gave ${countOf(taken, 'entry', 'entries')}, ${mebibytes(takenBytes)}`]),
    ...(stored === 0 ? [] : [`took ${countOf(stored, 'entry', 'entries')}, ${mebibytes(storedBytes)}`]),
  ];
  say(`The shared cache ${cache.address} ${moved.join(' and ')}.`);
}

const mebibytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MiB`;
