import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { UsageError } from '../../errors.ts';
import type { Batch } from '../generate/draw-batch.ts';
import type { Operation } from '../language/operation.ts';
import { readProgram } from '../language/program-file.ts';
import { findingSchema, type Finding } from './finding.ts';
import { findingCheck, type FindingCheck } from './finding-check.ts';
import { FINDING_FILES } from './write-finding.ts';

/** A finding that was recorded. */
export interface LoadedFinding {
  readonly finding: Finding;
  readonly batch: Batch;
}

/** Reads the folder of a finding. Throws UsageError where it is none. */
export async function loadFinding(folder: string, operations: readonly Operation[]): Promise<LoadedFinding> {
  const parsed = findingSchema.safeParse(await readJson(folder, FINDING_FILES.finding));
  if (!parsed.success) throw notAFinding(folder, z.prettifyError(parsed.error));
  const programs = z
    .array(z.unknown())
    .min(1)
    .safeParse(await readJson(folder, FINDING_FILES.program));
  if (!programs.success) throw notAFinding(folder, z.prettifyError(programs.error));
  return { finding: parsed.data, batch: programs.data.map((one) => readProgram(one, operations)) };
}

/** Reads what a finding's program is checked for. Throws UsageError where there is nothing. */
export async function loadCheck(folder: string): Promise<FindingCheck> {
  const parsed = findingCheck.safeParse(await readJson(folder, FINDING_FILES.check));
  if (!parsed.success) throw notAFinding(folder, z.prettifyError(parsed.error));
  return parsed.data;
}

async function readJson(folder: string, name: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(join(folder, name), 'utf8')) as unknown;
  } catch (error) {
    throw notAFinding(folder, error instanceof Error ? error.message : String(error));
  }
}

const notAFinding = (folder: string, detail: string): UsageError =>
  new UsageError(`${folder} is not the folder of a finding.`, {
    code: 'FUZZ_FINDING_INVALID',
    hint: 'Give a folder that "kgate fuzz" wrote, such as .kgate/fuzz/…/finding-1.',
    detail,
  });
