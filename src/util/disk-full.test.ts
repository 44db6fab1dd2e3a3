import test from 'ava';
import { InfraError, UsageError } from '../errors.ts';
import { diskFullError, isDiskFull, saysDiskFull } from './disk-full.ts';

const systemError = (code: string) => Object.assign(new Error(code), { code });

for (const code of ['ENOSPC', 'EDQUOT'])
  test(`${code} is a full disk`, (t) => t.true(isDiskFull(systemError(code))));

test('a full cache is a full disk', (t) => {
  t.true(isDiskFull(diskFullError('No room.', { code: 'STORE_DISK_FULL' })));
});

test('an error that says what did not fit is not explained again', (t) => {
  t.false(isDiskFull(diskFullError('No room for a template.', { code: 'VM_DISK_FULL' })));
});

test('nothing else is a full disk', (t) => {
  t.false(isDiskFull(systemError('EROFS')));
  t.false(isDiskFull(new UsageError('No.', { code: 'SPEC_INVALID' })));
  t.false(isDiskFull('ENOSPC'));
});

test('says how to make room, unless given a better hint', (t) => {
  const error = diskFullError('No room.', { code: 'STORE_DISK_FULL' });
  t.true(error instanceof InfraError);
  t.regex(error.hint ?? '', /kgate prune/u);
  t.is(diskFullError('No room.', { code: 'VM_DISK_FULL', hint: 'Buy one.' }).hint, 'Buy one.');
});

test("knows a full disk from a program's words", (t) => {
  t.true(saysDiskFull('cc1: error writing to /tmp/x.s: No space left on device'));
  t.false(saysDiskFull('mm/mmap.c:1:1: error: unknown type name'));
});
