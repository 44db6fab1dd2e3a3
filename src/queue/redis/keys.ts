import type { Digest } from '../../store/digest.ts';

/** Raised whenever jobs or their results change their form: workers of other formats do not see them. */
export const QUEUE_FORMAT = 2;

/** Where BullMQ keeps its own. */
export const PREFIX = 'kgate:queue';

/** Everything else that is kept in Redis, and how long, in seconds; all of it is given up sooner or later. */
export const keys = {
  /** A submitter that waits. */
  flow: (flow: string) => `kgate:flow:${flow}`,
  /** The flows that want a job. */
  wanted: (job: string) => `kgate:wanted:${job}`,
  /** The first whole result of a job. */
  result: (job: string) => `kgate:result:${job}`,
  /** Why workers could not do a job, by worker. */
  refused: (job: string) => `kgate:refused:${job}`,
  /** What jobs in one of BullMQ's queues need, by the queue's name. */
  needs: 'kgate:needs',
  /** Ids of workers, and what each says of itself. */
  workers: 'kgate:workers',
  worker: (id: string) => `kgate:worker:${id}`,
  /** Entries of the shared cache where Redis stands in for one. */
  blob: (path: string) => `kgate:blob:${path}`,
  /** The files of a project and its kernels, by their digest. */
  bundle: (digest: Digest) => `kgate:bundle:${digest}`,
  /** A part of a run, by its digest. */
  part: (digest: Digest) => `kgate:part:${digest}`,
} as const;

/** Channels. */
export const channels = {
  /** Something to do was added. */
  bell: 'kgate:bell',
  /** What is being done may no longer be wanted. */
  cancel: 'kgate:cancel',
  /** What a job is at. */
  job: (job: string) => `kgate:job:${job}`,
} as const;

export const HOUR_S = 3_600;
export const DAY_S = 24 * HOUR_S;
/** A submitter says so often enough that it is still there. */
export const FLOW_S = 60;
export const WORKER_S = 30;
