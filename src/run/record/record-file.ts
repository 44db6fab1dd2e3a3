import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import { UsageError } from '../../errors.ts';
import { displayPath } from '../../spec/diagnostic.ts';
import { checkValue, schemaProblems } from '../../spec/schema-problems.ts';
import { hasErrorCode } from '../../util/has-error-code.ts';
import { systemReason } from '../../util/system-reason.ts';
import { diskFullError, isDiskFull } from '../../util/disk-full.ts';

/** The content of a record file and the version that this kgate reads. */
export interface RecordKind<T> {
  /** For messages, such as "run record". */
  readonly name: string;
  readonly version: number;
  readonly schema: z.ZodType<T>;
}

/** Problems shown of a record that does not match its schema; the others follow from the same cause. */
const PROBLEMS_SHOWN = 8;

/** Every record states its version and its writer, no matter what else changes. */
const recordHead = z.object({ version: z.int(), kgate: z.string().optional() });

/** Reads a record, or `undefined` when there is no such file. Throws UsageError for one that cannot be trusted. */
export async function loadRecordFile<T>(path: string, kind: RecordKind<T>): Promise<T | undefined> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    if (hasErrorCode(cause, 'ENOENT') || hasErrorCode(cause, 'ENOTDIR')) return undefined;
    throw unreadable(path, kind.name, cause);
  });
  if (text === undefined) return undefined;
  await requireUnchanged(text, path, kind.name);
  return parseRecord(text, path, kind);
}

/** Writes a record in one step, and beside it a checksum as `sha256sum --check` reads it. */
export async function saveRecordFile(path: string, record: unknown): Promise<void> {
  const text = `${JSON.stringify(record, undefined, 2)}\n`;
  await writingRecord(path, text, async () => {
    // First, so that there is never a record without one.
    await writeFileAtomic(checksumOf(path), `${digest(text)}  ${basename(path)}\n`);
    await writeFileAtomic(path, text);
  });
}

/** The error for a disk that is full while a file of a run is written: names the folder and the size. */
export async function writingRecord(path: string, text: string, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (cause) {
    if (!isDiskFull(cause)) throw cause;
    const neededKiB = Math.ceil(Buffer.byteLength(text) / 1_024);
    throw diskFullError(
      `The disk is full: ${basename(path)} was not written to ${dirname(path)}; it takes ${neededKiB} KiB.`,
      {
        code: 'RECORD_DISK_FULL',
        hint: 'Free some space ("kgate prune" removes old runs) and run the command again. Nothing of this run is kept.',
        cause,
      },
    );
  }
}

const checksumOf = (path: string): string => `${path}.sha256`;

const digest = (text: string): string => createHash('sha256').update(text).digest('hex');

/** A record with one changed digit may still be valid, but of something that never happened. */
async function requireUnchanged(text: string, path: string, name: string): Promise<void> {
  const checksum = await readFile(checksumOf(path), 'utf8').catch(() => undefined);
  if (checksum === undefined || checksum.startsWith(digest(text))) return;
  throw new UsageError(`The ${name} ${displayPath(path)} is not what kgate wrote: its checksum differs.`, {
    code: 'RECORD_CHANGED',
    hint: `Rerun the command that made it. If it was changed on purpose, remove ${displayPath(checksumOf(path))}.`,
  });
}

function parseRecord<T>(text: string, path: string, kind: RecordKind<T>): T {
  const value = parseJson(text, path, kind.name);
  requireVersion(value, path, kind);
  const first = checkValue(kind.schema, value);
  if (first.success) return first.data;
  // Within a version, fields may be added: those of a newer kgate are ignored.
  const pruned = withoutUnknownKeys(value, first.error);
  const known = checkValue(kind.schema, pruned);
  if (known.success) return known.data;
  const issues = schemaProblems(kind.schema, pruned, known.error).map(
    ({ path: place, message }) => `${place.join('.') || '(top)'}: ${message}`,
  );
  throw new UsageError(`The file ${displayPath(path)} is not a whole ${kind.name}.`, {
    code: 'RECORD_BROKEN',
    detail: [
      ...issues.slice(0, PROBLEMS_SHOWN),
      ...(issues.length > PROBLEMS_SHOWN ? [`… and ${issues.length - PROBLEMS_SHOWN} more`] : []),
    ].join('\n'),
    hint: 'It was edited, or kgate did not write it. Rerun the command that made it.',
  });
}

function parseJson(text: string, path: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new UsageError(`The ${name} ${displayPath(path)} is not JSON.`, {
      code: 'RECORD_BROKEN',
      hint: 'kgate writes records whole or not at all: the file was changed or cut short afterwards.',
      cause,
    });
  }
}

function requireVersion(value: unknown, path: string, { name, version }: RecordKind<unknown>): void {
  const head = recordHead.safeParse(value);
  if (!head.success)
    throw new UsageError(`The file ${displayPath(path)} is not a ${name}: it does not state its version.`, {
      code: 'RECORD_BROKEN',
      hint: 'Name a run’s id, its folder, or the run.json that "kgate run" wrote.',
    });
  if (head.data.version === version) return;
  const writer = head.data.kgate === undefined ? 'another kgate' : `kgate ${head.data.kgate}`;
  const older = head.data.version < version;
  throw new UsageError(
    `The ${name} ${displayPath(path)} has version ${head.data.version}, written by ${writer}; this kgate reads version ${version}.`,
    {
      code: older ? 'RECORD_OLDER' : 'RECORD_NEWER',
      hint: older
        ? 'Rerun the command that made it.'
        : 'Read it with the kgate that wrote it, or a newer one.',
    },
  );
}

function withoutUnknownKeys(value: unknown, error: z.ZodError): unknown {
  const pruned: unknown = structuredClone(value);
  for (const issue of error.issues) {
    if (issue.code !== 'unrecognized_keys') continue;
    const place = issue.path.reduce<unknown>(
      (reached, step) => (isKeyed(reached) ? reached[String(step)] : undefined),
      pruned,
    );
    if (isKeyed(place)) for (const key of issue.keys) delete place[key];
  }
  return pruned;
}

const isKeyed = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

function unreadable(path: string, name: string, cause: unknown): UsageError {
  return new UsageError(`The ${name} ${displayPath(path)} cannot be read: ${systemReason(cause)}.`, {
    code: 'RECORD_UNREADABLE',
    cause,
  });
}
