import test from 'ava';
import { openStage } from '../../../fixtures/fuzz/act.ts';
import { cloneForeign } from './clone-foreign.ts';
import { cloneHostile } from './clone-hostile.ts';

const CALL = { peer: 'B', page: 0, count: 1, to: 4 };

test('a wrong argument is found before the process is looked for, and that before its rights and its range', (t) => {
  const stage = openStage([0, 1]);
  const hostile = (hostility: string, peer = 'B') => stage.act(0, cloneHostile, { ...CALL, peer, hostility });
  t.deepEqual(hostile('length that wraps around'), ['EINVAL']);
  t.deepEqual(hostile('without rights'), ['EPERM']);
  t.deepEqual(hostile('without rights', 'A'), ['EINVAL']);
  t.deepEqual(hostile('source in the kernel'), ['EFAULT']);
  t.deepEqual(hostile('pid of a kernel thread'), ['ESRCH']);
  stage.process(1).isAlive = false;
  t.deepEqual(hostile('unknown flag above 32 bits'), ['EINVAL']);
  t.deepEqual(hostile('without rights'), ['ESRCH']);
  t.deepEqual(hostile('source in the kernel', 'C'), ['EINVAL']);
});

test('memory of foreign kinds is refused, of a process that is there', (t) => {
  const stage = openStage([0, 1]);
  const foreign = (peer: string) => stage.act(0, cloneForeign, { peer, kind: 'hugetlb', to: 3 });
  t.deepEqual(foreign('B'), ['EOPNOTSUPP', 'ENODATA']);
  t.deepEqual(foreign('A'), ['EINVAL', 'ENODATA']);
  stage.process(1).isAlive = false;
  t.deepEqual(foreign('B'), ['ESRCH', 'ENODATA']);
});
