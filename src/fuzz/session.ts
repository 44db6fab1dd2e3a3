import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import { UsageError } from '../errors.ts';

export const SESSION_VERSION = 1;

/** The zod schema of session.json. */
const sessionSchema = z.strictObject({
  version: z.literal(SESSION_VERSION),
  profile: z.string(),
  seed: z.int(),
  /** The kernel's id. */
  kernel: z.string(),
  /** Batches of the seed that ran: those below this number. */
  batches: z.int().nonnegative(),
  programs: z.int().nonnegative(),
  ms: z.number().nonnegative(),
  /** What was found, or came to nothing else than that, by signature. */
  known: z.array(z.string()),
});

/** How far a run of the fuzzer came, so that another goes on from there. */
export type Session = z.infer<typeof sessionSchema>;

const SESSION_FILE = 'session.json';

export async function saveSession(folder: string, session: Session): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFileAtomic(join(folder, SESSION_FILE), `${JSON.stringify(session, undefined, 2)}\n`);
}

/** Reads the session of a folder. Throws UsageError where there is none. */
export async function loadSession(folder: string): Promise<Session> {
  let detail: string;
  try {
    const parsed = sessionSchema.safeParse(JSON.parse(await readFile(join(folder, SESSION_FILE), 'utf8')));
    if (parsed.success) return parsed.data;
    detail = z.prettifyError(parsed.error);
  } catch (error) {
    detail = error instanceof Error ? error.message : String(error);
  }
  throw new UsageError(`${folder} has no run of the fuzzer that could go on.`, {
    code: 'FUZZ_SESSION_INVALID',
    hint: 'Give a folder that "kgate fuzz" wrote, such as .kgate/fuzz/20261130-112500-7.',
    detail,
  });
}
