import { ALTERNATIVES, findAlternative, type Alternative } from './alternatives.ts';
import { HUGE, jobId, KIB, MIB, type Job, type Scenario, type Use } from './job.ts';

export const SCENARIOS: readonly Scenario[] = [
  'arrives',
  'staged',
  'swapped',
  'snapshot',
  'chunks',
  'pressure',
  'threads',
];

/** What to measure. */
export interface PlanOptions {
  readonly scenarios: readonly Scenario[];
  /** Bytes. */
  readonly sizes: readonly number[];
  /** Processors of the guest. */
  readonly cpus: number;
  /** Bytes, for everything that is not about sizes. */
  readonly compared: number;
}

const USES: readonly Use[] = ['reads', 'writes', 'touches'];
const CHUNKS = [4 * KIB, 64 * KIB, 128 * KIB, 512 * KIB, 2 * MIB, 16 * MIB];
/** With less, the two programs themselves would not fit. */
const PRESSED = 16 * MIB;
/** Above this, only what says something at such a size, since emulated guests take seconds for each. */
const LARGE = 64 * MIB;
const OF_LARGE = new Set(['A0', 'A1', 'A4', 'A5', 'A6', 'A7', 'A7a']);

/** The jobs of some scenarios, none twice. */
export function planJobs({ scenarios, ...limits }: PlanOptions): Job[] {
  const planned = scenarios.flatMap((scenario) => SCENARIO_JOBS[scenario](limits));
  return [...new Map(planned.map((job) => [jobId(job), job])).values()];
}

type Limits = Omit<PlanOptions, 'scenarios'>;

const SCENARIO_JOBS: Readonly<Record<Scenario, (limits: Limits) => Job[]>> = {
  arrives: ({ sizes }) => sizes.flatMap((bytes) => [false, true].flatMap((huge) => arriving(bytes, huge))),
  staged: ({ compared }) => held('staged', { bytes: compared, stays: false }),
  swapped: ({ compared }) =>
    held('swapped', { bytes: compared, stays: false, swapped: true }).filter(({ huge }) => !huge),
  snapshot: ({ compared }) => held('snapshot', { bytes: compared, stays: true }),
  chunks: ({ compared }) =>
    ['A1', 'A2', 'A7', 'U1'].flatMap((id) =>
      CHUNKS.map((chunk) => createJob('chunks', id, { bytes: compared, chunk })),
    ),
  pressure: ({ compared }) =>
    ['A0', 'A1', 'A4', 'A4p', 'A5', 'A6', 'A7', 'A7a'].map((id) => {
      const bytes = Math.max(compared, PRESSED);
      return createJob('pressure', id, { bytes, limit: bytes / 2 });
    }),
  threads: ({ cpus, compared }) =>
    [0, 1, 3]
      .filter((threads) => threads < cpus)
      .flatMap((threads) =>
        ['A2', 'A7', 'A7a'].map((id) =>
          createJob('threads', id, { bytes: compared, held: true, stays: true, threads }),
        ),
      ),
};

/** Memory that comes through a socket and is handed on, after which the source is gone. */
function arriving(bytes: number, huge: boolean): Job[] {
  if (huge && bytes < HUGE) return [];
  const large = bytes > LARGE;
  return ALTERNATIVES.filter(({ id }) => !large || OF_LARGE.has(id)).flatMap(({ id }) =>
    (large ? (['reads'] as const) : USES).map((use) => createJob('arrives', id, { bytes, huge, use })),
  );
}

/** Memory that the server has had before: its consumer could not exist earlier, or takes a snapshot. */
function held(scenario: Scenario, more: Partial<Job> & Pick<Job, 'bytes'>): Job[] {
  return [false, true].flatMap((huge) =>
    ALTERNATIVES.filter(({ canBeHeld, id }) => canBeHeld && id !== 'A1w' && id !== 'A1m').flatMap(({ id }) =>
      USES.map((use) => createJob(scenario, id, { held: true, huge, use, ...more })),
    ),
  );
}

/** One job; everything that is not given is as simple as it can be. */
export function createJob(scenario: Scenario, id: string, given: Partial<Job> & Pick<Job, 'bytes'>): Job {
  const alternative = findAlternative(id);
  if (alternative === undefined) throw new Error(`There is no alternative ${id}.`);
  const job = { ...BASICS, ...ofAlternative(alternative), ...given, scenario, alternative: id };
  return { ...job, chunk: Math.min(job.chunk, job.bytes) };
}

const BASICS = {
  use: 'reads',
  huge: false,
  held: false,
  stays: false,
  swapped: false,
  threads: 0,
  limit: 0,
} as const;

function ofAlternative({ way, chunk, warm, locked }: Alternative) {
  return {
    way,
    chunk: chunk ?? Infinity,
    warm: warm === true,
    locked: locked === true,
  };
}
