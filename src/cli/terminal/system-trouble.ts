import { readFileSync } from 'node:fs';
import { HostError } from '../../errors.ts';
import { hasErrorCode } from '../../util/has-error-code.ts';
import { SYSTEM_WORDS } from '../../util/system-reason.ts';

/** What kgate needs to run one guest after the other; 64 is too few. */
const FILES_NEEDED = 128;

/** Errors that say that a path cannot be used at all, whatever kgate wants there. */
const REFUSALS: ReadonlySet<string> = new Set([
  'EACCES',
  'EPERM',
  'EROFS',
  'ENOTDIR',
  'ELOOP',
  'ENAMETOOLONG',
]);

/** Calls that fail if something cannot be created. */
const MAKING: ReadonlySet<unknown> = new Set(['mkdir', 'mkdtemp']);

/**
 * Unexpected errors that are the host's fault: a folder that cannot be written to, too few descriptors. Undefined for
 * any other error, which is kgate's own fault.
 */
export function describeSystemTrouble(error: unknown): HostError | undefined {
  if (hasErrorCode(error, 'EMFILE') || hasErrorCode(error, 'ENFILE'))
    return fewFilesError(openFilesLimit(), error);
  if (!(error instanceof Error) || !('code' in error) || !('path' in error) || !('syscall' in error))
    return undefined;
  const { code, path, syscall } = error;
  const missing = code === 'ENOENT' && MAKING.has(String(syscall));
  const reason = missing
    ? 'nothing can be created there'
    : REFUSALS.has(String(code))
      ? SYSTEM_WORDS[String(code)]
      : undefined;
  if (reason === undefined) return undefined;
  return new HostError(`kgate cannot use ${String(path)}: ${reason} (${String(code)}, ${String(syscall)}).`, {
    code: 'HOST_PATH_UNUSABLE',
    hint: 'Give this user the folder, or run kgate in a folder it may write to. KGATE_CACHE names another folder for what kgate builds.',
    cause: error,
  });
}

/** Throws if the limit on open files is too low for anything to finish. */
export function requireOpenFiles(): void {
  const limit = openFilesLimit();
  if (limit !== undefined && limit < FILES_NEEDED) throw fewFilesError(limit);
}

function fewFilesError(limit: number | undefined, cause?: unknown): HostError {
  const many = limit === undefined ? '' : `: ${limit}`;
  return new HostError(`The limit on open files is too low${many}.`, {
    code: 'HOST_FEW_FILES',
    hint: `Allow at least ${FILES_NEEDED}, and 1024 for several guests at once: ulimit -n 1024.`,
    cause,
  });
}

/** The limit on open files, for people. */
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
