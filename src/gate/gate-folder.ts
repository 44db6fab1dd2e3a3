import { join } from 'node:path';
import { saveRecordFile } from '../run/record/record-file.ts';
import type { RunFolder } from '../run/record/run-folder.ts';
import type { GateRecord } from './gate-record.ts';

/** The gate's record within a run's folder. */
export const GATE_FILE = 'gate.json';

/** Writes `gate.json` beside `run.json`, in one step. */
export async function saveGateRecord(folder: RunFolder, record: GateRecord): Promise<void> {
  await saveRecordFile(join(folder.path, GATE_FILE), record);
}
