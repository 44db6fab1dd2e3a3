import { join } from 'node:path';
import { z } from 'zod';
import { ARCH_NAMES } from '../arch/architectures.ts';
import { loadRecordFile, saveRecordFile } from '../run/record/record-file.ts';
import type { RunFolder } from '../run/record/run-folder.ts';

/** Raised whenever a field changes its meaning or goes away. */
export const PROOF_RECORD_VERSION = 1;

/** The record's file, beside `run.json`. */
export const PROOF_FILE = 'proof.json';

/** What may be expected of a reproducer: that the series mends what it shows, or that the series brings it. */
export const EXPECTED_PROOFS = ['fires-on-base', 'fires-on-patched'] as const;

const side = z.strictObject({
  /** How often it was run to an end that says something, and how often it fired. */
  runs: z.int().min(0),
  fired: z.int().min(0),
  /** Runs that were lost with the harness. */
  lost: z.int().min(0),
  /** Why a kernel ran nothing: it does not boot. */
  problem: z.string().optional(),
  /** What was seen, each with how often; the most frequent first. */
  seen: z.array(z.strictObject({ what: z.string(), times: z.int().min(1) })),
  /** The lines of the first splat. */
  splat: z.array(z.string()).optional(),
});

/** Schema of `proof.json`. */
export const proofRecordSchema = z.strictObject({
  version: z.literal(PROOF_RECORD_VERSION),
  id: z.string(),
  kgate: z.string(),
  started: z.iso.datetime(),
  ms: z.number(),
  reproducer: z.strictObject({ name: z.string(), sha256: z.string(), seconds: z.int(), cpus: z.int() }),
  series: z.strictObject({
    title: z.string(),
    version: z.int().min(1),
    origin: z.string(),
    messageId: z.string().optional(),
  }),
  base: z.strictObject({ kernel: z.string(), chosen: z.string() }),
  patched: z.strictObject({ kernel: z.string() }),
  /** How many runs each kernel was to have. */
  runs: z.int().min(1),
  arches: z.array(
    z.strictObject({
      arch: z.enum(ARCH_NAMES),
      release: z.string(),
      /** The source of the base as its distributor names it. */
      source: z.string().optional(),
      compiler: z.string(),
      buildId: z.strictObject({ base: z.string(), patched: z.string() }),
      /** QEMU's version, and how it executed the guests. */
      emulator: z.string(),
      base: side,
      patched: side,
      /** How probable a difference like this is by chance: Fisher's exact test, one-sided. */
      chance: z.number(),
    }),
  ),
  expected: z.enum(EXPECTED_PROOFS).optional(),
  verdict: z.enum(['answered', 'as-expected', 'not-as-expected', 'undecided', 'interrupted']),
  /** One sentence each. */
  reasons: z.array(z.string()),
});

/** What a reproducer does on two kernels. */
export type ProofRecord = z.infer<typeof proofRecordSchema>;
export type ExpectedProof = (typeof EXPECTED_PROOFS)[number];
/** What it does on one of them, on one architecture. */
export type ProofSide = z.infer<typeof side>;
export type ProofVerdict = ProofRecord['verdict'];

export async function saveProof(folder: RunFolder, record: ProofRecord): Promise<void> {
  await saveRecordFile(join(folder.path, PROOF_FILE), record);
}

/** The proof in a run's folder, or `undefined` where there is none. */
export function loadProof(folder: string): Promise<ProofRecord | undefined> {
  const kind = { name: 'proof', version: PROOF_RECORD_VERSION, schema: proofRecordSchema };
  return loadRecordFile(join(folder, PROOF_FILE), kind);
}
