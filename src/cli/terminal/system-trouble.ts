import { readFileSync } from 'node:fs';
import { HostError } from '../../errors.ts';
import { hasErrorCode } from '../../util/has-error-code.ts';

/** What kgate takes to run one guest after the other; with 64 it does not get that far. */
const FILES_NEEDED = 128;

/** What the system refuses, in words. */
const REFUSALS: Readonly<Record<string, string>> = {
  EACCES: 'this user may not do that',
  EPERM: 'this user may not do that',
  EROFS: 'the file system is read-only',
  ENOTDIR: 'something above it is no folder',
  ELOOP: 'its links lead in a circle',
  ENAMETOOLONG: 'its name is too long',
};

/** Calls whose failing says that something cannot be made where nothing is. */
const MAKING: ReadonlySet<unknown> = new Set(['mkdir', 'mkdtemp']);

/**
 * What a host refuses where nobody expected it: a folder that cannot be written to, too few descriptors. Undefined for
 * every other error, which is kgate's own fault.
 */
export function describeSystemTrouble(error: unknown): HostError | undefined {
  if (hasErrorCode(error, 'EMFILE') || hasErrorCode(error, 'ENFILE'))
    return fewFilesError(openFilesLimit(), error);
  if (!(error instanceof Error) || !('code' in error) || !('path' in error) || !('syscall' in error))
    return undefined;
  const { code, path, syscall } = error;
  const missing = code === 'ENOENT' && MAKING.has(String(syscall));
  const reason = missing ? 'nothing can be made there' : REFUSALS[String(code)];
  if (reason === undefined) return undefined;
  return new HostError(`kgate cannot use ${String(path)}: ${reason} (${String(code)}, ${String(syscall)}).`, {
    code: 'HOST_PATH_UNUSABLE',
    hint: 'Give this user the folder, or run kgate in one of its own. KGATE_CACHE names another folder for what kgate builds.',
    cause: error,
  });
}

/** Throws where so few files may be open at once that nothing would come to an end. */
export function requireOpenFiles(): void {
  const limit = openFilesLimit();
  if (limit !== undefined && limit < FILES_NEEDED) throw fewFilesError(limit);
}

function fewFilesError(limit: number | undefined, cause?: unknown): HostError {
  const many = limit === undefined ? '' : `: ${limit}`;
  return new HostError(`Too few files may be open at once${many}.`, {
    code: 'HOST_FEW_FILES',
    hint: `Allow ${FILES_NEEDED} at least, and 1024 for several guests at once: ulimit -n 1024.`,
    cause,
  });
}

/** How many files may be open at once, for people. */
export function describeOpenFiles(): string {
  const limit = openFilesLimit();
  if (limit === undefined) return 'no limit is known';
  return limit < FILES_NEEDED ? `${limit}, which is too few: ulimit -n 1024` : `${limit} at once`;
}

/** The soft limit of this process, where it can be read. */
function openFilesLimit(): number | undefined {
  try {
    const found = /^Max open files\s+(\d+)/mu.exec(readFileSync('/proc/self/limits', 'utf8'));
    return found === null ? undefined : Number(found[1]);
  } catch {
    return undefined;
  }
}
