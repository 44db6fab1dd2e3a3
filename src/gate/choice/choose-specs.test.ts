import test from 'ava';
import { createSpecFixture } from '../../../fixtures/run/specs.ts';
import { createTemporaryFolder } from '../../process/temporary-folder.ts';
import { planRun } from '../../run/plan/plan.ts';
import { ALL_SPECS, chooseSpecs } from './choose-specs.ts';
import { rememberReach } from './reach-memory.ts';

const SPECS = ['one', 'two', 'three'].map((name) => createSpecFixture(name, ['a']));
const TEXT = ['int first(void)', '{', '\treturn 1;', '}', '', 'int second(void)', '{', '\treturn 2;', '}'];

/** After a gate in which spec one executed first(), and none executed second(). */
async function choose(
  functions: readonly { readonly path: string; readonly name: string | undefined }[],
  areThereOthers = false,
) {
  await using folder = await createTemporaryFolder('kgate-choose');
  process.env['KGATE_CACHE'] = folder.path;
  const plan = planRun({
    selected: SPECS.map((spec) => ({ spec, cases: spec.cases })),
    kernels: [{ id: 'k', role: 'base', arch: ['x86_64'] }],
    arches: ['x86_64'],
    repeat: 1,
  });
  const lines = [
    { line: 3, patch: 'p', atBoot: false, cases: new Set(['one › a']) },
    { line: 8, patch: 'p', atBoot: true, cases: new Set<string>() },
  ];
  await rememberReach({
    root: '/p',
    specs: SPECS,
    plan,
    reached: [{ path: 'lib/x.c', text: TEXT, lines }],
  });
  return await chooseSpecs(functions, SPECS, '/p', areThereOthers);
}

const FIRST = { path: 'lib/x.c', name: 'first' };
const SECOND = { path: 'lib/x.c', name: 'second' };

test.serial('takes the specs that executed each of the changed functions', async (t) => {
  t.deepEqual(await choose([FIRST, SECOND]), {
    specs: ['one'],
    reason: '1 of 3 specs: they executed first(), second() in an earlier gate, or have changed since',
  });
});

test.serial('takes all as soon as something is not known', async (t) => {
  t.deepEqual(await choose([FIRST, { path: 'lib/x.c', name: 'third' }]), {
    specs: [ALL_SPECS],
    reason: 'all specs: no earlier gate counted lines of third() in lib/x.c',
  });
  t.deepEqual(await choose([FIRST, { path: 'lib/x.c', name: undefined }]), {
    specs: [ALL_SPECS],
    reason: 'all specs: the series changes lib/x.c outside of functions',
  });
  t.deepEqual(await choose([], true), {
    specs: [ALL_SPECS],
    reason: 'all specs: nothing says which functions the series changes',
  });
});

test.serial('takes none that executes nothing of it only if there are other tests', async (t) => {
  t.deepEqual(await choose([SECOND], true), {
    specs: [],
    reason: 'no spec: none of 3 executed second() in an earlier gate',
  });
  t.deepEqual(await choose([SECOND]), {
    specs: [ALL_SPECS],
    reason: 'all specs: in earlier gates none executed what the series changes',
  });
});
