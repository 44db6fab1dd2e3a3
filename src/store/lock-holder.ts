/** Who holds a lock. */
export interface LockHolder {
  /** Absent when it runs on another machine or in another container. */
  readonly pid: number | undefined;
  /** Absent where the file system does not keep it. */
  readonly since: Date | undefined;
}

/** A holder as a person looks for it: `process 4242, since 00:12:03`. */
export function describeHolder({ pid, since }: LockHolder): string {
  const who = pid === undefined ? 'a process of another machine or container' : `process ${pid}`;
  return since === undefined ? who : `${who}, since ${since.toTimeString().slice(0, 8)}`;
}
