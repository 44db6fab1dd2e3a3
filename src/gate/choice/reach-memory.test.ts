import test from 'ava';
import { createSpecFixture } from '../../../fixtures/run/specs.ts';
import { countedCaseKey } from '../../coverage/counting-backend.ts';
import { planRun } from '../../run/plan/plan.ts';
import { createTemporaryFolder } from '../../process/temporary-folder.ts';
import { recallReach, rememberReach, specsReaching } from './reach-memory.ts';

const TEXT = [
  'static int inner(int a)',
  '{',
  '\treturn a;',
  '}',
  '',
  'int outer(int b)',
  '{',
  '\treturn b;',
  '}',
];

const ONE = createSpecFixture('one', ['a', 'b'], '');
const TWO = createSpecFixture('two', ['a'], '');
const THREE = createSpecFixture('three', ['a'], '');

const KERNEL = { id: 'k', role: 'base', arch: ['x86_64'] } as const;
const planOf = (specs: readonly (typeof ONE)[]) =>
  planRun({
    selected: specs.map((spec) => ({ spec, cases: spec.cases })),
    kernels: [KERNEL],
    arches: ['x86_64'],
    repeat: 1,
  });

const reachedBy = (line: number, ...cases: string[]) => ({
  line,
  patch: 'p',
  atBoot: false,
  cases: new Set(cases),
});

test.serial('knows which specs executed a function, and which were not tried as they are', async (t) => {
  await using folder = await createTemporaryFolder('kgate-reach');
  process.env['KGATE_CACHE'] = folder.path;
  const specs = [ONE, TWO];
  await rememberReach({
    root: '/project',
    specs,
    plan: planOf(specs),
    reached: [
      { path: 'mm/x.c', text: TEXT, lines: [reachedBy(3, 'one › a')] },
      { path: 'mm/x.c', text: TEXT, lines: [reachedBy(3, 'one › b'), reachedBy(8)] },
    ],
  });

  const known = await recallReach('/project', 'mm/x.c');
  t.deepEqual(specsReaching('inner', known, specs), ['one']);
  t.deepEqual(specsReaching('outer', known, specs), []);
  t.is(specsReaching('another', known, specs), undefined);
  t.deepEqual(specsReaching('inner', known, [ONE, TWO, THREE]), ['one', 'three']);
  const grown = createSpecFixture('two', ['a', 'new'], '');
  t.deepEqual(specsReaching('outer', known, [ONE, grown]), ['two']);

  t.deepEqual(await recallReach('/another', 'mm/x.c'), {});
  t.deepEqual(await recallReach('/project', 'mm/y.c'), {});
});

test.serial('keeps what is known of functions that a later gate does not touch', async (t) => {
  await using folder = await createTemporaryFolder('kgate-reach');
  process.env['KGATE_CACHE'] = folder.path;
  const about = (line: number, specs: readonly (typeof ONE)[], ...cases: string[]) =>
    rememberReach({
      root: '/project',
      specs,
      plan: planOf(specs),
      reached: [{ path: 'mm/x.c', text: TEXT, lines: [reachedBy(line, ...cases)] }],
    });
  await about(3, [ONE, TWO], 'two › a');
  await about(8, [ONE], 'one › a');
  const known = await recallReach('/project', 'mm/x.c');
  t.deepEqual(specsReaching('inner', known, [ONE, TWO]), ['two']);
  t.deepEqual(specsReaching('outer', known, [ONE, TWO]), ['one', 'two']);
});

test.serial('tells apart specs that run the same case of one program on machines of their own', async (t) => {
  await using folder = await createTemporaryFolder('kgate-reach');
  process.env['KGATE_CACHE'] = folder.path;
  const specs = [ONE, { ...TWO, program: ONE.program, shape: { ...ONE.shape, memoryMiB: 512 } }];
  await rememberReach({
    root: '/project',
    specs,
    plan: planOf(specs),
    reached: [
      { path: 'mm/x.c', text: TEXT, lines: [reachedBy(3, countedCaseKey({ spec: 'one', case: 'a' }))] },
    ],
  });
  t.deepEqual(specsReaching('inner', await recallReach('/project', 'mm/x.c'), specs), ['one']);
});
