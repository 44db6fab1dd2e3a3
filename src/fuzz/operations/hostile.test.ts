import test from 'ava';
import { openStage } from '../../../fixtures/fuzz/act.ts';
import { cloneForeign } from './cloning/clone-foreign.ts';
import { cloneHostile } from './cloning/clone-hostile.ts';
import { hostile } from './hostile.ts';

const CALL = { peer: 'B', page: 0, count: 1, to: 4 };

test('a wrong argument is found before the process is looked for, and that before its rights and its range', (t) => {
  const stage = openStage([0, 1]);
  const refused = (hostility: string, peer = 'B') => stage.act(0, cloneHostile, { ...CALL, peer, hostility });
  t.deepEqual(refused('length that wraps around'), ['EINVAL']);
  t.deepEqual(refused('without rights'), ['EPERM']);
  t.deepEqual(refused('without rights', 'A'), ['EINVAL']);
  t.deepEqual(refused('source in the kernel'), ['EFAULT']);
  t.deepEqual(refused('pid of a kernel thread'), ['ESRCH']);
  stage.process(1).isAlive = false;
  t.deepEqual(refused('unknown flag above 32 bits'), ['EINVAL']);
  t.deepEqual(refused('without rights'), ['ESRCH']);
  t.deepEqual(refused('source in the kernel', 'C'), ['EINVAL']);
});

test('memory of foreign kinds is refused, of a process that is there', (t) => {
  const stage = openStage([0, 1]);
  const foreign = (peer: string) => stage.act(0, cloneForeign, { peer, kind: 'hugetlb', to: 3 });
  t.deepEqual(foreign('B'), ['EOPNOTSUPP', 'ENODATA']);
  t.deepEqual(foreign('A'), ['EINVAL', 'ENODATA']);
  stage.process(1).isAlive = false;
  t.deepEqual(foreign('B'), ['ESRCH', 'ENODATA']);
});

test('a call that no caller may make fails as the man pages say, whatever is mapped', (t) => {
  const stage = openStage();
  stage.map(0, 2, 3);
  const before = [...stage.process(0).pages];
  const call = (name: string) => stage.act(0, hostile, { page: 3, call: name });
  t.deepEqual(call('munmap that wraps around'), ['EINVAL']);
  t.deepEqual(call('mprotect that wraps around'), ['ENOMEM']);
  t.deepEqual(call('mmap beyond the last offset'), ['EOVERFLOW']);
  t.deepEqual(call('mremap to within a page'), ['EINVAL']);
  t.deepEqual(stage.process(0).pages, before);
  const unmapped = stage.act(0, hostile, { page: 9, call: 'mremap to within a page' });
  t.deepEqual(unmapped, ['EINVAL', 'EFAULT']);
  const source = hostile.source({ page: 3, call: 'mremap to within a page' }, { step: 1, pidOf: () => '0' });
  t.is(
    source,
    'mremap(arena + 3 * page, page, page, MREMAP_MAYMOVE | MREMAP_FIXED, arena + 3 * page + page / 2)',
  );
});
