import { join } from 'node:path';
import { digestFile, digestOf, type Digest } from './digest.ts';
import { readDigests } from './entry-seal.ts';
import { sharedCache } from './remote/current-cache.ts';
import type { FileDigests } from './remote/entry-head.ts';
import type { SharedName } from './remote/remote-cache.ts';

/** How the entries of a store are shared between machines. */
export interface Sharing {
  /** How long to wait for one, in milliseconds: about as long as making it takes. */
  readonly withinMs: number;
}

/** What the maker of an entry knows about sharing it. */
export interface ShareOptions {
  readonly signal?: AbortSignal | undefined;
  /** Told what is wrong with the shared cache, each thing once. */
  readonly onNotice?: ((message: string) => void) | undefined;
  /** What the content depends on besides its key when it comes from another machine. */
  readonly scene?: () => Promise<unknown>;
}

/** An entry of a store that may be shared. */
export interface ShareableEntry extends ShareOptions {
  readonly store: string;
  readonly format: number;
  readonly key: Digest;
  readonly sharing: Sharing | undefined;
}

/** Whether there is a cache to share an entry through. */
export const canShare = ({ sharing }: ShareableEntry): boolean =>
  sharing !== undefined && sharedCache() !== undefined;

/** Fetches an entry from the shared cache into a folder that does not exist yet; see RemoteCache.take. */
export async function takeShared(entry: ShareableEntry, folder: string): Promise<FileDigests | undefined> {
  const cache = sharedCache();
  if (cache === undefined || entry.sharing === undefined) return undefined;
  const { signal, sharing } = entry;
  const taken = await cache.take(await nameOf(entry), folder, { withinMs: sharing.withinMs, signal });
  tellNotices(entry);
  return taken;
}

/** Notes that a fetched entry cannot be used. */
export async function rejectShared(entry: ShareableEntry, why: string): Promise<void> {
  sharedCache()?.reject(await nameOf(entry), why);
  tellNotices(entry);
}

/** Has a sealed entry stored in the shared cache in the background, unless it is there. */
export async function offerShared(entry: ShareableEntry, folder: string): Promise<void> {
  const cache = sharedCache();
  if (cache === undefined || entry.sharing === undefined) return;
  cache.offer(await nameOf(entry), folder, () => Promise.resolve(readDigests(folder)));
  tellNotices(entry);
}

/** Has a file stored as an entry of its own, in place of what the shared cache has. */
export async function replaceShared(entry: ShareableEntry, folder: string, file: string): Promise<void> {
  const digests = async () => new Map([[file, await digestFile(join(folder, file))]]);
  sharedCache()?.offer(await nameOf(entry), folder, digests, { replaces: true });
  tellNotices(entry);
}

function tellNotices({ onNotice }: ShareOptions): void {
  if (onNotice === undefined) return;
  for (const message of sharedCache()?.takeNotices() ?? []) onNotice(message);
}

async function nameOf({ store, format, key, scene }: ShareableEntry): Promise<SharedName> {
  return { store, key: digestOf([format, key, scene === undefined ? null : await scene()]) };
}
