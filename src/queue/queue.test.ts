import { setTimeout as delay } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { Crew } from '../../fixtures/queue/crew.ts';
import { hireHere } from '../../fixtures/queue/hire-here.ts';
import { createManyCases, runMany, VERSION } from '../../fixtures/queue/many-cases.ts';
import { startRedis } from '../../fixtures/queue/redis.ts';
import { saidBy } from '../../fixtures/queue/said-by.ts';
import { scriptedGuests } from '../../fixtures/queue/scripted-guests.ts';
import { BuildError, HostError, InfraError } from '../errors.ts';
import type { KgateEvent } from '../events.ts';
import { connectQueue } from './redis/connection.ts';
import { QUEUE_FORMAT } from './redis/keys.ts';
import { parseQueueAddress } from './redis/queue-address.ts';
import { JobSource } from './work/job-source.ts';

const noticesIn = (events: readonly KgateEvent[]): string[] =>
  events.flatMap((event) => (event.type === 'noticed' ? [event.message] : []));

const nameOf = (one: { spec: string; case: string; kernel: string; arch: string }): string =>
  `${one.spec} ${one.case} ${one.kernel} ${one.arch}`;

const diagnose = (): never => {
  throw new Error('No user is told of it.');
};

/** Every case was told once, whatever happened to the workers. */
function toldOnce(t: ExecutionContext, events: readonly KgateEvent[], cases: number): void {
  const told = events.flatMap((event) => (event.type === 'case-finished' ? [event.result] : []));
  t.is(told.length, cases);
  t.is(new Set(told.map(nameOf)).size, cases);
}

test.serial('a run on a queue says what one without says, case by case', async (t) => {
  await using redis = await startRedis();
  await using many = await createManyCases(96);
  const plain = await runMany(many);
  await using _one = await hireHere(redis.address, { name: 'one' });
  await using _two = await hireHere(redis.address, { name: 'two' });
  const queued = await runMany(many, { address: redis.address });
  t.is(plain.record.cases.length, 96);
  t.deepEqual(
    new Set(plain.record.cases.map(({ outcome }) => outcome)),
    new Set(['passed', 'failed', 'skipped']),
  );
  t.deepEqual(saidBy(queued.record), saidBy(plain.record));
  toldOnce(t, queued.events, 96);

  const together = await runMany(many, { address: redis.address, interleave: true });
  t.deepEqual(saidBy(together.record).cases, saidBy(plain.record).cases);
  t.is(await redis.ask('--raw', 'keys', 'kgate:part:*'), '', 'what was taken does not stay in Redis');
});

test.serial('workers are killed, Redis is restarted, and the record is the same', async (t) => {
  t.timeout(600_000);
  await using redis = await startRedis();
  await using many = await createManyCases(160);
  const plain = await runMany(many);
  await using crew = new Crew({
    address: redis.address,
    lockMs: 1_500,
    caseMs: 25,
    slots: 1,
    version: VERSION,
    arches: ['x86_64', 'arm64'],
  });
  crew.hire(4);
  while (Number(await redis.ask('scard', 'kgate:workers')) < 4) await delay(50);
  const killed: string[] = [];
  const kill = async () => void killed.push(await crew.killSomebody());
  const steps = new Map([
    [10, kill],
    [40, kill],
    [70, () => redis.restart()],
    [100, kill],
  ]);
  const trouble: Promise<unknown>[] = [];
  let finished = 0;
  const queued = await runMany(many, {
    address: redis.address,
    batchCases: 8,
    sink: (event) => {
      if (event.type !== 'case-finished') return;
      finished += 1;
      const step = steps.get(finished);
      if (step !== undefined) trouble.push(step());
    },
  });
  await Promise.all(trouble);
  t.is(killed.length, 3);
  t.deepEqual(saidBy(queued.record), saidBy(plain.record));
  toldOnce(t, queued.events, 160);
  t.true(noticesIn(queued.events).some((message) => message.endsWith('is back.')));
});

test.serial('Redis loses all it had, and the work goes on', async (t) => {
  await using redis = await startRedis();
  await using many = await createManyCases(64);
  const plain = await runMany(many);
  await using _worker = await hireHere(redis.address, { caseMs: 20, lockMs: 1_500 });
  let finished = 0;
  let restarted: Promise<void> | undefined;
  const queued = await runMany(many, {
    address: redis.address,
    batchCases: 8,
    sink: (event) => {
      if (event.type === 'case-finished') finished += 1;
      if (finished === 20) restarted ??= redis.restart({ empty: true });
    },
  });
  await restarted;
  t.not(restarted, undefined);
  t.deepEqual(saidBy(queued.record), saidBy(plain.record));
  toldOnce(t, queued.events, 64);
});

test.serial('what two workers execute counts once', async (t) => {
  await using redis = await startRedis();
  await using many = await createManyCases(32);
  const plain = await runMany(many);
  // Its hold on a job is lost long before it is renewed, so that the other begins the same.
  await using slow = await hireHere(redis.address, { name: 'slow', caseMs: 60, lockMs: 150 });
  await using other = await hireHere(redis.address, { name: 'other', caseMs: 60, lockMs: 150 });
  const queued = await runMany(many, { address: redis.address, batchCases: 8 });
  t.deepEqual(saidBy(queued.record), saidBy(plain.record));
  toldOnce(t, queued.events, 32);
  t.true([...slow.lines, ...other.lines].length > 0);
});

test.serial('an interrupted run leaves nothing in the queue, and its workers stop', async (t) => {
  await using redis = await startRedis();
  await using many = await createManyCases(64);
  await using worker = await hireHere(redis.address, { caseMs: 50 });
  const abort = new AbortController();
  const { record } = await runMany(many, {
    address: redis.address,
    signal: abort.signal,
    sink: (event) => {
      if (event.type === 'case-finished') abort.abort();
    },
  });
  t.is(record.verdict, 'interrupted');
  const waiting = await redis.ask('--raw', 'keys', 'kgate:queue:*:wait');
  t.is(waiting, '');
  while (!worker.lines.some((line) => line.includes('is not wanted any more'))) await delay(20);
  t.is(await redis.ask('--raw', 'keys', 'kgate:flow:*'), '');
});

test.serial('once a case has failed, a run that is to end then begins nothing more', async (t) => {
  await using redis = await startRedis();
  await using many = await createManyCases(160);
  await using _worker = await hireHere(redis.address, { slots: 1 });
  const { record } = await runMany(many, { address: redis.address, failFast: true, batchCases: 8 });
  t.is(record.verdict, 'failed');
  t.true(record.cases.length < 160);
});

test.serial('what is known to fail does not end such a run', async (t) => {
  await using redis = await startRedis();
  await using many = await createManyCases(64);
  const failing = { one: ['case_3'], two: ['case_14'] };
  const known = Object.entries(failing).flatMap(([spec, cases]) =>
    cases.map((name) => ({ spec, case: name, reason: 'not yet', expires: '2099-12-31', diagnose })),
  );
  const plain = await runMany(many, { failFast: true, known });
  await using _worker = await hireHere(redis.address);
  const queued = await runMany(many, { address: redis.address, failFast: true, known });
  t.is(plain.record.verdict, 'passed');
  t.deepEqual(saidBy(queued.record), saidBy(plain.record));
  toldOnce(t, queued.events, 64);
});

test.serial(
  'what workers have begun when a case fails is waited for, and the rest is taken back',
  async (t) => {
    await using redis = await startRedis();
    await using many = await createManyCases(160);
    await using _quick = await hireHere(redis.address, { name: 'quick', slots: 1 });
    await using slow = await hireHere(redis.address, { name: 'slow', slots: 1, caseMs: 200 });
    const { record, events } = await runMany(many, { address: redis.address, failFast: true, batchCases: 8 });
    t.is(record.verdict, 'failed');
    t.true(record.cases.length < 160);
    const started = events.flatMap((event) => (event.type === 'case-started' ? [nameOf(event)] : []));
    t.deepEqual([...new Set(started)].toSorted(), record.cases.map(nameOf).toSorted());
    t.false(slow.lines.some((line) => line.includes('not wanted any more')));
    t.is(await redis.ask('--raw', 'keys', 'kgate:queue:*:wait'), '');
  },
);

test.serial(
  'what every worker would find wrong ends the run at once, as it does without a queue',
  async (t) => {
    await using redis = await startRedis();
    await using many = await createManyCases(16);
    const backend = {
      ...scriptedGuests({ caseMs: 0 }),
      buildKernel: async () => {
        throw new BuildError('mm/mremap.c does not compile.', {
          code: 'KERNEL_BUILD_FAILED',
          detail: 'expected ;',
        });
      },
    };
    await using _worker = await hireHere(redis.address, { backend });
    const error = await t.throwsAsync(runMany(many, { address: redis.address }), { instanceOf: BuildError });
    t.is(error?.message, 'mm/mremap.c does not compile.');
    t.is(error?.detail, 'expected ;');
  },
);

test.serial('what one worker lacks, another does; if all lack it, the run ends and says what', async (t) => {
  await using redis = await startRedis();
  await using many = await createManyCases(16);
  const backend = {
    ...scriptedGuests({ caseMs: 0 }),
    buildKernel: async () => {
      throw new HostError('The package linux-source-6.12 is not installed.', {
        code: 'KERNEL_SOURCE_MISSING',
      });
    },
  };
  await using _poor = await hireHere(redis.address, { name: 'poor', backend });
  await t.throwsAsync(runMany(many, { address: redis.address }), {
    instanceOf: HostError,
    message: 'Worker poor: The package linux-source-6.12 is not installed.',
  });
  await using _rich = await hireHere(redis.address, { name: 'rich' });
  const { record } = await runMany(many, { address: redis.address });
  t.is(record.cases.length, 16);
});

test.serial('a job that no worker can do waits, and the run says what is missing', async (t) => {
  await using redis = await startRedis();
  await using many = await createManyCases(16);
  const wait = async (): Promise<string> => {
    const abort = new AbortController();
    let notice = '';
    await runMany(many, {
      address: redis.address,
      signal: abort.signal,
      sink: (event) => {
        if (event.type !== 'noticed') return;
        notice = event.message;
        abort.abort();
      },
    });
    return notice;
  };
  t.regex(
    await wait(),
    /^Waits for a worker: there is none at redis:\S+\. "kgate work --queue redis:\S+" starts one/u,
  );
  await using _old = await hireHere(redis.address, { name: 'old', version: '9.9.8' });
  t.regex(
    await wait(),
    /^Waits for a worker for (x86_64|arm64) with kgate 9\.9\.9: old has kgate 9\.9\.8, and this is 9\.9\.9\.$/u,
  );
  await using _small = await hireHere(redis.address, { name: 'small', memoryMiB: 128 });
  t.regex(
    await wait(),
    /for guests and kgate 9\.9\.9: old has kgate 9\.9\.8, and this is 9\.9\.9 and small has 128 MiB/u,
  );
});

test.serial('a job that workers die of is given up', async (t) => {
  await using redis = await startRedis();
  await using many = await createManyCases(16);
  await using connection = await connectQueue(parseQueueAddress(redis.address), {
    signal: new AbortController().signal,
    onNotice() {},
  });
  const info = {
    id: 'w',
    name: 'w',
    version: VERSION,
    format: QUEUE_FORMAT,
    arches: ['x86_64' as const],
    kvm: [],
    memoryMiB: 1,
  };
  const running = runMany(many, { address: redis.address });
  const over = new AbortController();
  void running.catch(() => {}).finally(() => over.abort());
  await using source = new JobSource(connection, info, 100);
  // Takes jobs, and never says anything of them again.
  for (let taken = 0; !over.signal.aborted; taken += 1)
    if ((await source.next(`t${taken}`)) === undefined) await delay(20);
  await t.throwsAsync(running, {
    instanceOf: InfraError,
    message: /^Workers died, or were stopped, again and again/u,
  });
});
