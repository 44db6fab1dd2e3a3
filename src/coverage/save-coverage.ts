import { join } from 'node:path';
import { saveRecordFile } from '../run/record/record-file.ts';
import type { RunFolder } from '../run/record/run-folder.ts';
import { COVERAGE_FILE, coverageRecordSchema, type CoverageRecord } from './coverage-record.ts';

/** Writes `coverage.json` beside `run.json`, in one step. */
export async function saveCoverage(run: RunFolder, record: CoverageRecord): Promise<void> {
  await saveRecordFile(join(run.path, COVERAGE_FILE), coverageRecordSchema.parse(record));
}
