import type { NumberedRecord } from './record.ts';

/** Consecutive numbers, both ends included. */
export interface NumberRange {
  readonly from: number;
  readonly to: number;
}

/** Puts numbered records in order, and knows which are missing. */
export interface RecordSequence {
  /** False if the record was already there. */
  add(record: NumberedRecord): boolean;
  /** Takes the records that are next in order and have not been taken. */
  takeInOrder(): NumberedRecord[];
  /** Takes records beyond gaps that will never be filled. */
  takeRest(): NumberedRecord[];
  /** Notes that the agent has sent everything up to this number. */
  expectUpTo(number: number): void;
  /** Gaps below the highest number known. */
  missing(): NumberRange[];
  /** Every record up to this number has arrived. */
  readonly completeUpTo: number;
}

/** How many numbers past the first gap to believe: the agent keeps no more records than this. */
const AHEAD_MAX = 1 << 14;

/** Starts a count at 1, as a greeting does. */
export function createRecordSequence(): RecordSequence {
  /** Records beyond the first gap. */
  const ahead = new Map<number, NumberedRecord>();
  const ordered: NumberedRecord[] = [];
  let completeUpTo = 0;
  let highest = 0;

  return {
    add(record) {
      if (record.n <= completeUpTo || record.n > completeUpTo + AHEAD_MAX || ahead.has(record.n))
        return false;
      ahead.set(record.n, record);
      highest = Math.max(highest, record.n);
      for (let next = ahead.get(completeUpTo + 1); next !== undefined; next = ahead.get(completeUpTo + 1)) {
        ordered.push(next);
        ahead.delete(next.n);
        completeUpTo = next.n;
      }
      return true;
    },
    takeInOrder() {
      return ordered.splice(0);
    },
    takeRest() {
      const rest = [...ahead.values()].toSorted((a, b) => a.n - b.n);
      ahead.clear();
      return [...ordered.splice(0), ...rest];
    },
    expectUpTo(number) {
      if (number <= completeUpTo + AHEAD_MAX) highest = Math.max(highest, number);
    },
    missing() {
      const gaps: NumberRange[] = [];
      let from = completeUpTo + 1;
      for (const present of [...ahead.keys()].toSorted((a, b) => a - b)) {
        if (present > from) gaps.push({ from, to: present - 1 });
        from = present + 1;
      }
      if (from <= highest) gaps.push({ from, to: highest });
      return gaps;
    },
    get completeUpTo() {
      return completeUpTo;
    },
  };
}
