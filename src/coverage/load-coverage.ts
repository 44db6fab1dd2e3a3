import { join } from 'node:path';
import { loadRecordFile } from '../run/record/record-file.ts';
import {
  COVERAGE_FILE,
  COVERAGE_RECORD_VERSION,
  coverageRecordSchema,
  type CoverageRecord,
} from './coverage-record.ts';

/** The coverage of the run in a folder, or `undefined` when it counted none. Throws UsageError for a broken record. */
export async function loadCoverage(runFolder: string): Promise<CoverageRecord | undefined> {
  return loadRecordFile(join(runFolder, COVERAGE_FILE), {
    name: 'coverage record',
    version: COVERAGE_RECORD_VERSION,
    schema: coverageRecordSchema,
  });
}
